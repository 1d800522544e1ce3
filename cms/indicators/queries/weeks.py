"""What is counted of one week, as the tables of its close need it."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Sum

from cms.indicators.enums import ELSEWHERE, Place, ReaderDevice, ReaderRole
from cms.indicators.models import (
    ClosedDay,
    ClosedWeek,
    DayCount,
    HourCount,
    HourPeople,
    SeenThisWeek,
)
from cms.indicators.queries.days import open_days
from cms.indicators.values import moments
from cms.indicators.values.readers import School, SeenReader
from courses.agenda.values import PARIS
from courses.dates import midnight
from courses.disclosure.values import Cell
from courses.people.models import Organisation


def weeks_to_close(today: datetime.date) -> list[datetime.date]:
    """Mondays of the weeks of which the Sunday is closed, no other day is open, and the week isn't closed;
    oldest first.
    """
    days = ClosedDay.objects.filter(day__lt=today).values_list("day", flat=True)
    over = {moments.monday_of(day) for day in days if day.isoweekday() == 7}
    waiting = {moments.monday_of(day) for day in open_days(today)}
    closed = set(ClosedWeek.objects.values_list("week", flat=True))
    return sorted(over - waiting - closed)


@dataclass(frozen=True)
class Schools:
    """The schools of today, by their keys, and as which of them others go on."""

    pks: list[int]
    merged_into: Mapping[int, int]

    def of(self, pk: int | None) -> School:
        """As which school a number is told."""
        return ELSEWHERE if pk is None else self.merged_into.get(pk, pk)

    def add_up(self, counts: Mapping[int, int]) -> Counter[School]:
        """By the school of today."""
        found: Counter[School] = Counter()
        for pk, number in counts.items():
            found[self.of(pk)] += number
        return found


def schools_of_today() -> Schools:
    rows = list(Organisation.objects.schools().order_by("pk").values_list("pk", flat=True))
    merged = Organisation.objects.exclude(merged_into=None).values_list("pk", "merged_into")
    return Schools(rows, {pk: into for pk, into in merged if into is not None})


@dataclass
class CountedWeek:
    """Everything that the roof counts itself."""

    pages: Counter[Cell] = field(default_factory=Counter)  # school, place, device
    pages_by_hour: Counter[Cell] = field(default_factory=Counter)  # weekday, hour
    people_by_hour: dict[Cell, int] = field(default_factory=dict)
    schools: set[School] = field(default_factory=set)  # of the pages
    people_by_day: dict[int, int] = field(default_factory=dict)
    visits: Counter[School] = field(default_factory=Counter)
    readers: list[SeenReader] = field(default_factory=list)


def counted_week(week: datetime.date, schools: Schools) -> CountedWeek:
    """Four queries."""
    counted = CountedWeek()
    hours = [midnight(week), midnight(week + moments.WEEK)]
    in_week = {"hour__gte": hours[0], "hour__lt": hours[1]}
    by_hour = HourCount.objects.filter(**in_week).values("hour", "school", "place", "device")
    for row in by_hour.annotate(number=Sum("pages")).order_by():
        place, device = Place(row["place"]), ReaderDevice(row["device"])
        school = schools.of(row["school"])
        counted.schools.add(school)
        counted.pages[school, place, device] += row["number"]
        counted.pages_by_hour[_weekday_and_hour(row["hour"])] += row["number"]
    for hour, people in HourPeople.objects.filter(**in_week).values_list("hour", "people"):
        at = _weekday_and_hour(hour)
        # The hour that clocks repeat in October: at least as many as in one of the two.
        counted.people_by_hour[at] = max(people, counted.people_by_hour.get(at, 0))
    days = DayCount.objects.filter(day__gte=week, day__lt=week + moments.WEEK)
    by_day: Counter[int] = Counter()
    for day, pk, people, visits in days.values_list("day", "school", "people", "visits"):
        by_day[day.weekday()] += people
        counted.visits[schools.of(pk)] += visits
    counted.people_by_day = dict(by_day)
    counted.readers = readers_of(week, schools)
    return counted


def readers_of(week: datetime.date, schools: Schools) -> list[SeenReader]:
    """All rows of one identifier say the same school and role: those of the first page of the week
    (services.flushing).
    """
    seen = SeenThisWeek.objects.filter(week=week).order_by("pk")
    readers: dict[str, tuple[int | None, str]] = {}
    when: dict[str, set[tuple[Place, ReaderDevice]]] = defaultdict(set)
    for key, school, role, place, device in seen.values_list(
        "key", "school", "role", "place", "device"
    ).iterator():
        readers.setdefault(key, (school, role))
        when[key].add((Place(place), ReaderDevice(device)))
    return [
        SeenReader(schools.of(school), ReaderRole(role), frozenset(when[key]))
        for key, (school, role) in readers.items()
    ]


def _weekday_and_hour(instant: datetime.datetime) -> tuple[int, int]:
    local = instant.astimezone(PARIS)
    return local.weekday(), local.hour
