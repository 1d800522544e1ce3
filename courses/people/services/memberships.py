"""Somebody begins or ends somewhere. Overlaps are refused here, under the person's lock: SQLite has no exclusion constraint."""

import datetime

from django.db import transaction
from wagtail.log_actions import log

from courses.people.models import Membership, Organisation, Person, today
from courses.people.rules import why_not_join
from courses.people.services.groups import derive_groups


def join(
    *,
    person: Person,
    organisation: Organisation,
    role: str,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    subjects=(),
    by: Person | None = None,
) -> Membership:
    """Give the person a role in an organisation, from a day to a day (inclusive), or open.

    Holds the person's row until commit. Raises a `Refusal` when the role isn't held there or a period overlaps.
    Wagtail's groups follow.
    """
    since = since or today()
    with transaction.atomic():
        _others(person, organisation, role, since, until)
        membership = Membership.objects.create(person=person, organisation=organisation, role=role, since=since, until=until)
        membership.subjects.set(subjects)
        _follow(person, by, "people.join", organisation)
    return membership


def change_membership(
    *, membership: Membership, since: datetime.date, until: datetime.date | None, subjects=None, by: Person | None = None
) -> Membership:
    """Move the days of a membership, or its subjects. As `join`, and raises the same."""
    person, organisation = membership.person, membership.organisation
    with transaction.atomic():
        _others(person, organisation, membership.role, since, until, apart_from=membership.pk)
        membership.since, membership.until = since, until
        membership.save(update_fields=["since", "until"])
        if subjects is not None:
            membership.subjects.set(subjects)
        _follow(person, by, "people.change_membership", organisation)
    return membership


def leave(*, membership: Membership, last_day: datetime.date, by: Person | None = None) -> Membership:
    """End a membership with that day, included. The row stays: what was true then stays true."""
    return change_membership(membership=membership, since=membership.since, until=last_day, by=by)


def _others(person: Person, organisation: Organisation, role: str, since, until, *, apart_from: int | None = None) -> None:
    """Raise why this period can't be, among the others of the person, whose row is held from here on."""
    Person.objects.select_for_update().get(pk=person.pk)
    others = person.memberships.exclude(pk=apart_from or 0).select_related("person")
    if refusal := why_not_join(organisation, role, since, until, others=others):
        raise refusal


def _follow(person: Person, by: Person | None, action: str, organisation: Organisation) -> None:
    person.__dict__.pop("current_memberships", None)
    derive_groups(person)
    log(instance=person, action=action, user=by, data={"organisation": organisation.name})
