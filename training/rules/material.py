"""Material of a session."""

from datetime import datetime

from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from training.exceptions import (
    AddressIsNoLink,
    DateIsCancelled,
    FileOrLink,
    MaterialTooLate,
    RemovedTooLongAgo,
    SessionIsCancelled,
    TooMuchMaterial,
)
from training.models import Material, Session
from training.rules.rooms import _https_host
from training.values import MATERIAL_ADDED_WITHIN, MATERIAL_UNDONE_WITHIN, MOST_MATERIAL


def why_not_this_link(address: str) -> Refusal | None:
    """Empty is none."""
    return None if not address or _https_host(address) else AddressIsNoLink()


def why_not_this_material(*, address: str, has_file: bool) -> Refusal | None:
    """One of the two, as the form asks it."""
    if bool(address) == has_file:
        return FileOrLink()
    return why_not_this_link(address)


def why_not_deposit(
    session: Session, *, meeting: Meeting | None, number: int, now: datetime
) -> Refusal | None:
    """Until thirty days after the session's end. `number` is how much there is already."""
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if meeting and meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    if now >= session.ends_at + MATERIAL_ADDED_WITHIN:
        return MaterialTooLate(days=MATERIAL_ADDED_WITHIN.days)
    return TooMuchMaterial(most=MOST_MATERIAL) if number >= MOST_MATERIAL else None


def why_not_put_back(material: Material, *, number: int, now: datetime) -> Refusal | None:
    """Within the hour after it was removed."""
    if material.removed_at and now >= material.removed_at + MATERIAL_UNDONE_WITHIN:
        return RemovedTooLongAgo()
    return TooMuchMaterial(most=MOST_MATERIAL) if number >= MOST_MATERIAL else None
