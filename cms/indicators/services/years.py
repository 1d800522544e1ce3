"""A school year's figures: the published numbers of its closed weeks, added up."""

import datetime
from collections import defaultdict
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from cms.indicators.models import WeekFigure, YearFigure
from cms.indicators.values.periods import mondays_of_school_year
from courses.digest.enums import MeasureKind
from courses.people.models.classes import school_year

AT_ONCE = 2000


def add_up(week: datetime.date) -> int:
    """Write the figures of the school year of this Monday anew, and return how many there are.

    Only published numbers are added: what the weeks hide, the year doesn't tell. People and their parts
    are of the same weeks, those in which all of a school's are published: else the mean of a part might
    exceed that of the whole. Of the others, a week whose whole is hidden is left out of the parts. May run
    twice.
    """
    year = school_year(week)
    of_year = WeekFigure.objects.published().filter(week__range=mondays_of_school_year(year))
    others = of_year.exclude(definition__kind=MeasureKind.PEOPLE.value)
    rows = others.values_list("definition_id", "school_id", "part").annotate(
        total=Sum("shown"),
        weeks=Count("shown"),
        hidden_weeks=Count("pk", filter=Q(is_hidden=True)),
    )
    left_out = parts_left_out(others)
    people = of_year.filter(definition__kind=MeasureKind.PEOPLE.value)
    with transaction.atomic():
        YearFigure.objects.filter(school_year=year).delete()
        figures = [
            YearFigure(
                school_year=year,
                definition_id=definition,
                school_id=school,
                part=part,
                total=(total or 0) - left_out[definition, school, part][0],
                weeks=weeks - left_out[definition, school, part][1],
                hidden_weeks=hidden + left_out[definition, school, part][1],
            )
            for definition, school, part, total, weeks, hidden in [*rows, *sums_of_people(people)]
        ]
        YearFigure.objects.bulk_create(figures, batch_size=AT_ONCE)
    return len(figures)


def parts_left_out(of_year: QuerySet) -> dict[tuple[int, int | None, str], list[int]]:
    """By definition, school and part: the sum and the number of published weeks in which the whole
    (`pages` of `pages_phone`) is hidden. Else the year's parts might exceed its whole.
    """
    wholes = of_year.filter(part="", is_hidden=True).values_list(
        "week", "school_id", "definition__code"
    )
    hidden = set(wholes)
    found: dict[tuple[int, int | None, str], list[int]] = defaultdict(lambda: [0, 0])
    if not hidden:
        return found
    cells = of_year.filter(is_hidden=False, week__in={week for week, _school, _code in hidden})
    for week, school, code, definition, part, shown in cells.values_list(
        "week", "school_id", "definition__code", "definition_id", "part", "shown"
    ).iterator():
        family = code.partition("_")[0]
        if (week, school, family) in hidden or (week, school, code) in hidden:
            found[definition, school, part][0] += shown
            found[definition, school, part][1] += 1
    return found


def sums_of_people(of_year: QuerySet) -> Iterator[tuple[int, int | None, str, int, int, int]]:
    """As the others' rows: definition, school, part, sum, weeks that are in it, weeks left out."""
    left_out = set(
        of_year.filter(is_hidden=True).values_list("definition_id", "school_id", "week").distinct()
    )
    sums: dict[tuple[int, int | None, str], list[int]] = {}
    cells = of_year.values_list("week", "definition_id", "school_id", "part", "shown")
    for week, definition, school, part, shown in cells.iterator():
        found = sums.setdefault((definition, school, part), [0, 0, 0])
        if (definition, school, week) in left_out:
            found[2] += 1
        else:
            found[0] += shown
            found[1] += 1
    for key, (total, weeks, hidden) in sums.items():
        yield *key, total, weeks, hidden
