"""Why not: names and memberships. Pure; the database is asked by the callers."""

import datetime
from collections.abc import Iterable

from courses.exceptions import Refusal
from courses.people.enums import HELD_IN, Role
from courses.people.exceptions import (
    AlreadyMember,
    NameBeginsLikeAFormula,
    NameHasControls,
    NameHasMarkup,
    NameHasNoLetter,
    PeriodEndsBeforeItBegins,
    RoleHeldElsewhere,
)
from courses.people.models import Membership, Organisation
from courses.people.values import FORMULA_SIGNS, has_controls


def why_not_a_name(name: str) -> Refusal | None:
    """The first thing in the way of printing this name, as `values.tidy_name` left it; an empty one is the field's affair."""
    if not name:
        return None
    if "<" in name or ">" in name:
        return NameHasMarkup()
    if has_controls(name):
        return NameHasControls()
    if name[0] in FORMULA_SIGNS:
        return NameBeginsLikeAFormula(sign=name[0])
    if not any(character.isalpha() for character in name):
        return NameHasNoLetter()
    return None


def why_not_join(
    organisation: Organisation, role: str, since: datetime.date, until: datetime.date | None, *, others: Iterable[Membership]
) -> Refusal | None:
    """`others`: the person's other memberships, with the person."""
    label = Role(role).label
    if HELD_IN[Role(role)] != organisation.kind:
        return RoleHeldElsewhere(role=label, organisation=organisation.name)
    if until and until < since:
        return PeriodEndsBeforeItBegins(since=since, until=until)
    for other in others:
        same = other.organisation_id == organisation.pk and other.role == role
        if same and since <= (other.until or datetime.date.max) and other.since <= (until or datetime.date.max):
            return AlreadyMember(person=other.person.display_name, role=label, organisation=organisation.name, since=other.since)
    return None
