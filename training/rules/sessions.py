"""Planning, changing and cancelling a session and its dates."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise

from courses.agenda.models import Meeting
from courses.agenda.queries import PlannedDate
from courses.agenda.values import Hours
from courses.exceptions import Refusal
from courses.people.models import Person
from training.enums import SessionState
from training.exceptions import (
    CertificatesWereIssued,
    DateIsCancelled,
    FewerSeatsThanPeople,
    MeetingHasBegun,
    MeetingInThePast,
    MeetingsOverlap,
    NoDates,
    NoProposedDate,
    NoRhythm,
    NotATrainerHere,
    NothingFollows,
    NoTrainer,
    OnlyMeeting,
    PeopleLeftOut,
    SeatsAreOffered,
    SessionIsCancelled,
    SessionIsDraft,
    SessionIsNoDraft,
    SessionIsOver,
    SessionNotCancelled,
    ThresholdFrozen,
    TooLateToRestore,
    TrainingNotPublished,
)
from training.models import Session
from training.rules.enrolment import _why_not_begin
from training.values import TOLD_AT_ONCE


def why_not_plan(hours: list[Hours], *, now: datetime) -> Refusal | None:
    """Dates of a new session."""
    if not hours:
        return NoDates()
    return _why_not_these_hours(hours, now=now) or _why_not_side_by_side(hours)


def why_not_propose_hours(hours: list[Hours], *, now: datetime) -> Refusal | None:
    """Dates that a provider proposes: none in the past."""
    return _why_not_these_hours(hours, now=now) if hours else NoProposedDate()


def why_not_these_trainers(
    trainers: list[Person], *, foreign: list[Person], provider: str
) -> Refusal | None:
    if not trainers:
        return NoTrainer()
    if foreign:
        return NotATrainerHere(name=foreign[0].display_name, provider=provider)
    return None


def why_not_change(session: Session) -> Refusal | None:
    if session.state == SessionState.CANCELLED:
        return SessionIsCancelled(reason=session.cancel_reason)
    if session.state == SessionState.CLOSED:
        return SessionIsOver()
    return None


def why_not_open(session: Session, *, is_led: bool, now: datetime) -> Refusal | None:
    """`is_led`: a trainer of it works for the provider, or will by its dates."""
    if refusal := why_not_change(session):
        return refusal
    if session.ends_at <= now:
        return SessionIsOver()
    if not session.training.is_published:
        return TrainingNotPublished()
    return None if is_led else NoTrainer()


def why_not_lower_capacity(
    session: Session, *, capacity: int, taken: int, offered: int = 0
) -> Refusal | None:
    """Nobody is dropped, nor a seat that is offered. A session over its capacity may keep the number
    of seats it has.

    `taken` counts people, `offered` the open offers beside them.
    """
    if capacity >= session.capacity or capacity >= taken + offered:
        return None
    if capacity < taken:
        return FewerSeatsThanPeople(capacity=capacity, taken=taken)
    return SeatsAreOffered(capacity=capacity, taken=taken, offered=offered)


def why_not_leave_out(left_out: int) -> Refusal | None:
    """Nobody who has a seat or waits loses it because the session is for others now."""
    return PeopleLeftOut(count=left_out) if left_out else None


def why_not_other_threshold(
    session: Session, *, threshold_percent: int, has_people: bool
) -> Refusal | None:
    """Refuse another threshold of the certificate while somebody has a seat or waits for one."""
    if has_people and threshold_percent != session.threshold_percent:
        return ThresholdFrozen(percent=session.threshold_percent)
    return None


def is_told_at_once(starts: Iterable[datetime], *, now: datetime) -> bool:
    """A change of dates, given their old and new starts, can't wait for a further one: it is about
    one that begins within two hours, or has begun.
    """
    return any(start <= now + TOLD_AT_ONCE for start in starts)


def why_not_move(
    session: Session, *, meetings: list[Meeting], moves: Mapping[int, Hours], now: datetime
) -> Refusal | None:
    """`meetings` are all of the session's, `moves` the new hours by the meeting's primary key."""
    if refusal := why_not_change(session):
        return refusal
    for meeting in meetings:
        if meeting.pk in moves:
            if meeting.is_cancelled:
                return DateIsCancelled(day=meeting.starts_at)
            if meeting.starts_at <= now:
                return MeetingHasBegun(day=meeting.starts_at)
    going_on = [
        moves.get(m.pk, Hours(m.starts_at, m.ends_at)) for m in meetings if not m.is_cancelled
    ]
    return (
        _why_not_these_hours(list(moves.values()), now=now)
        or _why_not_side_by_side(going_on)
        or _why_not_begin(session, going_on)
    )


def why_not_add_meeting(
    session: Session, *, meetings: list[Meeting], hours: Hours, now: datetime
) -> Refusal | None:
    if refusal := why_not_change(session):
        return refusal
    going_on = [Hours(m.starts_at, m.ends_at) for m in meetings if not m.is_cancelled]
    return (
        _why_not_these_hours([hours], now=now)
        or _why_not_side_by_side([*going_on, hours])
        or _why_not_begin(session, [*going_on, hours])
    )


def why_not_go_on(
    session: Session, *, meetings: list[Meeting], dates: list[PlannedDate], now: datetime
) -> Refusal | None:
    """`dates` are those that the session's rhythm would go on with."""
    if refusal := why_not_change(session):
        return refusal
    if not dates:
        return NoRhythm()
    going_on = [Hours(m.starts_at, m.ends_at) for m in meetings if not m.is_cancelled]
    hours = [date.hours for date in dates]
    return _why_not_these_hours(hours, now=now) or _why_not_side_by_side([*going_on, *hours])


