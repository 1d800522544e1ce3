"""Which identity providers stand where, and whom an identifier leads to."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from courses.people.models import Identity, Membership, Person
from courses.signin.enums import BEYOND_A_CLASS, NEEDS_OUR_SECOND_FACTOR
from courses.signin.models import IdentityProvider, UnknownIdentity

LISTED = datetime.timedelta(days=30)


def keys_of(
    provider: IdentityProvider, identifiers: Iterable[tuple[str, str]]
) -> QuerySet[Identity]:
    """These identifiers, directory and value. One is on one account, and an account has one at most
    in a directory.
    """
    wanted = Q(pk__in=[])
    for namespace, value in identifiers:
        wanted |= Q(namespace=namespace, value=value)
    return Identity.objects.filter(wanted, namespace__in=provider.namespaces)


def people_of(provider: IdentityProvider, keys: Iterable[int]) -> QuerySet[Person]:
    """Whoever has one of these `Identity` and may log in by the provider, with their places."""
    theirs = Identity.objects.filter(namespace__in=provider.namespaces, pk__in=list(keys))
    found = _who_may(provider).filter(pk__in=theirs.values("person"))
    return found.prefetch_related("memberships__organisation")


def key_to_confirm(person: Person, keys: Iterable[int]) -> Identity | None:
    """Of these keys, which the provider has named, the person's that opens nothing by itself. Another
    one of theirs may be somebody else's: it isn't confirmed by a login that doesn't hold it.
    """
    waiting = person.identities.filter(pk__in=list(keys), confirmed_at=None)
    return waiting.select_related("person").first()


def is_never_entered(person: Person) -> bool:
    """An account that a school's set opened, and nobody has entered nor given a password: its email
    address is what the set says. A student's account is the school's.
    """
    is_new = person.last_login is None and not person.has_usable_password()
    return is_new and person.is_adult


def _who_may(provider: IdentityProvider) -> QuerySet[Person]:
    """Open accounts, but for superusers, and for whoever keeps accounts without a second step of our
    own. Where the provider has schools: people of these, but for whoever has more to say
    in another place than a teacher, student or guardian: a school's server reaches no further.
    """
    mine = Membership.objects.current().filter(person=OuterRef("pk"))
    found = Person.objects.filter(
        ~Exists(mine.filter(role__in=NEEDS_OUR_SECOND_FACTOR)) | Q(second_factor__isnull=False),
        is_active=True,
        is_superuser=False,
        erased_at=None,
    )
    if provider.schools.exists():
        schools = provider.schools.all()
        elsewhere = mine.filter(role__in=BEYOND_A_CLASS).exclude(organisation__in=schools)
        found = found.filter(Exists(mine.filter(organisation__in=schools)), ~Exists(elsewhere))
    return found.order_by("family_name", "given_name", "pk")


def serves(provider: IdentityProvider, person: Person) -> bool:
    """Whether somebody with a key of the provider's directories, who is this person, would come in."""
    return provider.is_open and _who_may(provider).filter(pk=person.pk).exists()


def providers_of(person: Person) -> list[IdentityProvider]:
    """Through which the person may log in, once a key says so."""
    return [one for one in IdentityProvider.objects.open() if serves(one, person)]


def open_providers() -> dict[IdentityProvider, set[str | None]]:
    """Each with the UAIs of its schools, and of those that go on as one of them; none: of all
    schools.
    """
    providers = IdentityProvider.objects.open().prefetch_related("schools__merged")
    return {
        one: {school.uai for here in one.schools.all() for school in (here, *here.merged.all())}
        for one in providers
    }


def unknown_by_day(provider: IdentityProvider, today: datetime.date) -> list[Any]:
    """How many people a day we didn't know, and how often they tried; the latest first."""
    rows = UnknownIdentity.objects.filter(provider=provider, day__gt=today - LISTED)
    counted = rows.values("day").annotate(people=Count("pk"), tries=Sum("times"))
    return list(counted.order_by("-day"))


def last_day_of_reference() -> datetime.date:
    """Of one that is given today."""
    return timezone.localdate() + LISTED - datetime.timedelta(days=1)


def known_in(namespace: str) -> int:
    """How many people have an identifier in this directory."""
    return Identity.objects.filter(namespace=namespace).count()


def namespaces() -> list[str]:
    return list(
        Identity.objects.values_list("namespace", flat=True).distinct().order_by("namespace")
    )
