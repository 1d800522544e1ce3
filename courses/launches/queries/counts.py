"""How often resources were said not to open: numbers, no person."""

import datetime

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from courses.dates import monday_of
from courses.launches.models import LaunchCount, ResourceConnection

ONE_WEEK = datetime.timedelta(weeks=1)


def with_failures(
    connections: QuerySet[ResourceConnection], day: datetime.date
) -> QuerySet[ResourceConnection]:
    """With `failures`: how often people said in the week of that day, and the one before, that the
    resource hadn't opened. Of all schools together.
    """
    weeks = LaunchCount.objects.filter(
        resource=OuterRef("resource"), week__gte=monday_of(day) - ONE_WEEK
    )
    by_resource = weeks.order_by().values("resource").annotate(number=Sum("failures"))
    return connections.annotate(failures=Coalesce(Subquery(by_resource.values("number")), 0))
