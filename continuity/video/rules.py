"""Rules on holding, moving, cancelling and entering a video class. Pure."""

from collections.abc import Iterable
from datetime import datetime

from continuity.attendance.exceptions import (
    InThePast,
    TeacherIsAway,
    VideoClassOver,
    VideoHourTaken,
)
from courses.agenda.models import Absence, Meeting
from courses.agenda.values import Hours
from courses.exceptions import Refusal
from courses.live.models import RoomPass
from courses.live.rules import why_not_enter


def why_not_hold(
    hours: Hours, *, absences: Iterable[Absence], others: Iterable[Hours], now: datetime
) -> Refusal | None:
    """`absences` are those of whoever leads it, `others` the hours of the teaching's other video
    classes.
    """
    if hours.starts_at <= now:
        return InThePast()
    for absence in absences:
        if hours.overlap(Hours(absence.starts_at, absence.ends_at)):
            return TeacherIsAway(reason=absence.reason)
    return VideoHourTaken() if any(hours.overlap(other) for other in others) else None


def why_not_change(meeting: Meeting, *, now: datetime) -> Refusal | None:
    """Move or cancel it."""
    return VideoClassOver() if meeting.ends_at <= now else None


def why_not_come(meeting: Meeting, *, now: datetime) -> Refusal | None:
    """Why a person who belongs there can't enter: too early, cancelled, over; or None."""
    return why_not_enter(meeting, RoomPass(), now=now)
