"""Published tables: no count of people from one to four can be read, computed or told within four."""

import random

import pytest

from courses.disclosure.rules import hidden_zeros, publish
from courses.disclosure.values import (
    FEWEST_PEOPLE,
    TOTAL,
    Axis,
    Cell,
    PublishedTable,
    Table,
    flat,
)
from tests.disclosure import attack, computed_exactly

SCHOOLS = flat("school", ["Verne", "Malraux", "Tristan"])
ROLES = flat("role", ["student", "teacher"])


def small(table: Table) -> set[Cell]:
    return {cell for cell, count in table.sums().items() if 0 < count < FEWEST_PEOPLE}


def no_zero_is_hidden(table: Table, published: PublishedTable, but: set[Cell]) -> bool:
    sums = table.sums()
    return all(sums[cell] for cell in published.hidden - but if table.is_leaf(cell))


def without_complements(table: Table) -> PublishedTable:
    """What hiding small counts alone would publish."""
    hidden = small(table)
    sums = table.sums()
    return PublishedTable(
        table.axes, {cell: None if cell in hidden else count for cell, count in sums.items()}
    )


def random_axis(rng: random.Random, name: str, most: int) -> Axis:
    """Some are flat, some have groups, and some of these have groups above them or a single leaf."""
    leaves = [f"{name}{at}" for at in range(rng.randint(1, most))]
    groups = [f"{name} group {at}" for at in range(rng.choice([0, 0, 1, 2, 3]))]
    parents = {leaf: rng.choice([*groups, TOTAL]) for leaf in leaves}
    for at, group in enumerate(groups):
        if group in parents.values():
            parents[group] = rng.choice([*(one for one in groups[:at] if one in parents), TOTAL])
    return Axis(name, parents)


def random_table(rng: random.Random) -> Table:
    axes = tuple(
        random_axis(rng, name, most)
        for name, most in rng.choice(
            [[("a", 8)], [("a", 7), ("b", 4)], [("a", 5), ("b", 4)], [("a", 4), ("b", 3), ("c", 3)]]
        )
    )
    numbers = rng.choice([[0, 0, 1, 2, 9], [0, 3, 8, 20, 40], [1, 2, 3, 4, 5], [0, 0, 0, 0, 1]])
    leaves = Table(axes, {}).cells()
    return Table(
        axes, {cell: rng.choice(numbers) for cell in leaves if Table(axes, {}).is_leaf(cell)}
    )


CASES = {
    "large counts and zero are shown": (
        Table((SCHOOLS,), {("Verne",): 12, ("Malraux",): 0, ("Tristan",): 5}),
        set(),
    ),
    "a small count takes the smallest other along, and the total stays": (
        Table((SCHOOLS,), {("Verne",): 3, ("Malraux",): 40, ("Tristan",): 7}),
        {("Verne",), ("Tristan",)},
    ),
    "two small counts that tell each other take their total along": (
        Table((flat("school", ["Verne", "Malraux"]),), {("Verne",): 1, ("Malraux",): 1}),
        {("Verne",), ("Malraux",), (TOTAL,)},
    ),
    "two small counts that leave a range of five hide each other": (
        Table((SCHOOLS,), {("Verne",): 3, ("Malraux",): 4, ("Tristan",): 70}),
        {("Verne",), ("Malraux",)},
    ),
    "two and three don’t: neither is zero, so that each would be told to 1 to 4": (
        Table((SCHOOLS,), {("Verne",): 2, ("Malraux",): 3, ("Tristan",): 70}),
        {("Verne",), ("Malraux",), ("Tristan",)},
    ),
    "four cells of two rows and two columns keep every sum": (
        Table(
            (SCHOOLS, ROLES),
            {
                ("Verne", "student"): 90,
                ("Verne", "teacher"): 3,
                ("Malraux", "student"): 60,
                ("Malraux", "teacher"): 9,
                ("Tristan", "student"): 500,
                ("Tristan", "teacher"): 40,
            },
        ),
        {(school, role) for school in ("Verne", "Malraux") for role in ("student", "teacher")},
    ),
    "a neighbour in the same department is hidden rather than two departments": (
        Table(
            (Axis("school", {"a": "95", "b": "95", "c": "78", "95": TOTAL, "78": TOTAL}),),
            {("a",): 2, ("b",): 80, ("c",): 6},
        ),
        {("a",), ("b",)},
    ),
    "a small department takes another along with its school": (
        Table(
            (Axis("school", {"a": "95", "b": "78", "c": "78", "95": TOTAL, "78": TOTAL}),),
            {("a",): 2, ("b",): 80, ("c",): 6},
        ),
        {("a",), ("95",), ("c",), ("78",)},
    ),
}


