"""A teacher wishes for a resource: the school's leaders are told by a number, once a week at most."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.mail.services import post
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person
from training.enums import Letters
from training.exceptions import NothingToWishFor
from training.models import ResourceWish, Session
from training.queries.rights import rights_of
from training.rules import why_no_right, why_not_wish

ONE_WEEK = timedelta(days=7)


def ask(*, session: Session, person: Person, now: datetime | None = None) -> list[ResourceWish]:
    """For the resource of a session that the person's right doesn't reach, at each school where
    they teach that day. Twice is once. Raises a `Refusal` where a subscription would change nothing.
    """
    now = now or timezone.now()
    rights = rights_of(person)
    entitlement, standing = rights.of(session)
    refusal = why_no_right(session, entitlement=entitlement, standing=standing)
    if no_wish := why_not_wish(refusal):
        raise no_wish
    schools = rights.schools_on(session.first_day)
    if not schools:
        raise NothingToWishFor
    wishes = []
    with transaction.atomic():
        for place in sorted(schools, key=lambda one: one.pk):  # one order of locks for all
            school = Organisation.objects.select_for_update().get(pk=place.pk)
            wish, _is_new = ResourceWish.objects.get_or_create(
                resource=session.resource,
                school=school,
                person=person,
                defaults={"asked_at": now},
            )
            wishes.append(wish)
            _tell_leaders(school, now)
    return wishes


def take_back(*, session: Session, person: Person) -> None:
    ResourceWish.objects.filter(resource=session.resource, person=person).delete()


def tell_leaders(now: datetime) -> int:
    """For the tick: schools with wishes that their leaders don't know of yet. Says how many schools
    were asked. May run twice, and two ticks at once.
    """
    schools = set(ResourceWish.objects.untold().values_list("school", flat=True))
    for school in sorted(schools):
        with transaction.atomic():
            _tell_leaders(Organisation.objects.select_for_update().get(pk=school), now)
    return len(schools)


def _tell_leaders(school: Organisation, now: datetime) -> None:
    """One letter for all that is new, unless one went within a week. Called under the school's lock."""
    wishes = ResourceWish.objects.filter(school=school)
    if wishes.filter(told_at__gt=now - ONE_WEEK).exists() or not wishes.untold().exists():
        return
    held = Membership.objects.current().filter(role=Role.LEADER, organisation=school)
    leaders = Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk")
    if not leaders:
        return
    wishes.untold().update(told_at=now)
    for leader in leaders:
        key = f"wishes:{school.pk}:{leader.pk}:{now.isoformat()}"
        post(Letters.WISHES, about=school, to=leader, key=key)
