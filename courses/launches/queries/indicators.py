"""What is counted of launches for the region's figures."""

import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.dates import instants
from courses.digest.enums import MeasureKind
from courses.digest.values import Measure
from courses.disclosure.values import FEWEST_PEOPLE
from courses.launches.models import Launch

SINCE = datetime.date(2026, 11, 30)


def _launches(first: datetime.date, last: datetime.date) -> QuerySet:
    """Of resources that at least five people opened in these days, by school.

    What fewer opened in a week may be hidden in its month: its openings beside the people of all
    other resources would bound them. So they are in no sum.
    """
    begin, end = instants(first, last)
    rows = Launch.objects.filter(at__gte=begin, at__lt=end, failed_at=None).order_by()
    people = rows.values("resource").annotate(people=Count("person", distinct=True))
    opened = people.filter(people__gte=FEWEST_PEOPLE).values("resource")
    return rows.filter(resource__in=opened).values("school")


def launches(first: datetime.date, last: datetime.date) -> dict[int, int]:
    return dict(_launches(first, last).annotate(number=Count("pk")).values_list("school", "number"))


def people_who_launched(first: datetime.date, last: datetime.date) -> dict[int, int]:
    rows = _launches(first, last).annotate(number=Count("person", distinct=True))
    return dict(rows.values_list("school", "number"))


MEASURES = [
    Measure(
        code="launches",
        version=2,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Resources opened"),
        definition=_(
            "How often resources were opened from here, in the whole region and all together: those"
            " that at least five people opened in the week. An opening of which its reader said that it"
            " failed isn’t counted. By school, the people of a month are counted instead, on the"
            " Region’s page of subscriptions."
        ),
        unit=pgettext_lazy("unit", "openings"),
        not_said=_(
            "Not how long a resource was used, nor what was done there. Nothing of resources that fewer"
            " than five people opened in the week."
        ),
        count=launches,
        people=people_who_launched,
        is_of_region=True,
    )
]
