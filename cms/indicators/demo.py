"""The demo's closed weeks: three school years of invented figures for the pilots and the schools of the
bouquet, hidden by the same rules as counted ones.
"""

import datetime
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from django.urls import reverse

from cms.indicators import rules
from cms.indicators.enums import ELSEWHERE, Place, ReaderDevice, ReaderRole
from cms.indicators.models import ClosedWeek, HourFigure, WeekFigure
from cms.indicators.queries.definitions import measures
from cms.indicators.queries.weeks import Schools
from cms.indicators.services.weeks import Tables
from cms.indicators.services.years import add_up
from cms.indicators.values.moments import place_of_hour
from cms.indicators.values.readers import School
from courses.agenda.queries.school_days import in_holidays, last_day_of_class, monday_of
from courses.dates import first_of_school_year
from courses.digest.enums import MeasureKind
from courses.digest.values import BenchTarget, Counting
from courses.disclosure.values import TOTAL, Cell, Key, Table, flat
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.models.classes import classes_begin, school_year

SEED = "figures of the demo"
ONE_WEEK = datetime.timedelta(weeks=1)
SCHOOL_YEARS = 3
ROWS_AT_ONCE = 2000
WEEKS_OF_A_YEAR = {"full": 53, "small": 4}  # the last ones of each year

STUDENTS = (120, 620)  # who have a login, in the smallest and the largest lycée
SMALL_ONES = {0: 9, 5: 30}  # by place among the schools: a lycée that begins with one class
USED_BY = (0.35, 0.55, 0.8)  # of those, from year to year
IN_THE_HOLIDAYS, IN_SUMMER = 0.12, 0.02
WITHOUT_SCHOOL = 2.9  # the last week is one in which schools are closed: so many times the pages

# Pages of a usual week, and of one without school, by the hour of a weekday and of a weekend's day.
USUAL_WEEKDAY = (
    1, 0, 0, 0, 0, 2, 6, 20, 34, 33, 31, 27,
    17, 24, 29, 26, 20, 16, 13, 11, 9, 7, 4, 2,
)  # fmt: skip
USUAL_WEEKEND = (
    1, 0, 0, 0, 0, 0, 0, 1, 2, 4, 6, 6,
    4, 5, 6, 7, 7, 7, 6, 5, 5, 4, 3, 1,
)  # fmt: skip
CLOSED_WEEKDAY = (
    2, 1, 0, 0, 1, 3, 8, 22, 37, 42, 40, 36,
    26, 30, 38, 36, 33, 32, 32, 31, 30, 26, 18, 9,
)  # fmt: skip
CLOSED_WEEKEND = (
    2, 1, 0, 0, 0, 1, 2, 5, 9, 14, 17, 17,
    12, 14, 17, 18, 18, 18, 18, 18, 17, 14, 10, 5,
)  # fmt: skip
WEEKDAYS = range(7)

# How many of the people of a school read at such times, and on such devices.
READ_AT: dict[Key, float] = {
    Place.CLASS_HOURS: 0.85, Place.EVENING: 0.5, Place.WEEKEND: 0.35, Place.OTHER: 0.2,
}  # fmt: skip
READ_ON: dict[Key, float] = {ReaderDevice.PHONE: 0.6, ReaderDevice.COMPUTER: 0.75}
ON_A_PHONE = 0.44
PAGES_OF = {
    ReaderRole.STUDENT: 12, ReaderRole.TEACHER: 31, ReaderRole.OTHER: 4,
}  # fmt: skip
PAGES_OF_A_VISIT = 5.8
VISITORS_PAGES = 900
ADVISERS = 46

# What the products count: so many for each teacher, and for each student, who came in the week.
FOR_EACH = {
    "plans": (0.8, 0), "lessons_read": (0, 2.1),
    "homework": (0.9, 0), "hand_ins": (0, 0.6), "answers": (0.7, 0), "questions": (0, 0.08), "video_hours": (0.12, 0),
    "rolls": (1.6, 0), "loans": (0, 0.03), "launches": (0.5, 0.35),
}  # fmt: skip
OF_ANY_OTHER = (0.2, 0.05)


@dataclass
class InventedWeek:
    """What might have been counted in a week."""

    people: Counter[Cell] = field(default_factory=Counter)  # school, role
    pages: Counter[Cell] = field(default_factory=Counter)  # school, place, device
    visits: Counter[School] = field(default_factory=Counter)
    by_hour: Counter[Cell] = field(default_factory=Counter)  # weekday, hour
    of_products: dict[str, Counter[School]] = field(default_factory=dict)

    def readers(self, school: School) -> int:
        return sum(self.people[school, role] for role in ReaderRole)