@pytest.mark.parametrize(("table", "hidden"), CASES.values(), ids=CASES)
def test_cells_hidden_are_those_of_the_cheapest_move(table, hidden):
    published = publish(table)

    assert published.hidden == hidden
    assert {cell: value for cell, value in published.values.items() if value is not None} == {
        cell: count for cell, count in table.sums().items() if cell not in hidden
    }


@pytest.mark.parametrize("batch", range(20))
def test_nothing_is_recovered_from_a_thousand_tables(batch):
    """Of one to three axes with groups, some with a cell that a linked table hides: neither the equations
    nor the bounds tell a hidden cell to less than a range of five.
    """
    hiding = 0
    for seed in range(50):
        rng = random.Random(f"{batch} {seed}")
        table = random_table(rng)
        linked = rng.sample(sorted(table.cells()), rng.choice([0, 0, 1]))

        published = publish(table, hidden=linked)

        zeros = hidden_zeros(table, linked)
        assert small(table) | set(linked) <= published.hidden
        assert no_zero_is_hidden(table, published, but=zeros)
        assert computed_exactly(published, zeros=zeros) == []
        assert attack(published, zeros=zeros) == []
        hiding += bool(published.hidden)
    assert hiding > 25


def test_a_total_is_shown_though_no_two_leaves_leave_a_range_of_five():
    """Seven schools of two each: any four of them hide each other, and the total goes last."""
    schools = flat("school", "abcdefg")

    published = publish(Table((schools,), dict.fromkeys(((one,) for one in "abcdefg"), 2)))

    assert published.value(TOTAL) == 14
    assert attack(published) == []


def test_people_that_are_published_nowhere_bound_no_acts():
    table = Table((SCHOOLS,), {("Verne",): 3, ("Malraux",): 20, ("Tristan",): 40})

    published = publish(table, people=table.sums(), people_shown={})

    assert published.hidden == {("Verne",), ("Malraux",)}
    assert publish(table, people=table.sums()).value(TOTAL) is None


def test_acts_of_a_school_known_to_be_empty_cover_no_other():
    """The department's sum is zero, and a linked table hides it. That nobody came to Ampère is told, so that
    nothing can have been read there: hiding its zero would hide nothing.
    """
    departments = {"Ampère": "14", "Verne": "14", "Tristan": "50", "14": TOTAL, "50": TOTAL}
    schools = Axis("school", departments)
    table = Table((schools,), {("Ampère",): 0, ("Verne",): 0, ("Tristan",): 100})
    people = {("Tristan",): 30}

    published = publish(table, people=people, people_shown={("Ampère",): 0}, hidden=[("14",)])

    assert ("Verne",) in published.hidden
    assert ("Ampère",) not in published.hidden


