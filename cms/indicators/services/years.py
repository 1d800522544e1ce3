"""A school year's figures: the published numbers of its closed weeks, added up."""

import datetime
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
    exceed that of the whole. May run twice.
    """
    year = school_year(week)
    of_year = WeekFigure.objects.published().filter(week__range=mondays_of_school_year(year))
    rows = (
        of_year.exclude(definition__kind=MeasureKind.PEOPLE.value)
        .values_list("definition_id", "school_id", "part")
        .annotate(
            total=Sum("shown"),
            weeks=Count("shown"),
            hidden_weeks=Count("pk", filter=Q(is_hidden=True)),
        )
    )
    people = of_year.filter(definition__kind=MeasureKind.PEOPLE.value)
    with transaction.atomic():
        YearFigure.objects.filter(school_year=year).delete()
        figures = [
            YearFigure(
                school_year=year,
                definition_id=definition,
                school_id=school,
                part=part,
                total=total or 0,
                weeks=weeks,
                hidden_weeks=hidden,
            )
            for definition, school, part, total, weeks, hidden in [*rows, *sums_of_people(people)]
        ]
        YearFigure.objects.bulk_create(figures, batch_size=AT_ONCE)
    return len(figures)


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
