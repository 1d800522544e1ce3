"""Published tables of one week, each with the one pattern of what it hides. Pure: they get the
numbers.

Pages stand in two tables that share their totals: schools by place and device, and days by hour. Within each
the pattern keeps an interval of five for what is hidden; across both it does as long as each shared
cell is published in both. Where one isn't, which takes a region of a few readers, all hours are
hidden.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from cms.indicators.enums import ELSEWHERE, Place, ReaderDevice, ReaderRole
from cms.indicators.values.moments import place_of_hour
from cms.indicators.values.readers import School, SeenReader
from courses.digest.enums import MeasureKind
from courses.disclosure.rules import publish
from courses.disclosure.values import (
    FEWEST_PEOPLE,
    TOTAL,
    Axis,
    Cell,
    Key,
    PublishedTable,
    Table,
    flat,
)

WEEKDAYS, WEEKEND = "weekdays", "weekend"
DAYS = Axis(
    "day",
    {
        **dict.fromkeys(range(5), WEEKDAYS),
        **dict.fromkeys((5, 6), WEEKEND),
        WEEKDAYS: TOTAL,
        WEEKEND: TOTAL,
    },
)
HOURS = Axis(
    "hour",
    {
        **{hour: place_of_hour(hour) for hour in range(24)},
        Place.OTHER: TOTAL,
        Place.CLASS_HOURS: TOTAL,
        Place.EVENING: TOTAL,
    },
)
PLACES, DEVICES, ROLES = (
    flat("place", Place),
    flat("device", ReaderDevice),
    flat("role", ReaderRole),
)
# Cells of the days by hour, and the same cells of the schools by place and device.
SHARED: dict[Cell, Cell] = {
    (TOTAL, TOTAL): (TOTAL, TOTAL, TOTAL),
    (WEEKEND, TOTAL): (TOTAL, Place.WEEKEND, TOTAL),
    **{
        (WEEKDAYS, place): (TOTAL, place, TOTAL)
        for place in (Place.CLASS_HOURS, Place.EVENING, Place.OTHER)
    },
}


@dataclass(frozen=True)
class CountedTable:
    """A table as it is counted, and as it may be shown."""

    counted: Mapping[Cell, int]
    published: PublishedTable

    def value(self, *cell: Key) -> int:
        return self.counted[cell]

    def is_hidden(self, *cell: Key) -> bool:
        return self.published.value(*cell) is None


def figures(
    table: Table,
    people: Mapping[Cell, int] | None = None,
    hidden: Iterable[Cell] = (),
    people_shown: Mapping[Cell, int] | None = None,
) -> CountedTable:
    published = publish(table, people=people, people_shown=people_shown, hidden=hidden)
    return CountedTable(table.sums(), published)


def people_by_role(schools: Iterable[School], readers: Iterable[SeenReader]) -> CountedTable:
    counts: Counter[Cell] = Counter((reader.school, reader.role) for reader in readers)
    return figures(Table((flat("school", schools), ROLES), counts))


def hidden_schools(people: CountedTable, role: ReaderRole | None = None) -> list[Key]:
    """Schools, or TOTAL, of which the number of people is hidden, or that of the people in this role.
    What they did is hidden with it: as many people as acts at most, none where there is no act, and
    five at least behind a shown number. Of 9 people, 5 of them teachers since homework is shown, 4 would
    be students.
    """
    schools, _roles = people.published.axes
    roles = {TOTAL, role or TOTAL}
    return [one for one in schools.keys if any(people.is_hidden(one, role) for role in roles)]


def pages_hidden(schools: Iterable[Key], hours: CountedTable) -> set[Cell]:
    """Cells of the schools' pages that other tables hide: every place and device of these schools (or
    TOTAL), and what the days by hour hide already.
    """
    whole = product(schools, PLACES.keys, DEVICES.keys)
    return {*whole, *(there for here, there in SHARED.items() if hours.is_hidden(*here))}


def by_school(
    schools: Collection[School],
    counts: Mapping[School, int],
    kind: MeasureKind,
    people: Mapping[School, int],
    hidden: Iterable[Key] = (),
    people_shown: Mapping[School, int] | None = None,
) -> CountedTable:
    """A measure of which nothing but the schools is published. `people`: who is behind, by school;
    `people_shown`: those of these numbers that can be read, without it all.
    """
    table = Table(
        (flat("school", schools),), {(school,): count for school, count in counts.items()}
    )
    if kind is MeasureKind.THINGS:
        counted = table.sums()
        return CountedTable(counted, PublishedTable(table.axes, counted))
    if kind is MeasureKind.PEOPLE:
        return figures(table)
    behind: dict[Cell, int] = {(school,): people.get(school, 0) for school in schools}
    shown: dict[Cell, int] | None = None
    if people_shown is not None:
        shown = {(school,): number for school, number in people_shown.items()}
    return figures(
        table,
        {**behind, (TOTAL,): sum(behind.values())},
        hidden=[(key,) for key in hidden],
        people_shown=shown,
    )


def pages_of_schools(
    schools: Iterable[School],
    pages: Mapping[Cell, int],
    readers: Iterable[SeenReader],
    hidden: Iterable[Cell],
) -> CountedTable:
    """Pages by school, place and device."""
    table = Table((flat("school", schools), PLACES, DEVICES), pages)
    people: Counter[Cell] = Counter()
    for reader in readers:
        people.update(
            {
                cell
                for place, device in reader.when
                for cell in product((reader.school, TOTAL), (place, TOTAL), (device, TOTAL))
            }
        )
    known = {key for key in table.axes[0].keys if key not in (ELSEWHERE, TOTAL)}
    return figures(table, _behind(table, people, without_visitors=known), hidden=hidden)


def pages_of_hours(
    pages: Mapping[Cell, int],
    people_of_hours: Mapping[Cell, int],
    people_of_days: Mapping[int, int],
    readers: Iterable[SeenReader],
) -> CountedTable:
    """Pages by day and hour, with sums of days and places; a pair is a weekday (Monday is 0) and an
    hour.
    """
    table = Table((DAYS, HOURS), pages)
    people: Counter[Cell] = Counter(people_of_hours)
    people.update({(day, TOTAL): number for day, number in people_of_days.items()})
    shared = {there: here for here, there in SHARED.items()}
    for reader in readers:
        places = {place for place, _device in reader.when}
        people.update({shared[cell] for cell in product((TOTAL,), (*places, TOTAL), (TOTAL,))})
    return figures(table, _behind(table, people))


def _behind(
    table: Table, people: Mapping[Cell, int], without_visitors: Collection[Key] = ()
) -> dict[Cell, int]:
    """People behind each leaf, and behind each sum of which they are counted. Pages without a known
    reader are visitors', and there is nobody to give away; but under these keys of the first axis there
    are no visitors, and such pages are hidden as those of fewer than five people.
    """

    def at_least(cell: Cell, pages: int) -> int:
        return 0 if cell[0] in without_visitors else min(pages, FEWEST_PEOPLE)

    return {
        cell: people.get(cell, 0) or at_least(cell, pages)
        for cell, pages in table.sums().items()
        if cell in people or table.is_leaf(cell)
    }


def hides_all_hours(schools: CountedTable) -> bool:
    return any(schools.is_hidden(*there) for there in SHARED.values())