class InventedTables(Tables):
    """Tables of an invented week, made and hidden as those of a counted one."""

    def __init__(self, week: datetime.date, schools: Schools, invented: InventedWeek) -> None:
        self.week, self.schools, self.invented = week, schools, invented
        self.measures, self.lacks_readers, self.lacks_rows = measures(), False, False
        self.axis = self.axis_with(*schools.pks)
        axis = flat("school", self.axis)
        self.people = rules.figures(Table((axis, rules.ROLES), invented.people))
        self.readers = {school: self.people.value(school, TOTAL) for school in self.axis}
        self.hidden_schools = rules.hidden_schools(self.people)
        hours = Table((rules.DAYS, rules.HOURS), invented.by_hour)
        self.hours = rules.figures(hours, behind(hours, self.readers[ELSEWHERE]))
        pages = Table((axis, rules.PLACES, rules.DEVICES), invented.pages)
        self.pages = rules.figures(
            pages,
            self.people_behind(pages),
            hidden=rules.pages_hidden(self.hidden_schools, self.hours),
        )
        self.visits = rules.by_school(
            self.axis, invented.visits, MeasureKind.ACTS, self.readers, hidden=self.hidden_schools
        )

    def people_behind(self, pages: Table) -> dict[Cell, int]:
        readers: dict[Key, int] = {TOTAL: sum(self.readers.values())}
        readers.update(self.readers.items())
        shares: dict[Key, float] = {**READ_AT, **READ_ON, TOTAL: 1}
        return {
            (school, place, device): min(
                number, round(readers[school] * shares[place] * shares[device])
            )
            for (school, place, device), number in pages.sums().items()
        }

    def count(self, counting: Counting | None) -> Mapping[School, int]:
        """What was invented for the measure that counts so. As the people behind a measure, as many as
        acts at most.
        """
        for one in self.measures:
            if one.count and one.count is counting:
                return self.invented.of_products[one.code]
        acts = next(one for one in self.measures if one.people is counting)
        role = acts.role or TOTAL
        return {
            school: min(number, self.people.value(school, role))
            for school, number in self.invented.of_products[acts.code].items()
        }


