"""Which identity providers stand where, and whom an identifier leads to."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Sum

from courses.people.models import Identity, Membership, Person
from courses.signin.models import IdentityProvider, UnknownIdentity

LISTED = datetime.timedelta(days=30)


def people_of(provider: IdentityProvider, values: Iterable[str]) -> QuerySet[Person]:
    """Whoever may log in and has one of these identifiers in the provider's directory, today in one
    of its schools where it has some.
    """
    found = Person.objects.filter(is_active=True, erased_at=None).filter(
        identities__namespace=provider.namespace, identities__value__in=list(values)
    )
    if provider.schools.exists():
        current = Membership.objects.current().filter(organisation__in=provider.schools.all())
        found = found.filter(pk__in=current.values("person"))
    return found.order_by("family_name", "given_name", "pk").distinct()


def people_to_choose(keys: Iterable[int]) -> QuerySet[Person]:
    """Those of an answer who may still log in, with their places."""
    people = Person.objects.filter(pk__in=list(keys), is_active=True, erased_at=None)
    return people.order_by("family_name", "given_name", "pk").prefetch_related(
        "memberships__organisation"
    )


def open_providers() -> dict[IdentityProvider, set[str | None]]:
    """Each with the UAIs of its schools; none: of all schools."""
    providers = IdentityProvider.objects.open().prefetch_related("schools")
    return {one: {school.uai for school in one.schools.all()} for one in providers}


def unknown_by_day(provider: IdentityProvider, today: datetime.date) -> list[Any]:
    """How many people a day we didn't know, and how often they tried; the latest first."""
    rows = UnknownIdentity.objects.filter(provider=provider, day__gt=today - LISTED)
    counted = rows.values("day").annotate(people=Count("pk"), tries=Sum("times"))
    return list(counted.order_by("-day"))


def known_in(namespace: str) -> int:
    """How many people have an identifier in this directory."""
    return Identity.objects.filter(namespace=namespace).count()


def namespaces() -> list[str]:
    return list(
        Identity.objects.values_list("namespace", flat=True).distinct().order_by("namespace")
    )
