"""What the pages of figures show: cells of closed weeks as they were published, in a known number of
queries. Nothing is counted again.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from django.db.models import Q

from cms.indicators.enums import ELSEWHERE, ReaderRole
from cms.indicators.models import ClosedWeek, Definition, HourFigure, WeekFigure, YearFigure
from cms.indicators.queries.definitions import measures
from cms.indicators.values.cells import FigureCell, mean_of, usual_of
from cms.indicators.values.periods import ClosedCalendar, FigurePeriod
from courses.digest.enums import MeasureKind
from courses.people.enums import OrganisationKind
from courses.people.models import Organisation
from courses.people.models.classes import school_year
from courses.people.values import folded

REGION = Q(school=None)
PARTS = ("", *ReaderRole.values, ELSEWHERE)

type CellKey = tuple[int, str, int | None]  # definition, part, school
type Cells = dict[CellKey, FigureCell]


def closed_calendar() -> ClosedCalendar:
    years: dict[int, list[datetime.date]] = {}
    invented = set()
    for week, is_invented in ClosedWeek.objects.order_by("week").values_list("week", "is_invented"):
        years.setdefault(school_year(week), []).append(week)
        if is_invented:
            invented.add(week)
    newest_first = {year: tuple(years[year]) for year in sorted(years, reverse=True)}
    return ClosedCalendar(newest_first, frozenset(invented))


def definitions(codes: Iterable[str] | None = None) -> list[Definition]:
    """Frozen definitions, each version, in the order of the measures that are counted now."""
    found = Definition.objects.all() if codes is None else Definition.objects.filter(code__in=codes)
    order = {
        code: place for place, code in enumerate(dict.fromkeys(one.code for one in measures()))
    }
    return sorted(found, key=lambda one: (order.get(one.code, len(order)), one.code, one.version))


def week_and_usual(period: FigurePeriod, where: Q) -> tuple[Cells, Cells]:
    """The chosen week's cells, and those of its usual week: the median of the weeks before it."""
    rows = (
        WeekFigure.objects.published()
        .filter(where, week__in=[*period.weeks_before, period.week])
        .values_list("week", "definition_id", "part", "school_id", "shown")
    )
    week: Cells = {}
    before: dict[CellKey, list[int | None]] = {}
    for day, *key, shown in rows:
        if day == period.week:
            week[tuple(key)] = FigureCell(shown)
        else:
            before.setdefault(tuple(key), []).append(shown)
    return week, {key: usual_of(numbers) for key, numbers in before.items()}


def cells_of_week(week: datetime.date, where: Q) -> Cells:
    rows = WeekFigure.objects.published().filter(where, week=week)
    return {
        (definition, part, school): FigureCell(shown)
        for definition, part, school, shown in rows.values_list(
            "definition_id", "part", "school_id", "shown"
        )
    }


def cells_of_year(year: int, where: Q) -> Cells:
    """The year's published weeks: added up, and of people the mean, since who came in two weeks
    would be counted twice. A mean of the lesser part of the weeks isn't told, nor is zero where weeks are
    hidden or left out: it would read as if nothing had been done.
    """
    rows = YearFigure.objects.filter(where, school_year=year).values_list(
        "definition_id", "part", "school_id", "definition__kind",
        "total", "weeks", "hidden_weeks", "left_out_weeks",
    )  # fmt: skip
    cells: Cells = {}
    for definition, part, school, kind, total, weeks, hidden, left_out in rows:
        others = hidden + left_out
        value = total if weeks else None
        if is_mean := kind == MeasureKind.PEOPLE.value:
            value = mean_of(total, weeks, others)
        cells[definition, part, school] = FigureCell(
            None if others and not value else value, hidden, is_mean, weeks, left_out
        )
    return cells


def schools_counted(period: FigurePeriod) -> set[int]:
    """Primary keys of schools that have a figure in the week or year, shown or hidden."""
    if period.week is None:
        year = YearFigure.objects.filter(school_year=period.school_year, school__isnull=False)
        return set(year.order_by().values_list("school_id", flat=True).distinct())
    week = WeekFigure.objects.published().filter(week=period.week, school__isnull=False)
    return set(week.order_by().values_list("school_id", flat=True).distinct())


def cells_of(period: FigurePeriod, where: Q) -> Cells:
    """Of the chosen week, or of the year."""
    if period.week is None:
        return cells_of_year(period.school_year, where)
    return cells_of_week(period.week, where)


def weekly(code: str, where: Q) -> list[tuple[datetime.date, int | None, int | None]]:
    """(week, school, number or None where it is hidden) of all closed weeks, the oldest first; of a week
    that was counted in two versions the newest one's.
    """
    closed = ClosedWeek.objects.values("week")
    rows = WeekFigure.objects.published().filter(
        where, definition__code=code, part="", week__in=closed
    )
    found = rows.order_by("week", "definition__version").values_list("week", "school_id", "shown")
    newest = {(week, school): (week, school, shown) for week, school, shown in found}
    return list(newest.values())


def hours_of(period: FigurePeriod) -> dict[datetime.date, dict[tuple[int, int], int | None]]:
    """Pages of the region by weekday and hour, of the chosen week and of those before it."""
    found: dict[datetime.date, dict[tuple[int, int], int | None]] = {}
    rows = HourFigure.objects.published().filter(
        week__in=[*period.weeks_before, period.week], hour__isnull=False
    )
    for week, weekday, hour, shown in rows.values_list("week", "weekday", "hour", "shown"):
        found.setdefault(week, {})[weekday, hour] = shown
    return found


@dataclass(frozen=True)
class ListedSchool:
    """What a list of 267 schools is searched and ordered by."""

    pk: int
    name: str
    city: str
    uai: str | None
    department: str
    merged_into: int | None

    @property
    def order(self) -> tuple[str, str, int]:
        return folded_once(self.name), folded_once(self.city), self.pk

    @property
    def searched(self) -> str:
        return " ".join(
            [folded_once(self.name), folded_once(self.city), folded_once(self.uai or "")]
        )


folded_once = lru_cache(maxsize=4096)(folded)  # names and cities of an académie


def schools_by_name() -> list[ListedSchool]:
    """All schools, also one that goes on as another: its closed weeks stay its own."""
    rows = Organisation.objects.filter(kind=OrganisationKind.SCHOOL).values_list(
        "pk", "name", "city", "uai", "department", "merged_into_id"
    )
    return sorted((ListedSchool(*row) for row in rows), key=attrgetter("order"))


# What a table of schools tells of each.
SCHOOL_FIELDS = ("public_id", "name", "city", "uai", "department")


def schools_of(listed: Iterable[ListedSchool]) -> list[Organisation]:
    """In this order."""
    pks = [one.pk for one in listed]
    found = Organisation.objects.only(*SCHOOL_FIELDS).in_bulk(pks)
    return [found[pk] for pk in pks]


def pilots() -> list[Organisation]:
    return list(Organisation.objects.schools().filter(is_pilot=True))


# The measures that a page shows first.
MAIN = ("pages", "visits", "people")
