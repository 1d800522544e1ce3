"""A set is applied many changes at once, with the same outcome as change by change."""

import itertools

import pytest
from django.db import transaction

from courses.people.enums import GuardianQuality
from courses.people.models import Guardianship, Person
from courses.people.services import guardians, sweep_groups
from courses.roster.models import RosterChange
from courses.roster.services import applying, other_directories, receiving, undoing
from courses.roster.values import MOST_GROUPS, PIECE, ROWS
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.people import PersonFactory
from tests.factories.roster_worlds import World
from tests.factories.rosters import UAI, a_set, a_student, of_key

# A set of the school year before is refused, so the sets below have a year of their own.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-26T12:00")]


ONE_BY_ONE = 1  # `pieces.write_piece` has so few not written together


def in_pieces(write, at_once: int):
    """Gives how many changes there were in each piece."""

    def write_all(one) -> list[int]:
        return list(itertools.takewhile(bool, iter(lambda: write(one.pk, at_once=at_once), None)))

    return write_all


def apply_by(at_once: int):
    return in_pieces(applying.apply_piece, at_once)


def undo_by(at_once: int):
    return in_pieces(undoing.undo_piece, at_once)


def rows_of(seed: int, at_once: int) -> list[dict]:
    """After each step, of a school that isn't there any more afterwards."""
    with transaction.atomic():
        world = World(seed, 20, apply_by(at_once), undo_by(at_once))
        found = [world.follow()]
        world.give_homework()
        world.by_hand()
        world.next_day()
        found.append(world.follow())
        world.by_hand()
        if seed % 2:
            world.all_are_back()
            found.append(world.follow())
            world.by_hand()
        found.append(world.take_back(world.draw.choice([0, 2])))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_many_at_once_leave_what_one_by_one_leaves(seed):
    at_once, one_by_one = rows_of(seed, PIECE), rows_of(seed, ONE_BY_ONE)

    for together, alone in zip(at_once, one_by_one, strict=True):
        for name, rows in together.items():
            assert rows == alone[name], name


@pytest.fixture
def leader():
    school = SchoolClassFactory(name="2DE1").school
    school.uai, school.with_guardians = UAI, True
    school.save()
    sweep_groups()
    return LeaderFactory(leads=school)


def students(number: int, *, changed: bool = False) -> list[str]:
    """In classes of thirty and two groups; one day later in the next ones."""
    return [
        a_student(
            f"{n}",
            "Zoé",
            family_name(n),
            f"2DE{n // 30 + changed}",
            groups=[f"G{n % 5 + changed}", f"H{n % 5 + changed}"],
        )
        for n in range(number)
    ]


def family_name(n: int) -> str:
    return f"NOM {chr(65 + n % 26)}{chr(65 + n // 26 % 26)}"


def waiting(leader, *records: str, day: str = "20261124"):
    [school] = leader.keeps_students_of
    one = receiving.receive(school=school, data=a_set(UAI, *records, day=day), by=leader)
    return applying.say_yes(one, by=leader)


# Account, place in the school, class, two groups, key, last word, four lines of the log.
OF_A_NEW_ONE = 11
# Class and groups ended and begun, two last words, five lines of the log.
OF_ONE_WHO_CHANGES = 13
# Two groups ended and one begun, key, last word, four lines of the log.
OF_ONE_FOUND_AGAIN = 9


def most_for(number: int, rows: int) -> int:
    """Statements: 200, and one for each 500 rows that are written."""
    return 200 + number * rows // 500


