"""Why not: roles, accounts, corrections. Pure; the database is asked by the callers."""

import datetime
from collections.abc import Iterable

from courses.exceptions import Refusal
from courses.people.enums import GRANTED_BY, HELD_IN, OrganisationKind, Role
from courses.people.exceptions import (
    AlreadyAnswered,
    NameIsTheSchools,
    OwnAccount,
    OwnRole,
    RoleNotYoursToGive,
    TooManyRequests,
)
from courses.people.models import CorrectionRequest, Membership, Organisation, Person

MOST_REQUESTS = 5
NAME_FIELDS = {"given_name", "family_name", "usage_name"}


def why_not_grant(
    role: str, organisation: Organisation, *, by: Person, to: Person, held: Iterable[Membership]
) -> Refusal | None:
    """Why `by`, who holds these memberships today, doesn't give, change or end that role of `to`.

    A superuser, made on the server's command line, is the way to the first registrar.
    """
    if by.is_superuser:
        return None
    if by.pk == to.pk:
        return OwnRole()
    for membership in by_whom(role, held):
        if membership.role == Role.REGISTRAR or membership.organisation_id == organisation.pk:
            return None
    return RoleNotYoursToGive(role=Role(role).label)


def by_whom(role: str, held: Iterable[Membership]) -> list[Membership]:
    """The memberships that let somebody give that role."""
    return [membership for membership in held if role in GRANTED_BY.get(Role(membership.role), ())]


def why_not_change_account(
    fields: Iterable[str], *, by: Person, person: Person, is_adult: bool
) -> Refusal | None:
    """`fields`: those that would change.

    A registrar's own address goes the way of everybody's: through a link.
    """
    if by.pk == person.pk and not is_adult and NAME_FIELDS & set(fields):
        return NameIsTheSchools()
    if by.pk == person.pk and not by.is_superuser and {"email", "login", "is_active"} & set(fields):
        return OwnAccount()
    return None


def school_that_answers(
    held: Iterable[Membership], led_by_others: Iterable[int]
) -> Organisation | None:
    """Who answers for what is held of somebody: a school, or None for the registrars of the
    académie.

    `held`: the person's memberships, of today and of before; `led_by_others`: the keys of
    organisations with a leader other than the person. A student is the school's, whether it has a
    leader today or not, and after the last day, too.
    """
    latest = sorted(held, key=lambda m: (m.until or datetime.date.max, m.since), reverse=True)
    if latest and latest[0].role == Role.STUDENT:
        return latest[0].organisation
    led = set(led_by_others)
    return next(
        (
            m.organisation
            for m in latest
            if HELD_IN[Role(m.role)] == OrganisationKind.SCHOOL and m.organisation_id in led
        ),
        None,
    )


def why_not_ask_for_correction(*, waiting: int) -> Refusal | None:
    """`waiting`: the person's requests without an answer.

    Five are enough to say all that is wrong.
    """
    return TooManyRequests(number=waiting) if waiting >= MOST_REQUESTS else None


def why_not_answer(request: CorrectionRequest) -> Refusal | None:
    """An answer stays as it was given: the person may have read it."""
    if request.answered_at is None:
        return None
    return AlreadyAnswered(name=request.answered_by.display_name if request.answered_by else "")