def why_not_stop_after(
    session: Session, *, meeting: Meeting, following: list[Meeting]
) -> Refusal | None:
    """`following` are the dates to come after it that would be cancelled."""
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    return None if following else NothingFollows(day=meeting.starts_at)


def why_not_delete(session: Session) -> Refusal | None:
    """A draft is deleted without a trace; what people have seen is cancelled."""
    return None if session.is_draft else SessionIsNoDraft()


def why_not_cancel_session(session: Session, *, now: datetime) -> Refusal | None:
    if session.is_draft:
        return SessionIsDraft()
    if session.state == SessionState.CLOSED or session.ends_at <= now:
        return SessionIsOver()
    return None


def why_not_restore(
    session: Session, *, cancelled: list[Meeting], has_certificates: bool, now: datetime
) -> Refusal | None:
    """A session that was cancelled by mistake, until the first of its cancelled dates begins."""
    if not session.is_cancelled:
        return SessionNotCancelled()
    if not cancelled or min(meeting.starts_at for meeting in cancelled) <= now:
        return TooLateToRestore()
    return CertificatesWereIssued() if has_certificates else None


def why_not_cancel_meeting(
    session: Session, *, meeting: Meeting, meetings: list[Meeting], now: datetime
) -> Refusal | None:
    if refusal := why_not_change(session):
        return refusal
    if meeting.starts_at <= now:
        return MeetingHasBegun(day=meeting.starts_at)
    if not any(other.pk != meeting.pk and not other.is_cancelled for other in meetings):
        return OnlyMeeting()
    return None


def _why_not_these_hours(hours: list[Hours], *, now: datetime) -> Refusal | None:
    for one in hours:
        if one.starts_at <= now:
            return MeetingInThePast(day=one.starts_at)
    return None


def _why_not_side_by_side(hours: list[Hours]) -> Refusal | None:
    for first, second in pairwise(sorted(hours)):
        if first.overlap(second):
            return MeetingsOverlap(day=second.starts_at)
    return None


def why_no_sign_in(session: Session) -> Refusal | None:
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    return SessionIsDraft() if session.is_draft else None
