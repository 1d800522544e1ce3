"""A teacher wishes for a resource: the school's leaders are told by a number, once a week at most."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence
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
    """Wish for the resource of a session that the person's right doesn't reach, at each school
    where they teach that day and that has no licence for a day of its meetings. Idempotent; a wish
    that came true, for a session before, is new. Raises a `Refusal` where a subscription would
    change nothing.
    """
    now = now or timezone.now()
    rights = rights_of(person)
    entitlement, standing = rights.of(session)
    refusal = why_no_right(session, entitlement=entitlement, standing=standing)
    if no_wish := why_not_wish(refusal):
        raise no_wish
    days = {
        school: day
        for school in rights.schools_on(session.first_day)
        if (day := _day_without_licence(session, school))
    }
    if not days:
        raise NothingToWishFor
    wishes = []
    with transaction.atomic():
        for place in sorted(days, key=lambda one: one.pk):  # one order of locks for all
            school = Organisation.objects.select_for_update().get(pk=place.pk)
            wishes.append(_wish(session, school, person, day=days[place], now=now))
            _tell_leaders(school, now)
    return wishes


def _day_without_licence(session: Session, school: Organisation) -> date | None:
    """The first day of the session's meetings on which the school has no licence for all its
    teachers.
    """
    for_all = Licence.objects.filter(
        school=school, resource=session.resource, scope=LicenceScope.WHOLE_SCHOOL
    )
    return next((day for day in session.days if not for_all.on(day).exists()), None)


def _wish(
    session: Session, school: Organisation, person: Person, *, day: date, now: datetime
) -> ResourceWish:
    wish, is_new = ResourceWish.objects.get_or_create(
        resource=session.resource,
        school=school,
        person=person,
        defaults={"asked_at": now, "wanted_on": day},
    )
    if (
        is_new
        or ResourceWish.objects.filter(pk=wish.pk).unfulfilled(timezone.localdate(now)).exists()
    ):
        return wish
    wish.asked_at, wish.wanted_on, wish.told_at = now, day, None
    wish.save(update_fields=["asked_at", "wanted_on", "told_at"])
    return wish


def take_back(*, session: Session, person: Person) -> None:
    ResourceWish.objects.filter(resource=session.resource, person=person).delete()


def tell_leaders(now: datetime) -> int:
    """For the tick: schools with wishes that their leaders don't know of yet. Says how many schools
    were asked. May run twice, and two ticks at once.
    """
    untold = ResourceWish.objects.unfulfilled(timezone.localdate(now)).untold()
    schools = set(untold.values_list("school", flat=True))
    for school in sorted(schools):
        with transaction.atomic():
            _tell_leaders(Organisation.objects.select_for_update().get(pk=school), now)
    return len(schools)


def _tell_leaders(school: Organisation, now: datetime) -> None:
    """One letter for all that is new, unless one went within a week. Called under the school's lock."""
    wishes = ResourceWish.objects.filter(school=school)
    untold = wishes.unfulfilled(timezone.localdate(now)).untold()
    if wishes.filter(told_at__gt=now - ONE_WEEK).exists() or not untold.exists():
        return
    held = Membership.objects.current().filter(role=Role.LEADER, organisation=school)
    leaders = Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk")
    if not leaders:
        return
    untold.update(told_at=now)
    for leader in leaders:
        key = f"wishes:{school.pk}:{leader.pk}:{now.isoformat()}"
        post(Letters.WISHES, about=school, to=leader, key=key)
