"""Who belongs to an organisation, and when. Pure; the database is asked by the callers."""

import datetime
from collections.abc import Iterable

from courses.exceptions import Refusal
from courses.people.enums import HELD_IN, Role
from courses.people.exceptions import (
    AlreadyMember,
    PeriodEndsBeforeItBegins,
    RoleHeldElsewhere,
    SchoolGoesOn,
)
from courses.people.models import Membership, Organisation


def why_not_there(organisation: Organisation) -> Refusal | None:
    """Nothing begins at a school that goes on as another."""
    if organisation.merged_on:
        return SchoolGoesOn(organisation=organisation.name, day=organisation.merged_on)
    return None


def why_not_join(
    organisation: Organisation,
    role: str,
    since: datetime.date,
    until: datetime.date | None,
    *,
    others: Iterable[Membership],
) -> Refusal | None:
    """`others`: the person's other memberships, with the person."""
    label = Role(role).label
    if HELD_IN[Role(role)] != organisation.kind:
        return RoleHeldElsewhere(role=label, organisation=organisation.name)
    if refusal := why_not_there(organisation):
        return refusal
    if until and until < since:
        return PeriodEndsBeforeItBegins(since=since, until=until)
    for other in others:
        same = other.organisation_id == organisation.pk and other.role == role
        if (
            same
            and since <= (other.until or datetime.date.max)
            and other.since <= (until or datetime.date.max)
        ):
            return AlreadyMember(
                person=other.person.display_name,
                role=label,
                organisation=organisation.name,
                since=other.since,
            )
    return None


def is_there(
    role: str, school: Organisation, day: datetime.date, held: Iterable[Membership]
) -> bool:
    """`held`: a person's memberships."""
    return any(
        m.role == role
        and m.organisation_id == school.pk
        and m.since <= day <= (m.until or datetime.date.max)
        for m in held
    )


def last_day_there(
    role: str, school: Organisation, day: datetime.date, held: Iterable[Membership]
) -> datetime.date | None:
    """Return the last day of the membership that holds on that day, with those that follow it
    without a gap; None if its end isn't known. `day` is one on which the person `is_there`.
    """
    ends = [m.until for m in held if is_there(role, school, day, [m])]
    if not ends or None in ends:
        return None
    last = max(end for end in ends if end)
    next_day = last + datetime.timedelta(days=1)
    return (
        last_day_there(role, school, next_day, held)
        if is_there(role, school, next_day, held)
        else last
    )


def stays_there(
    role: str,
    school: Organisation,
    since: datetime.date,
    held: Iterable[Membership],
    *,
    today: datetime.date,
) -> bool:
    """Whether the person is there on that day and still: who has left meanwhile isn't brought back
    by a day of the past.
    """
    held = list(held)
    return all(is_there(role, school, day, held) for day in (since, max(since, today)))
