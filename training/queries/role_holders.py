"""Who holds a role today."""

from django.db.models import QuerySet

from courses.people.enums import Role
from courses.people.models import Membership, Person


def holders_of(role: Role, organisation: int | None = None) -> QuerySet[Person]:
    """Those with an open account, of one organisation or of all."""
    held = Membership.objects.current().filter(role=role)
    if organisation:
        held = held.filter(organisation=organisation)
    return Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk")
