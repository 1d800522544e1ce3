"""What is counted of launches for the region's figures."""

import datetime
from collections import Counter

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


def people_who_came_back(first: datetime.date, last: datetime.date) -> dict[int, int]:
    """People who opened one resource at least twice. With five of them openings exceed the people of the
    month, resource by resource, by five: so the week bounds no number that the month hides.
    """
    by_resource = _launches(first, last).values("school", "person", "resource")
    twice = by_resource.annotate(number=Count("pk")).filter(number__gt=1)
    found = {(school, person) for school, person, *_ in twice.values_list("school", "person")}
    return dict(Counter(school for school, _person in found))


MEASURES = [
    Measure(
        code="launches",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Resources opened"),
        definition=_(
            "How often a resource was opened from here, in the whole region and all resources together."
            " An opening of which its reader said that it failed isn’t counted. Shown where at least five"
            " people opened a resource more than once. By school, the people of a month are counted"
            " instead, on the Region’s page of subscriptions."
        ),
        unit=pgettext_lazy("unit", "openings"),
        not_said=_("Not how long a resource was used, nor what was done there."),
        count=launches,
        people=people_who_came_back,
        is_of_region=True,
    )
]
