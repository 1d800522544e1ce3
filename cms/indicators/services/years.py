"""A school year's figures: the published numbers of its closed weeks, added up."""

import datetime
import logging
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from django.db import transaction
from django.db.models import Q, QuerySet

from cms.indicators.models import ClosedWeek, WeekFigure, YearFigure
from cms.indicators.values.periods import mondays_of_school_year
from courses.dates import paris_day
from courses.digest.enums import MeasureKind
from courses.people.models.classes import school_year

log = logging.getLogger(__name__)

AT_ONCE = 2000

type YearKey = tuple[int, int | None, str]  # definition, school, part
type PlaceInWeek = tuple[datetime.date, int | None]  # Monday, school


@dataclass
class YearSum:
    total: int = 0
    weeks: int = 0
    hidden_weeks: int = 0
    left_out_weeks: int = 0


def add_up(week: datetime.date) -> int:
    """Write the figures of the school year of this Monday anew unless they are as they would be; return how
    many were written.

    Only published numbers are added: what the weeks hide, the year doesn't tell. A whole is of all weeks
    in which it is published. A part leaves out weeks in which its whole is hidden and, of people, one of
    the other parts that the year tells: else parts of different weeks would be compared. May run twice.
    """
    year = school_year(week)
    of_year = WeekFigure.objects.published().filter(week__range=mondays_of_school_year(year))
    sums, there = sums_of(of_year), YearFigure.objects.filter(school_year=year)
    if sums == _stored(there):
        return 0
    with transaction.atomic():
        there.delete()
        figures = [
            YearFigure(
                school_year=year,
                definition_id=definition,
                school_id=school,
                part=part,
                total=one.total,
                weeks=one.weeks,
                hidden_weeks=one.hidden_weeks,
                left_out_weeks=one.left_out_weeks,
            )
            for (definition, school, part), one in sums.items()
        ]
        YearFigure.objects.bulk_create(figures, batch_size=AT_ONCE)
    return len(figures)


def check_sums(now: datetime.datetime) -> int:
    """Add up one school year a night, in turns: a release that adds up in another way changes finished years,
    too, of which no week is closed any more. Return how many figures were written.
    """
    weeks = ClosedWeek.objects.values_list("week", flat=True)
    a_week_of = {school_year(week): week for week in weeks}
    if not a_week_of:
        return 0
    years = sorted(a_week_of)
    year = years[paris_day(now).toordinal() % len(years)]
    if written := add_up(a_week_of[year]):
        log.warning("The sums of the school year that ends in %s were others: written anew", year)
    return written


def _stored(figures: QuerySet) -> dict[YearKey, YearSum]:
    rows = figures.values_list(
        "definition_id", "school_id", "part", "total", "weeks", "hidden_weeks", "left_out_weeks"
    )
    return {(definition, school, part): YearSum(*sums) for definition, school, part, *sums in rows}


def sums_of(of_year: QuerySet) -> dict[YearKey, YearSum]:
    """Of published week figures."""
    hidden = hidden_wholes(of_year)
    sums: dict[YearKey, YearSum] = defaultdict(YearSum)
    cells = of_year.values_list(
        "week", "school_id", "definition__code", "definition_id", "part", "shown"
    )
    for week, school, code, definition, part, shown in cells.iterator():
        found = sums[definition, school, part]
        if shown is None:
            found.hidden_weeks += 1
        elif not hidden[week, school].isdisjoint(wholes_of(code, part)):
            found.left_out_weeks += 1
        else:
            found.total += shown
            found.weeks += 1
    return sums


def hidden_wholes(of_year: QuerySet) -> dict[PlaceInWeek, set[str]]:
    """Codes by week and school: of people also where a part is hidden, since those that are shown are
    compared with it. A part that is hidden in all weeks has no number to compare: it leaves nothing out.
    """
    of_people = ~Q(part="") & Q(definition__kind=MeasureKind.PEOPLE.value)
    place = "school_id", "definition_id", "part"
    told = set(of_year.filter(of_people, is_hidden=False).values_list(*place).distinct())
    cells = of_year.filter(Q(part="") | of_people, is_hidden=True)
    found: dict[PlaceInWeek, set[str]] = defaultdict(set)
    for week, code, *where in cells.values_list("week", "definition__code", *place):
        school, _definition, part = where
        if not part or tuple(where) in told:
            found[week, school].add(code)
    return found


@cache
def wholes_of(code: str, part: str) -> frozenset[str]:
    """Codes of which this is a part: `pages` of `pages_phone`, `people` of a role. Empty for a whole."""
    family = code.partition("_")[0]
    return frozenset({family, code} if part else {family} - {code})
