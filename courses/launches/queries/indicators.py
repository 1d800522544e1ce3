"""What is counted of launches for the region's figures."""

import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.dates import instants
from courses.digest.enums import MeasureKind
from courses.digest.values import Measure
from courses.launches.models import Launch

SINCE = datetime.date(2026, 8, 31)


def _launches(first: datetime.date, last: datetime.date) -> QuerySet:
    begin, end = instants(first, last)
    rows = Launch.objects.filter(at__gte=begin, at__lt=end, failed_at=None)
    return rows.order_by().values("school")


def launches(first: datetime.date, last: datetime.date) -> dict[int, int]:
    rows = _launches(first, last).annotate(number=Count("pk"))
    return dict(rows.values_list("school", "number"))


def people_of_launches(first: datetime.date, last: datetime.date) -> dict[int, int]:
    rows = _launches(first, last).annotate(number=Count("person", distinct=True))
    return dict(rows.values_list("school", "number"))


MEASURES = [
    Measure(
        code="launches",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Resources opened"),
        definition=_(
            "How often a resource was opened from here, all resources together, by the school through"
            " which it was opened. An opening of which its reader said that it failed isn’t counted."
        ),
        unit=pgettext_lazy("unit", "openings"),
        not_said=_("Not how long a resource was used, nor what was done there."),
        count=launches,
        people=people_of_launches,
    )
]