@pytest.mark.parametrize("number", [30, 300, 1200])
def test_a_first_set_and_its_undoing_take_as_many_statements_for_any_number(
    leader, number, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    one, most = waiting(leader, *students(number)), most_for(number, OF_A_NEW_ONE)

    with (
        django_assert_max_num_queries(most),
        django_capture_on_commit_callbacks(execute=True),
    ):
        apply_by(PIECE)(one)

    applied = one.changes.filter(state="applied").count()

    one.refresh_from_db()
    undoing.say_undo(one, by=leader)
    with (
        django_assert_max_num_queries(most),
        django_capture_on_commit_callbacks(execute=True),
    ):
        undo_by(PIECE)(one)

    assert applied == one.changes.filter(state="undone").count() == number


@pytest.mark.parametrize("number", [30, 300, 1200])
def test_another_directory_takes_as_many_statements_for_any_number(
    leader, number, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    """Everybody is found again by name and class, with one yes."""
    with django_capture_on_commit_callbacks(execute=True):
        apply_by(PIECE)(waiting(leader, *students(number)))
    [school] = leader.keeps_students_of
    other_directories.choose_directory(school=school, namespace="aaf:10", by=leader)
    records = [
        a_student(f"2{n}", "Zoé", family_name(n), f"2DE{n // 30}", groups=["LATIN"])
        for n in range(number)
    ]
    data = a_set(UAI, *records, day="20261125", academy="10")
    one = receiving.receive(school=school, data=data, by=leader)
    one = applying.say_yes(one, by=leader, they_are_the_same=True)

    with (
        django_assert_max_num_queries(most_for(number, OF_ONE_FOUND_AGAIN)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        apply_by(PIECE)(one)

    assert one.changes.filter(kind="new", state="applied").count() == number
    assert Person.objects.filter(memberships__role="student").count() == number


@pytest.mark.parametrize("number", [30, 300])
def test_a_set_that_changes_everybody_takes_as_many_statements_for_any_number(
    leader, number, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    """All change class and groups, a tenth leave with their guardians, and are back on that day."""
    apply_by(PIECE)(waiting(leader, *students(number)))
    [school] = leader.keeps_students_of
    for n in range(number // 10):
        guardians.guard(
            guardian=PersonFactory(),
            student=of_key(f"{n}"),
            school=school,
            quality=GuardianQuality.AUTHORITY,
            by=leader,
        )
    there = students(number, changed=True)
    stay = there[number // 10 :]

    found, in_force = [], []
    for day, records in (("20261125", stay), ("20261126", there)):
        one = waiting(leader, *records, day=day)
        with (
            django_assert_max_num_queries(most_for(number, OF_ONE_WHO_CHANGES)),
            django_capture_on_commit_callbacks(execute=True),
        ):
            apply_by(PIECE)(one)
        in_force.append(Guardianship.objects.running().count())
        found.append(RosterChange.objects.filter(roster_import=one, state="applied").count())

    assert in_force == [0, number // 10]
    assert found == [2 * len(stay) + number // 10, number // 10]


def test_a_piece_ends_where_students_have_many_groups(leader):
    """Few changes are then as much to write as many."""
    number = 80

    def there(changed: int = 0) -> list[str]:
        names = [[f"G{n}-{(k + changed) % 2}" for n in range(MOST_GROUPS)] for k in range(number)]
        return [
            a_student(f"{k}", "Zoé", f"NOM {chr(65 + k % 26)}{chr(65 + k // 26)}", groups=groups)
            for k, groups in enumerate(names)
        ]

    sets = [there(), there(1), there(1)[:1], there(1)]  # new, all groups change, leave, are back
    pieces, imports = [], []
    for day, records in enumerate(sets, start=20):
        imports.append(waiting(leader, *records, day=f"202611{day}"))
        pieces.append(apply_by(PIECE)(imports[-1]))
    for one in reversed(imports):
        one.refresh_from_db()
        undoing.say_undo(one, by=leader)
        pieces.append(undo_by(PIECE)(one))

    assert [sum(those) for those in pieces] == [80, 80, 79, 79, 79, 79, 80, 80]
    assert max(max(those) for those in pieces) <= ROWS // MOST_GROUPS
    assert max(pieces[1]) <= ROWS // (2 * MOST_GROUPS)  # left and joined
