"""How many people opened resources, and how often one was said not to open: numbers, no person."""

import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from courses.dates import monday_of
from courses.disclosure.values import FEWEST_PEOPLE
from courses.launches.models import Launch, LaunchCount, ResourceConnection

ONE_WEEK = datetime.timedelta(weeks=1)


def count_people(connection: ResourceConnection) -> int | None:
    """How many have opened the resource in the six months of the ledger; None for fewer than five."""
    opened = Launch.objects.filter(resource=connection.resource_id)
    number = opened.aggregate(people=Count("person", distinct=True))["people"]
    return number if number >= FEWEST_PEOPLE else None


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
