"""Somebody begins or ends somewhere.

Overlaps are refused here, under the person's lock: SQLite has no exclusion constraint.
"""

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from wagtail.log_actions import log

from courses.mail import services as mail
from courses.people.enums import THE_SCHOOLS_ALONE, TOLD_TO_COLLEAGUES, Letters, Role, RoleEvent
from courses.people.models import Membership, Organisation, Person, Subject, today
from courses.people.rules.accounts import why_not_grant
from courses.people.rules.memberships import why_not_join
from courses.people.services.groups import derive_groups
from courses.people.services.teachings import end_stand_ins_of


def join(
    *,
    person: Person,
    organisation: Organisation,
    role: str,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    subjects: Iterable[Subject] = (),
    by: Person | None = None,
) -> Membership:
    """Give the person a role in an organisation, from a day to a day (inclusive), or open.

    Holds the person's row until commit. Raises a `Refusal` when the role isn't held there or a
    period overlaps. Wagtail's groups follow.
    """
    since = since or today()
    with transaction.atomic():
        _may_grant(by, person, role, organisation)
        _others(person, organisation, role, since, until)
        membership = Membership.objects.create(
            person=person, organisation=organisation, role=role, since=since, until=until
        )
        membership.subjects.set(subjects)
        _follow(membership, by, "people.join", RoleEvent.BEGUN)
    return membership


def change_membership(
    *,
    membership: Membership,
    since: datetime.date,
    until: datetime.date | None,
    subjects: Iterable[Subject] | None = None,
    by: Person | None = None,
) -> Membership:
    """Move the days of a membership, or its subjects. As `join`, and raises the same."""
    person, organisation = membership.person, membership.organisation
    with transaction.atomic():
        _may_grant(by, person, membership.role, organisation)
        _others(person, organisation, membership.role, since, until, apart_from=membership.pk)
        membership.since, membership.until = since, until
        membership.save(update_fields=["since", "until"])
        if subjects is not None:
            membership.subjects.set(subjects)
        _follow(membership, by, "people.change_membership", RoleEvent.CHANGED)
    return membership


def leave(
    *, membership: Membership, last_day: datetime.date, by: Person | None = None
) -> Membership:
    """End a membership with that day, included. The row stays: what was true then stays true."""
    return change_membership(membership=membership, since=membership.since, until=last_day, by=by)


def take_away(*, membership: Membership, by: Person | None = None) -> None:
    """Delete a membership that was a mistake; one that was true ends with `leave`.

    The person is told.
    """
    with transaction.atomic():
        _may_grant(by, membership.person, membership.role, membership.organisation)
        pk = membership.pk
        membership.delete()
        membership.pk = pk  # the letter's key
        _follow(membership, by, "people.take_away", RoleEvent.TAKEN)


def _may_grant(by: Person | None, to: Person, role: str, organisation: Organisation) -> None:
    """`by` is None for what the server does by itself: the demo, a command."""
    if by and (
        refusal := why_not_grant(role, organisation, by=by, to=to, held=by.current_memberships)
    ):
        raise refusal


def _others(
    person: Person,
    organisation: Organisation,
    role: str,
    since: datetime.date,
    until: datetime.date | None,
    *,
    apart_from: int | None = None,
) -> None:
    """Raise why this period can't be, among the others of the person, whose row is held from here
    on.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    others = person.memberships.exclude(pk=apart_from or 0).select_related("person")
    if refusal := why_not_join(organisation, role, since, until, others=others):
        raise refusal


def _follow(membership: Membership, by: Person | None, action: str, event: RoleEvent) -> None:
    person, organisation = membership.person, membership.organisation
    person.forget_memberships()
    derive_groups(person)
    if membership.role == Role.TEACHER:
        end_stand_ins_of(person, organisation)
    log(
        instance=person,
        action=action,
        user=by,
        data={"organisation": organisation.name, "role": membership.role},
    )
    if by and by.pk != person.pk and membership.role not in THE_SCHOOLS_ALONE:
        _tell(membership, by, event)


def _tell(membership: Membership, by: Person, event: RoleEvent) -> None:
    """The person; and, when somebody joins those who lead a school or keep the directory, the
    others who do.
    """
    details = {
        "event": event,
        "role": membership.role,
        "organisation": membership.organisation.name,
        "since": membership.since.isoformat(),
        "until": membership.until.isoformat() if membership.until else "",
        "by": by.display_name,
    }
    key = f"role:{membership.pk}:{event}:{uuid.uuid4().hex}"
    person = membership.person
    if person.email and person.has_usable_password():  # who has no password yet has the invitation
        # To the address of this moment, whatever it is when the worker sends.
        mail.post(
            Letters.ROLE,
            about=person,
            to=person,
            key=key,
            details=details | {"address": person.email},
        )
    if event == RoleEvent.BEGUN and membership.role in TOLD_TO_COLLEAGUES:
        held = Membership.objects.current().filter(
            role=membership.role, organisation=membership.organisation
        )
        for other in held.exclude(person=person).exclude(person=by).select_related("person"):
            if other.person.email:
                mail.post(
                    Letters.NEW_COLLEAGUE,
                    about=person,
                    to=other.person,
                    key=f"{key}:{other.person_id}",
                    details=details,
                )