@pytest.mark.parametrize("batch", range(4))
def test_nothing_is_recovered_from_acts_beside_their_people(batch):
    """Who reads both tables knows that nobody has fewer acts than one, and that nobody's acts are none."""
    for seed in range(50):
        rng = random.Random(f"acts {batch} {seed}")
        people = random_table(rng)
        acts = Table(
            people.axes,
            {
                leaf: sum(rng.choices([1, 2, 40], k=number))
                for leaf, number in people.counts.items()
            },
        )

        of_people = publish(people)
        published = publish(acts, people=people.sums(), hidden=of_people.hidden)

        zeros = hidden_zeros(acts, of_people.hidden)
        assert small(acts) | of_people.hidden <= published.hidden
        read = {cell: value for cell, value in of_people.values.items() if value is not None}
        assert computed_exactly(published, read, zeros) == []
        assert attack(published, read, zeros) == []


def test_small_counts_hidden_alone_are_computed():
    """The attack itself sees what complementary hiding is for."""
    given_away = computed = hiding = 0
    for seed in range(200):
        table = random_table(random.Random(seed))
        if small(table):
            hiding += 1
            computed += bool(computed_exactly(without_complements(table)))
            given_away += bool(attack(without_complements(table)))

    assert hiding > 100
    assert computed > hiding / 2
    assert given_away > hiding / 2


def test_a_range_below_five_is_given_away():
    """Two hidden counts of one known sum aren't computed, but told within three."""
    table = Table((SCHOOLS,), {("Verne",): 1, ("Malraux",): 2, ("Tristan",): 70})

    told = without_complements(table)

    assert computed_exactly(told) == []
    assert attack(told) == ["('Verne',) is 1 to 2", "('Malraux',) is 1 to 2"]
    assert publish(table).hidden == {("Verne",), ("Malraux",), ("Tristan",)}


def test_acts_are_hidden_by_the_people_behind_them():
    """A hundred pages read by three people are these people's; a sum counts each person once."""
    table = Table((SCHOOLS,), {("Verne",): 100, ("Malraux",): 300, ("Tristan",): 900})
    people = {("Verne",): 3, ("Malraux",): 20, ("Tristan",): 40, (TOTAL,): 60}

    published = publish(table, people=people)

    assert published.hidden == {("Verne",), ("Malraux",)}
    assert attack(published) == []


def test_acts_of_nobody_known_are_hidden():
    table = Table((SCHOOLS,), {("Verne",): 100, ("Malraux",): 300, ("Tristan",): 0})
    people = {("Malraux",): 20, (TOTAL,): 20}

    assert publish(table, people=people).hidden == {("Verne",), ("Malraux",)}


def test_acts_of_a_school_without_people_hide_no_other():
    """Whoever reads that nobody of Tristan came knows that nothing was read there."""
    table = Table((SCHOOLS,), {("Verne",): 100, ("Malraux",): 300, ("Tristan",): 0})
    people = {("Verne",): 3, ("Malraux",): 20, ("Tristan",): 0, (TOTAL,): 23}

    published = publish(table, people=people)

    assert published.hidden == {("Verne",), ("Malraux",)}
    assert attack(published, {("Tristan",): 0, ("Malraux",): 20}) == []


def test_acts_are_not_told_by_the_number_of_people():
    """Each of 96 people read a page at least, so that 98 pages hide no other's number."""
    table = Table((SCHOOLS,), {("Verne",): 2, ("Malraux",): 98, ("Tristan",): 900})
    people = {("Verne",): 1, ("Malraux",): 96, ("Tristan",): 100}

    published = publish(table, people=people)

    assert published.hidden == {("Verne",), ("Tristan",)}
    assert attack(published, {("Malraux",): 96, ("Tristan",): 100}) == []


def test_a_sum_of_people_not_given_has_the_most_of_its_leaves():
    """The same three people may have acted at every leaf."""
    table = Table((SCHOOLS,), {("Verne",): 100, ("Malraux",): 300, ("Tristan",): 0})

    published = publish(table, people={("Verne",): 3, ("Malraux",): 3})

    assert published.hidden == {("Verne",), ("Malraux",), (TOTAL,)}


