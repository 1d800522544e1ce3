"""A school year's figures: the published numbers of its closed weeks, added up."""

import datetime

from django.db import transaction
from django.db.models import Count, Q, Sum

from cms.indicators.models import WeekFigure, YearFigure
from cms.indicators.values.periods import mondays_of_school_year
from courses.people.models.classes import school_year

AT_ONCE = 2000


def add_up(week: datetime.date) -> int:
    """Write the figures of the school year of this Monday anew, and return how many there are.

    Only published numbers are added: what the weeks hide, the year doesn't tell. May run twice.
    """
    year = school_year(week)
    rows = (
        WeekFigure.objects.published()
        .filter(week__range=mondays_of_school_year(year))
        .values_list("definition_id", "school_id", "part")
        .annotate(
            total=Sum("shown"),
            weeks=Count("shown"),
            hidden_weeks=Count("pk", filter=Q(is_hidden=True)),
        )
    )
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
            for definition, school, part, total, weeks, hidden in rows
        ]
        YearFigure.objects.bulk_create(figures, batch_size=AT_ONCE)
    return len(figures)
