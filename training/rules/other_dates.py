"""A seat of another date, held or changed to."""

from datetime import UTC, date, datetime

from courses.agenda.models import Meeting
from courses.agenda.values import PARIS
from courses.catalogue.queries import Entitlement
from courses.exceptions import Refusal
from training.exceptions import (
    AnotherTraining,
    HeldSeatIsOver,
    LateSeatStaysHere,
    NoSeatHeld,
    SessionIsOnAgain,
)
from training.models import Enrolment, Session, SessionChange
from training.rules.enrolment import takes_place_later, why_no_right, why_not_cancel, why_not_now
from training.rules.waiting_list import last_hour_of
from training.values import HELD_FOR, SHORTEST_HOLD, LicenceStanding


def held_seat_until(session: Session, *, now: datetime) -> datetime | None:
    """Until when a seat of this date is held for somebody whose own was cancelled or moved: 72 h,
    never into the last hour; None if less than two hours would be left.
    """
    until = min(now.astimezone(UTC) + HELD_FOR, last_hour_of(session))
    until = until.replace(second=0, microsecond=0)
    return until if until - now.astimezone(UTC) >= SHORTEST_HOLD else None


def is_admitted_elsewhere(seat: Enrolment) -> bool:
    """A planner opened the session to this person, and didn't take it back: that holds for the other
    dates of the training, too.
    """
    return seat.is_admitted and not seat.is_cancelled


def is_on_other_days(
    changes: list[SessionChange], *, meetings: list[Meeting], now: datetime
) -> bool:
    """Before it has begun every date was moved to another day in Paris: it is another session for
    those who enrolled. `changes` in the order in which they were made.
    """
    was: dict[int, date] = {}
    for one in changes:
        was.setdefault(one.meeting_id, one.was_starts_at.astimezone(PARIS).date())
    to_come = [one for one in meetings if not one.is_cancelled]
    has_begun = any(one.starts_at <= now for one in to_come)
    return (
        bool(to_come)
        and not has_begun
        and all(was.get(one.pk, _day_of(one)) != _day_of(one) for one in to_come)
    )


def _day_of(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(PARIS).date()


def why_not_take_held(
    held: Enrolment,
    *,
    entitlement: Entitlement | None,
    standing: LicenceStanding | None = None,
    now: datetime,
) -> Refusal | None:
    """A seat of another date, while it is held, whatever became of the seat that was lost."""
    if refusal := why_not_now(held.session, now=now):
        return refusal
    if not held.is_held:
        return NoSeatHeld()
    if not held.is_held_at(now):
        return HeldSeatIsOver(at=held.held_until)
    if held.is_admitted:
        return None
    return why_no_right(held.session, entitlement=entitlement, standing=standing)


def why_not_change_date(
    enrolment: Enrolment, *, to: Session, now: datetime, read_cancelled: bool = False
) -> Refusal | None:
    """`read_cancelled`: the page on which this was chosen said that the session left is cancelled."""
    if to.training_id != enrolment.session.training_id or to.pk == enrolment.session_id:
        return AnotherTraining()
    if read_cancelled and not enrolment.session.is_cancelled and not enrolment.is_cancelled:
        return SessionIsOnAgain(day=enrolment.session.starts_at)
    return why_not_leave(enrolment, now=now)


def why_not_leave(enrolment: Enrolment, *, now: datetime) -> Refusal | None:
    """Allow leaving for another date, as long as the seat could be given back: the deadline is that
    of the date left. A cancelled date is left at any time. A seat that was taken after the start
    isn't left in one step: of a session that has begun the seat stays (`rebooking.give_up_others`).
    """
    if enrolment.session.is_cancelled or enrolment.is_cancelled:
        return None
    if enrolment.is_late and not takes_place_later(enrolment.session, now=now):
        return LateSeatStaysHere()
    return why_not_cancel(enrolment, now=now)