def behind(hours: Table, least: int) -> dict[Cell, int]:
    """People behind each hour and each sum of hours: every third page is another's."""
    return {cell: min(number, max(least, number // 3)) for cell, number in hours.sums().items()}


def load(world, say) -> None:
    """After all else of the demo: of the measures of every product."""
    number = 0
    years = set()
    for tables in invented_weeks(world.pilots, world.subscribers, world.today, world.size):
        figures = list(figures_of(tables))
        WeekFigure.objects.bulk_create(figures, batch_size=ROWS_AT_ONCE)
        hours = tables.hour_figures()
        for hour in hours:
            hour.is_invented = True
        HourFigure.objects.bulk_create(hours)
        ClosedWeek.objects.create(
            week=tables.week, schools=len(tables.schools.pks), is_invented=True
        )
        years.add(school_year(tables.week))
        number += 1
    for year in sorted(years):
        add_up(datetime.date(year, 1, 1))
    say(f"{number} weeks of figures (invented)")


def figures_of(tables: InventedTables) -> Iterator[WeekFigure]:
    for measure in tables.measures:
        for figure in tables.figures_of(measure):
            figure.is_invented = True
            yield figure


def invented_weeks(
    pilots: Sequence, subscribers: Sequence, today: datetime.date, size: str = "full"
) -> Iterator[InventedTables]:
    """The oldest first; the last one is the week before today's."""
    rng = random.Random(SEED)
    schools = list(dict.fromkeys(one.pk for one in [*pilots, *subscribers]))
    students = {pk: students_of(nth, rng) for nth, pk in enumerate(schools)}
    last = monday_of(today) - ONE_WEEK
    codes = [measure.code for measure in measures() if measure.count is not None]
    for week in weeks_until(last, WEEKS_OF_A_YEAR[size]):
        invented = invent(week, students, rng, codes, is_closed=week == last, today=today)
        yield InventedTables(week, Schools(schools, {}), invented)


def students_of(nth: int, rng: random.Random) -> int:
    return SMALL_ONES.get(nth % 23 - 17, rng.randint(*STUDENTS))


def weeks_until(last: datetime.date, most: int) -> list[datetime.date]:
    """Of three school years, from the first Monday of September on."""
    weeks = []
    for year in range(school_year(last) - SCHOOL_YEARS + 1, school_year(last) + 1):
        september = monday_of(classes_begin(first_of_school_year(year)))
        of_year = [september + nth * ONE_WEEK for nth in range(48)]
        weeks += [week for week in of_year if week <= last][-most:]
    return weeks


def invent(
    week: datetime.date,
    students: Mapping[School, int],
    rng: random.Random,
    codes: Sequence[str],
    *,
    is_closed: bool,
    today: datetime.date,
) -> InventedWeek:
    invented = InventedWeek(of_products={code: Counter() for code in codes})
    used = USED_BY[SCHOOL_YEARS - 1 - (school_year(today) - school_year(week))] * busy(week)
    for school, number in students.items():
        came = used * rng.uniform(0.85, 1.1) * (1.15 if is_closed else 1)
        invented.people[school, ReaderRole.STUDENT] = round(number * came)
        invented.people[school, ReaderRole.TEACHER] = round(number / 11 * min(1, came * 1.2))
        invented.people[school, ReaderRole.OTHER] = round(number * came * 0.04)
        spread_pages(invented, school, rng, is_closed=is_closed)
        for code in codes:
            teacher, student = FOR_EACH.get(code, OF_ANY_OTHER)
            mean = (
                teacher * invented.people[school, ReaderRole.TEACHER]
                + student * invented.people[school, ReaderRole.STUDENT]
            )
            invented.of_products[code][school] = round(mean * rng.uniform(0.7, 1.3))
    invented.people[ELSEWHERE, ReaderRole.OTHER] = ADVISERS
    spread(invented, ELSEWHERE, VISITORS_PAGES + ADVISERS * 8, is_closed=is_closed)
    invented.visits[ELSEWHERE] = ADVISERS * 5
    spread_hours(invented, is_closed=is_closed)
    return invented


def busy(week: datetime.date) -> float:
    """How much of a week of class: 1, less in the holidays, nearly nothing in summer."""
    wednesday = week + datetime.timedelta(days=2)
    if wednesday > last_day_of_class(week):
        return IN_SUMMER
    return IN_THE_HOLIDAYS if in_holidays(wednesday) else 1


def spread_pages(
    invented: InventedWeek, school: School, rng: random.Random, *, is_closed: bool
) -> None:
    """Pages and visits of a school, by the people who came."""
    pages = sum(invented.people[school, role] * PAGES_OF[role] for role in ReaderRole)
    pages = round(pages * rng.uniform(0.9, 1.1) * (WITHOUT_SCHOOL if is_closed else 1))
    spread(invented, school, pages, is_closed=is_closed)
    readers = invented.readers(school)
    invented.visits[school] = max(readers, round(pages / PAGES_OF_A_VISIT))


def spread(invented: InventedWeek, school: School, pages: int, *, is_closed: bool) -> None:
    """By place and device, in whole pages."""
    weights = {
        (place, device): weight * (ON_A_PHONE if device == ReaderDevice.PHONE else 1 - ON_A_PHONE)
        for place, weight in weights_of_places(is_closed).items()
        for device in ReaderDevice
    }
    for (place, device), number in shared_out(pages, weights).items():
        invented.pages[school, place, device] = number


def spread_hours(invented: InventedWeek, *, is_closed: bool) -> None:
    """The region's pages of each place, by the hours that it is made of."""
    weights = weights_of_hours(is_closed)
    for place in Place:
        pages = sum(
            number for (_school, at, _device), number in invented.pages.items() if at == place
        )
        of_place = {hour: weight for hour, weight in weights.items() if place_of(*hour) == place}
        for hour, number in shared_out(pages, of_place).items():
            invented.by_hour[hour] = number


def weights_of_hours(is_closed: bool) -> dict[tuple[int, int], int]:
    weekday, weekend = (
        (CLOSED_WEEKDAY, CLOSED_WEEKEND) if is_closed else (USUAL_WEEKDAY, USUAL_WEEKEND)
    )
    return {
        (day, hour): (weekend if day > 4 else weekday)[hour]
        for day, hour in product(WEEKDAYS, range(24))
    }


def weights_of_places(is_closed: bool) -> Counter[Place]:
    places: Counter[Place] = Counter()
    for (day, hour), weight in weights_of_hours(is_closed).items():
        places[place_of(day, hour)] += weight
    return places


def place_of(day: int, hour: int) -> Place:
    """As `moments.place_of`, of a weekday (0 is Monday) and an hour."""
    return Place.WEEKEND if day > 4 else place_of_hour(hour)


def shared_out[K](total: int, weights: Mapping[K, float]) -> dict[K, int]:
    """Whole numbers that add up to the total, in proportion: what is left over goes to the largest
    remainders.
    """
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    shares = {key: int(number) for key, number in exact.items()}
    left = total - sum(shares.values())
    for key in sorted(exact, key=lambda key: shares[key] - exact[key])[:left]:
        shares[key] += 1
    return shares


def targets() -> list[BenchTarget]:
    """Pages of figures for `manage.py bench`, as a registrar reads them."""

    def readers() -> list[Person]:
        return list(Person.objects.filter(memberships__role=Role.REGISTRAR).distinct())

    return [
        BenchTarget(name, goal="≥ 0.4", page=reverse(address), people=readers)
        for name, address in (
            ("figures of the region", "indicators:region"),
            ("figures of schools", "indicators:schools"),
            ("figures of the pilots", "indicators:pilots"),
        )
    ]