def test_what_a_linked_table_hides_is_hidden_and_not_told():
    table = Table((SCHOOLS,), {("Verne",): 100, ("Malraux",): 300, ("Tristan",): 900})

    published = publish(table, hidden=[("Verne",)])

    assert published.hidden == {("Verne",), ("Malraux",)}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Table((SCHOOLS,), {("Nature",): 3}),
        lambda: Table((SCHOOLS,), {(TOTAL,): 3}),
        lambda: Table((SCHOOLS,), {("Verne",): -1}),
        lambda: Table((SCHOOLS,), {("Verne", "student"): 1}),
        lambda: Table((), {}),
        lambda: Axis("school", {"a": "95", "95": "a"}),
        lambda: Axis("school", {"a": "95"}),
        lambda: Axis("school", {"a": TOTAL, TOTAL: "a"}),
        lambda: publish(Table((SCHOOLS,), {}), hidden=[("Nature",)]),
        lambda: publish(Table((SCHOOLS,), {}), people={("Nature",): 8}),
    ],
    ids=[
        "unknown key",
        "a sum given",
        "below zero",
        "too many keys",
        "no axis",
        "a ring",
        "no way to the total",
        "a total with a parent",
        "unknown cell hidden",
        "people of an unknown cell",
    ],
)
def test_a_table_that_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError):  # noqa: PT011 (each has its own sentence)
        make()


def test_a_table_without_a_row_is_published():
    published = publish(Table((flat("school", []), ROLES), {}))

    assert published.value(TOTAL, "student") == 0
    assert not published.hidden


def test_a_sum_hidden_in_a_table_without_a_row_hides_no_other():
    published = publish(Table((flat("school", []), ROLES), {}), hidden=[(TOTAL, TOTAL)])

    assert published.hidden == {(TOTAL, TOTAL)}


def test_a_sum_of_many_leaves_without_people_is_hidden_with_one_that_has_some():
    """Of 144 schools and resources 12 have people, none where the largest rows and columns meet that are
    tried first.
    """
    ones = {f"a{at}": "A" for at in range(12)}, {f"b{at}": "B" for at in range(12)}
    axes = tuple(
        Axis(name, of_group | {group: TOTAL, f"other {name}": TOTAL})
        for name, group, of_group in zip(("row", "column"), "AB", ones, strict=True)
    )
    acts = {(f"a{at}", f"b{(at + 6) % 12}"): 100 for at in range(12)}
    acts["other row", "other column"] = 500
    table = Table(axes, acts)
    people = {cell: count // 2 for cell, count in table.sums().items()}

    published = publish(table, people=people, hidden=[("A", "B")])

    assert attack(published, {cell: people[cell] for cell in people if cell != ("A", "B")}) == []


@pytest.fixture(scope="module")
def region() -> PublishedTable:
    """267 schools in five departments, ten resources, half of the cells empty."""
    rng = random.Random(14)
    departments = [f"department {at}" for at in range(5)]
    schools = {f"school {at}": departments[at % 5] for at in range(267)}
    axes = (
        Axis("school", schools | dict.fromkeys(departments, TOTAL)),
        flat("resource", [f"resource {at}" for at in range(10)]),
    )
    counts = {
        (school, resource): int(rng.expovariate(1 / 12)) if rng.random() < 0.5 else 0
        for school in schools
        for resource in axes[1].leaves
    }
    table = Table(axes, counts)
    return publish(table)


def test_a_region_s_table_keeps_its_sums_and_gives_nobody_away(region):
    published = region

    assert attack(published) == []
    assert published.value(TOTAL, TOTAL) is not None
    hidden_sums = [cell for cell in published.hidden if cell[1] == TOTAL]
    assert len(hidden_sums) < 267 / 10
    assert len(published.hidden) < len(published.values) / 3


def test_the_same_table_hides_the_same_cells(region):
    table = random_table(random.Random(7))
    backwards = Table(table.axes, dict(reversed(table.counts.items())))

    assert publish(table).values == publish(backwards).values
