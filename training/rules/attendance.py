"""Sheets: closing, attesting, correcting."""

from datetime import datetime

from django.utils import timezone

from courses.agenda.values import Hours
from courses.exceptions import Refusal
from courses.live.values import STAYS_OPEN_AFTER
from courses.people.models import Person
from training.enums import Attested
from training.exceptions import (
    HoursBeyondReason,
    HoursStatedTooLate,
    LinesToCheck,
    MeasuredTooShort,
    MeetingNotOver,
    MinutesBeyondTheMeeting,
    NobodyToMark,
    NotAGuest,
    NothingToAttest,
    NotInTheList,
    OwnMinutes,
    OwnStays,
    ReasonMissing,
    ReasonMissingFor,
    ReasonTooLongFor,
    SheetClosed,
    SheetNotClosed,
    TrainersCloseFirst,
    TrainerStillThere,
)
from training.models import Sheet, SheetLine
from training.values import (
    ADVISERS_CLOSE_AFTER,
    HOURS_STATED_WITHIN,
    LONGEST_REASON,
    MOST_TIMES_PLANNED,
    Decision,
    is_measured_too_short,
)


def why_not_close(
    sheet: Sheet, *, by_trainer: bool, trainer_is_there: bool, now: datetime
) -> Refusal | None:
    """The session's trainers close once the meeting is over; three days later an adviser may.

    While a trainer is in the room the real time still grows: until then, and at most until the room
    closes, we wait.
    """
    meeting = sheet.meeting
    if sheet.is_closed:
        return SheetClosed()
    if meeting.is_cancelled:
        return NothingToAttest()
    if now < meeting.ends_at:
        return MeetingNotOver(ends_at=meeting.ends_at)
    if trainer_is_there and now < meeting.ends_at + STAYS_OPEN_AFTER:
        return TrainerStillThere(until=meeting.ends_at + STAYS_OPEN_AFTER)
    if not by_trainer and now < meeting.ends_at + ADVISERS_CLOSE_AFTER:
        return TrainersCloseFirst(until=meeting.ends_at + ADVISERS_CLOSE_AFTER)
    return None


def why_not_close_as_measured(sheet: Sheet) -> Refusal | None:
    """Minutes of a room that broke down early earn no certificate by accident: somebody says when
    the meeting took place.
    """
    if is_measured_too_short(sheet.measure, sheet.real_minutes, sheet.planned_minutes):
        return MeasuredTooShort(measured=sheet.real_minutes, planned=sheet.planned_minutes)
    return None


def why_not_state_hours(
    sheet: Sheet, *, hours: Hours, reason: str, now: datetime
) -> Refusal | None:
    """Hours of the meeting's day (in Paris) that are over, at most twice as long as planned, with a
    reason.
    """
    meeting = sheet.meeting
    if now > meeting.ends_at + HOURS_STATED_WITHIN:
        return HoursStatedTooLate()
    if not reason.strip():
        return ReasonMissing()
    day, most = timezone.localdate(meeting.starts_at), sheet.planned_minutes * MOST_TIMES_PLANNED
    if (
        timezone.localdate(hours.starts_at) != day
        or hours.ends_at > now
        or hours.duration.total_seconds() > most * 60
    ):
        return HoursBeyondReason(day=day, most=most)
    return None


def why_not_attest(line: SheetLine, decision: Decision, *, real_minutes: int) -> Refusal | None:
    """A number lies within the meeting's real length; anything but what was measured has a reason,
    not too long to be kept.
    """
    number = decision.minutes
    if decision.choice == Attested.NUMBER and (number is None or not 0 <= number <= real_minutes):
        return MinutesBeyondTheMeeting(name=line.shown_name, real_minutes=real_minutes)
    if decision.choice == Attested.PROVIDER and line.provider_minutes is None:
        return NotInTheList(name=line.shown_name)
    if needs_a_reason(line, decision.choice) and not decision.reason.strip():
        return ReasonMissingFor(name=line.shown_name)
    if len(decision.reason) > LONGEST_REASON:
        return ReasonTooLongFor(name=line.shown_name, most=LONGEST_REASON)
    return None


def needs_a_reason(line: SheetLine, choice: str) -> bool:
    """Anything but evidence. That nobody came, where nothing was seen, is what the evidence says."""
    if choice in (Attested.MEASURED, Attested.PROVIDER):
        return False
    return choice != Attested.NONE or bool(line.measured_minutes or line.provider_minutes)


def why_not_close_unmarked(lines: list[SheetLine]) -> Refusal | None:
    """Nothing unmarked closes as absent. `lines` are the participants'."""
    names = [line.shown_name for line in lines if line.is_to_check]
    return LinesToCheck(names=", ".join(names)) if names else None


def is_seen_nowhere(line: SheetLine) -> bool:
    """Whether it is to check, and the provider's list has no minutes of this person either."""
    return line.is_to_check and not line.provider_minutes


def is_only_in_the_list(line: SheetLine) -> bool:
    """Whether it is to check, and the provider's list says how long this person was there."""
    return line.is_to_check and bool(line.provider_minutes)


def why_not_mark_all(lines: list[SheetLine], *, choice: str, reason: str) -> Refusal | None:
    """`lines` are those that would be marked."""
    if not lines:
        return NobodyToMark()
    if any(needs_a_reason(line, choice) for line in lines) and not reason.strip():
        return ReasonMissing()
    return None


def why_not_list(sheet: Sheet, *, now: datetime) -> Refusal | None:
    """The provider's list is evidence for a sheet that is still open."""
    if sheet.is_closed:
        return SheetClosed()
    if sheet.meeting.is_cancelled:
        return NothingToAttest()
    if now < sheet.meeting.ends_at:
        return MeetingNotOver(ends_at=sheet.meeting.ends_at)
    return None


def why_not_correct(line: SheetLine, *, minutes: int, reason: str, by: Person) -> Refusal | None:
    """Corrections are for closed sheets, for those who are enrolled, and for other people's lines."""
    if not line.sheet.is_closed:
        return SheetNotClosed()
    if line.participation and line.participation.enrolment.teacher_id == by.pk:
        return OwnMinutes()
    return why_not_attest(
        line, Decision(Attested.NUMBER, minutes, reason), real_minutes=line.sheet.real_minutes
    )


def why_not_regularise(
    line: SheetLine, *, teacher: Person, reason: str, by: Person
) -> Refusal | None:
    """Only a guest whom nobody has regularised, never oneself, and never in silence."""
    if teacher.pk == by.pk:
        return OwnStays()
    if not line.is_guest or line.joined_to_id:
        return NotAGuest()
    if line.sheet.meeting.is_cancelled:
        return NothingToAttest()
    return None if reason.strip() else ReasonMissing()
