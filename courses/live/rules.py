"""Why a room doesn't open for somebody now. Pure."""

from datetime import datetime

from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.live.exceptions import (
    MeetingIsCancelled,
    MeetingIsCancelledWithoutReason,
    MeetingIsOver,
    NoPass,
    RoomNotOpenYet,
)
from courses.live.models import RoomPass
from courses.live.values import OPENS_BEFORE, STAYS_OPEN_AFTER


def why_not_enter(meeting: Meeting, room_pass: RoomPass | None, *, now: datetime) -> Refusal | None:
    """The first thing in the way, or None.

    Who had a seat in a cancelled meeting is told so, also when it was taken back.
    """
    if room_pass is None:
        return NoPass()
    if meeting.is_cancelled:
        return (
            MeetingIsCancelled(why=meeting.cancel_reason)
            if meeting.cancel_reason
            else MeetingIsCancelledWithoutReason()
        )
    if room_pass.is_withdrawn:
        return NoPass()
    if now < meeting.starts_at - OPENS_BEFORE:
        return RoomNotOpenYet(opens_at=meeting.starts_at - OPENS_BEFORE)
    if now >= meeting.ends_at + STAYS_OPEN_AFTER:
        return MeetingIsOver(ended_at=meeting.ends_at)
    return None
