"""A seat whose right to attend ends."""

from datetime import UTC, datetime

from django.utils.translation import gettext

from courses.agenda.values import PARIS
from courses.dates import day_and_hour
from courses.exceptions import Refusal
from training.enums import EnrolmentState
from training.models import Enrolment, Session
from training.values import HELD_UNTIL, RIGHT_ASKED_FROM, SHORTEST_NOTICE


def right_asked_from(session: Session) -> datetime:
    """Fifteen days before the start, at the same time on a clock in Paris."""
    return (session.starts_at.astimezone(PARIS) - RIGHT_ASKED_FROM).astimezone(UTC)


def seat_held_until(session: Session, *, told_at: datetime) -> datetime | None:
    """Until when a seat is held whose right has ended: 48 hours before the start, and a day after
    it was told; None where that is after the start: then the seat is kept.
    """
    before = session.starts_at.astimezone(UTC) - HELD_UNTIL
    until = max(before, told_at.astimezone(UTC) + SHORTEST_NOTICE)
    return until if until < session.starts_at else None


def state_by_right(
    session: Session,
    *,
    state: str,
    ended_at: datetime | None,
    refusal: Refusal | None,
    now: datetime,
) -> EnrolmentState | None:
    """Return the new state of a seat whose right is asked again, None if it stays.

    From fifteen days before the start a seat without a right is to confirm; renewed, it is sure
    again; not renewed in time, it is given on; renewed after that, the person waits as the first.
    """
    if now >= session.starts_at:
        return None
    if refusal is None:
        renewed = {
            EnrolmentState.TO_CONFIRM: EnrolmentState.CONFIRMED,
            EnrolmentState.CANCELLED: EnrolmentState.WAITING,
        }
        return renewed.get(EnrolmentState(state)) if ended_at else None
    if state == EnrolmentState.CONFIRMED and now >= right_asked_from(session):
        return EnrolmentState.TO_CONFIRM
    if state == EnrolmentState.TO_CONFIRM and ended_at:
        until = seat_held_until(session, told_at=ended_at)
        return EnrolmentState.CANCELLED if until and now >= until else None
    return None


def how_long_a_seat_is_held(enrolment: Enrolment, *, now: datetime) -> str:
    """Return a sentence for whoever holds a seat that the right doesn't cover any more."""
    session = enrolment.session
    told_at = enrolment.right_ended_at or max(now, right_asked_from(session))
    until = seat_held_until(session, told_at=told_at)
    if until is None:
        return gettext("It is too late to give the seat on: you keep it.")
    return gettext(
        "Your seat is held until %(end)s. If the right is renewed by then, it stays yours; if not,"
        " it goes on to others, and you come first as soon as the right is renewed."
    ) % {"end": day_and_hour(until)}


def how_long_seats_are_held(session: Session, at_risk: list[Enrolment]) -> str:
    """Return a sentence for the leader of the school whose subscription doesn't reach these seats'
    session any more; `at_risk` is one seat at least. The first to go on names the time.
    """
    told_at = min(one.right_ended_at for one in at_risk if one.right_ended_at)
    until = seat_held_until(session, told_at=told_at)
    if until is None:
        return gettext("It is too late to give these seats on: the teachers keep them.")
    return gettext(
        "Renewed before %(end)s, the subscription keeps these seats; after that they go on to others."
    ) % {"end": day_and_hour(until)}
