"""How many people opened resources: numbers, no person."""

from django.db.models import Count

from courses.disclosure.values import FEWEST_PEOPLE
from courses.launches.models import Launch, ResourceConnection


def count_people(connection: ResourceConnection) -> int | None:
    """How many have opened the resource in the six months of the ledger; None for fewer than five."""
    opened = Launch.objects.filter(resource=connection.resource_id)
    number = opened.aggregate(people=Count("person", distinct=True))["people"]
    return number if number >= FEWEST_PEOPLE else None
