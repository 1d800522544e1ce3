"""Rules on taking, closing and correcting a roll. Pure."""

from datetime import datetime

from django.utils import formats, timezone

from continuity.attendance.exceptions import RollClosed, RollNotClosed, RollTooEarly, SameAsBefore
from continuity.attendance.values.roll_call import OPENS_BEFORE
from continuity.models import RollCall
from courses.exceptions import Refusal, StaleSheet


def why_not_take(starts_at: datetime, *, now: datetime) -> Refusal | None:
    opens_at = starts_at - OPENS_BEFORE
    if now < opens_at:
        return RollTooEarly(hour=formats.time_format(timezone.localtime(opens_at), "TIME_FORMAT"))
    return None


def why_not_write(roll: RollCall, *, revision: int, now: datetime) -> Refusal | None:
    if roll.closed_by:
        return RollClosed(name=roll.closed_by.display_name)
    return why_not_take(roll.starts_at, now=now) or (
        StaleSheet() if roll.revision != revision else None
    )


def why_not_correct(roll: RollCall, was: dict, now: dict) -> Refusal | None:
    """`was` and `now` are by the line's columns, without the reason."""
    if not roll.is_closed:
        return RollNotClosed()
    return SameAsBefore() if was == now else None
