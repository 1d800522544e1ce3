"""Somebody begins or ends somewhere.

Overlaps are refused here, under the person's lock: SQLite has no exclusion constraint.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from courses.mail import services as mail
from courses.people.enums import THE_SCHOOLS_ALONE, TOLD_TO_COLLEAGUES, Letters, Role, RoleEvent
from courses.people.models import Membership, Organisation, Person, Subject, today
from courses.people.rules.accounts import why_not_grant
from courses.people.rules.memberships import why_not_join
from courses.people.services.groups import derive_groups
from courses.people.services.held_students import hold
from courses.people.services.log_lines import LogLine, log_all
from courses.people.services.teachings import end_stand_ins_of

type Days = tuple[datetime.date, datetime.date | None]  # first, last


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
    with transaction.atomic():
        [membership] = join_all(
            people=[person], organisation=organisation, role=role, since=since, until=until, by=by
        )
        if subjects:
            membership.subjects.set(subjects)
    return membership


def join_all(
    *,
    people: Sequence[Person],
    organisation: Organisation,
    role: str,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    by: Person | None = None,
) -> list[Membership]:
    """The same for all of these people, or nobody. As many statements as for one."""
    if not people:
        return []
    since = since or today()
    memberships = [
        Membership(person=person, organisation=organisation, role=role, since=since, until=until)
        for person in people
    ]
    with transaction.atomic():
        _may_write([(one, (since, until)) for one in memberships], by)
        Membership.objects.bulk_create(memberships)
        _follow(memberships, by, "people.join", RoleEvent.BEGUN)
    return memberships


def change_membership(
    *,
    membership: Membership,
    since: datetime.date,
    until: datetime.date | None,
    subjects: Iterable[Subject] | None = None,
    by: Person | None = None,
) -> Membership:
    """Move the days of a membership, or its subjects. As `join`, and raises the same."""
    with transaction.atomic():
        change_memberships(periods={membership: (since, until)}, by=by)
        if subjects is not None:
            membership.subjects.set(subjects)
    return membership


def change_memberships(*, periods: Mapping[Membership, Days], by: Person | None = None) -> None:
    """Move the days of all these memberships, of different people, or of none. As `join_all`."""
    if not periods:
        return
    with transaction.atomic():
        _may_write(list(periods.items()), by)
        same: dict[Days, list[int]] = defaultdict(list)
        for membership, days in periods.items():
            membership.since, membership.until = days
            same[days].append(membership.pk)
        for (since, until), pks in same.items():
            Membership.objects.filter(pk__in=pks).update(since=since, until=until)
        _follow(list(periods), by, "people.change_membership", RoleEvent.CHANGED)


def leave(
    *, membership: Membership, last_day: datetime.date, by: Person | None = None
) -> Membership:
    """End a membership with that day, included. The row stays: what was true then stays true."""
    return change_membership(membership=membership, since=membership.since, until=last_day, by=by)


def take_away(*, membership: Membership, by: Person | None = None) -> None:
    """Delete a membership that was a mistake; one that was true ends with `leave`.

    The person is told.
    """
    take_all_away(memberships=[membership], by=by)


def take_all_away(*, memberships: Sequence[Membership], by: Person | None = None) -> None:
    """The same for several. As many statements as for one."""
    if not memberships:
        return
    with transaction.atomic():
        for membership in memberships:
            _may_grant(membership, by)
        Membership.objects.filter(pk__in=[one.pk for one in memberships]).delete()
        _follow(memberships, by, "people.take_away", RoleEvent.TAKEN)


def _may_write(periods: Sequence[tuple[Membership, Days]], by: Person | None) -> None:
    """Raise why one of these memberships can't have these days, beside the others of its person,
    whose row is held from here on.
    """
    for membership, _days in periods:
        _may_grant(membership, by)
    ours = {one.pk for one, _days in periods}
    people = {one.person_id: one.person for one, _days in periods}
    hold(people)
    others: dict[int, list[Membership]] = defaultdict(list)
    for other in Membership.objects.filter(person__in=people):
        if other.pk not in ours:
            other.person = people[other.person_id]
            others[other.person_id].append(other)
    for one, (since, until) in periods:
        if refusal := why_not_join(
            one.organisation, one.role, since, until, others=others[one.person_id]
        ):
            raise refusal


def _may_grant(membership: Membership, by: Person | None) -> None:
    """`by` is None for what the server does by itself: the demo, a command."""
    role, organisation, to = membership.role, membership.organisation, membership.person
    if by and (
        refusal := why_not_grant(role, organisation, by=by, to=to, held=by.current_memberships)
    ):
        raise refusal


def _follow(
    memberships: Sequence[Membership], by: Person | None, action: str, event: RoleEvent
) -> None:
    for one in memberships:
        one.person.forget_memberships()
    derive_groups(*(one.person for one in memberships))
    for one in memberships:
        if one.role == Role.TEACHER:
            end_stand_ins_of(one.person, one.organisation)
    log_all(
        (
            LogLine(one.person, action, {"organisation": one.organisation.name, "role": one.role})
            for one in memberships
        ),
        by=by,
    )
    for one in memberships:
        if by and by.pk != one.person_id and one.role not in THE_SCHOOLS_ALONE:
            _tell(one, by, event)


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
