"""A seat in place of another one of the same training: a change of date in one step, and what becomes
of the seats, turns and held seats that a sure one replaces.

A change takes the new seat first, under the lock of its session, then gives back the one that is left
under the locks of both: the old seat stays until the new one is sure. In whose place a seat stands is
settled where it is taken (`one_seat.take_the_seat`), whichever way leads there.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.people.models import Person
from training import rules
from training.enums import Phase
from training.exceptions import ReplacedByAnotherDate, SessionIsCancelled
from training.models import Enrolment, Session
from training.queries.other_dates import (
    exchanges,
    given_up_for,
    not_given_up,
    replaced_by,
    replaced_in,
    seat_now,
)
from training.queries.rights import may_enrol_through
from training.queries.sessions import schools_at_quota
from training.services import enrolment as enrolments
from training.services import holds, one_seat, waiting_list

logger = logging.getLogger(__name__)


def take_held(*, held: Enrolment, by: Person, now: datetime | None = None) -> Enrolment:
    """Take the seat that is held; the one it replaces is given back. Idempotent.

    Raises a `Refusal`: the time is over, the right has ended, the session is cancelled.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = enrolments.locked(held.session)
        held = holds.read_again(held, session, by)
        if refusal := rules.why_not_now(session, now=now):
            raise refusal
        if held.holds_a_seat:
            return held
        entitlement, standing = may_enrol_through(session, held.teacher)
        if refusal := rules.why_not_take_held(
            held, entitlement=entitlement, standing=standing, now=now
        ):
            raise refusal
        one_seat.seat(held, by=by, now=now)
    _give_up_unless_cancelled(held, now=now)
    return held


def change_date(
    *,
    enrolment: Enrolment,
    to: Session,
    by: Person,
    read_cancelled: Enrolment | None = None,
    now: datetime | None = None,
) -> Enrolment:
    """Change from one date to another in one step. With a free seat the old one is given back at
    once, else the person waits there and keeps it until a seat is sure. Idempotent.

    Left is the seat that the person has now (`queries.other_dates.seat_now`), read with all dates
    held, as whoever restores the session left holds them. The deadline is that of the date left.
    `read_cancelled` is the enrolment whose session the page called cancelled: one that takes place
    after all is left by another press only. Raises a `Refusal`.
    """
    now = now or timezone.now()
    enrolment = Enrolment.objects.visible_to(by).select_related("session").get(pk=enrolment.pk)
    with transaction.atomic():
        holds.lock_all_dates(enrolment.session)
        enrolment = seat_now(enrolment, now=now)
        if enrolment.session == to and enrolment.holds_a_seat and enrolment.session.is_open:
            return enrolment
        if refusal := rules.why_not_change_date(
            enrolment, to=to, now=now, read_cancelled=enrolment == read_cancelled
        ):
            raise refusal
        new = enrolments.enrol_instead(enrolment, session=to, now=now)
    _give_up_unless_cancelled(new, now=now)
    return new


def _give_up_unless_cancelled(new: Enrolment, *, now: datetime) -> None:
    """Raises `SessionIsCancelled` if the new session was cancelled in between: the old seat stays."""
    give_up_others(new, now=now)
    new.session.refresh_from_db(fields=["state", "cancel_reason"])
    if new.session.is_cancelled:
        raise SessionIsCancelled(reason=new.session.cancel_reason)


def give_up_others(new: Enrolment, *, now: datetime, asked_before: bool = False) -> None:
    """Once the new seat is sure, the seats, turns and held seats in whose place it is are given back;
    `asked_before`: a turn that was asked for later stays. May run twice.

    Each under the locks of both sessions: of two changes at once, the first one stays. Where the new
    seat was given back or its session cancelled meanwhile, nothing is given up.
    """
    for old in replaced_by(new, asked_before=asked_before) if new.holds_a_seat else ():
        with transaction.atomic():
            holds.lock({old.session_id, new.session_id})
            if not Enrolment.objects.sure().filter(pk=new.pk).exists():
                return
            old = Enrolment.objects.select_related(
                "teacher", "session__training__resource__provider"
            ).get(pk=old.pk)
            # Of a session that has begun the seat stays: somebody may have been there.
            is_to_come = rules.takes_place_later(old.session, now=now)
            if not old.is_cancelled and (old.is_held or is_to_come):
                _give_up(old, new, now=now)


def _give_up(old: Enrolment, new: Enrolment, *, now: datetime) -> None:
    """Give up the old one, with a letter if the seat or turn was theirs until now. Called under the
    session's lock.
    """
    session, why = old.session, ReplacedByAnotherDate(day=new.session.starts_at)
    if old.is_held or session.is_cancelled:
        holds.release(old, by=None, now=now, refusal=why)
    else:
        one_seat.leave(old, by=None, now=now, refusal=why)
    holds.pass_on(session, now)


def end_holds(now: datetime) -> int:
    """For the tick: seats that were held and not taken are free again; seats that were replaced are
    given back. Says how many. May run twice, and two ticks at once.
    """
    over, replaced = holds.end_over(now), list(not_given_up(now))
    for one in replaced:
        give_up_others(one, now=now, asked_before=True)
    return over + len(replaced)


def exchange_seats(now: datetime) -> int:
    """For the tick: two who are each the first in line for the date in which the other has a seat
    exchange them, as long as free seats are given at once. Says how many pairs did. May run twice,
    and two ticks at once.
    """
    done = 0
    for pair in exchanges(now, among=Session.objects.all()):
        try:
            done += _exchange(pair, now)
        except Exception:  # the others exchange theirs all the same
            logger.exception(
                "enrolments %s and %s exchange no seats", *(one.public_id for one in pair)
            )
    return done


def _exchange(pair: tuple[Enrolment, Enrolment], now: datetime) -> bool:
    with transaction.atomic():
        holds.lock_all_dates(pair[0].session)
        of_training = Session.objects.filter(training=pair[0].session.training_id)
        if pair not in (found := exchanges(now, among=of_training)):
            return False
        turns = found[found.index(pair)]
        seats = [seat for one in turns if (seat := given_up_for(one, now=now))]
        if len(seats) < len(turns) or not all(
            _may_be_seated(turn, gives=gives, gets=gets, now=now)
            for turn, gives, gets in zip(turns, seats, reversed(seats), strict=True)
        ):
            return False
        for one in turns:
            one_seat.seat(one, by=None, now=now)
        for one in turns:
            give_up_others(one, now=now, asked_before=True)
    return True


def _may_be_seated(turn: Enrolment, *, gives: Enrolment, gets: Enrolment, now: datetime) -> bool:
    """True if the turn would give the seat that the other leaves: it is the first of those whom
    `waiting_list.promote` doesn't pass. The other's school has one seat less for it. A date over its
    capacity stays so. Called with all dates held.
    """
    session = turn.session
    full = {school for _of, school in schools_at_quota([session])} - {gets.school_id}
    waiting = session.enrolments.waiting().filter(teacher__is_active=True)
    return (
        rules.phase(session, now=now) == Phase.AT_ONCE
        and turn == waiting.exclude(school__in=full).first()
        and gives.pk < turn.pk  # `give_up_others`: asked for before
        and rules.why_not_leave(gives, now=now) is None
        and waiting_list.why_no_seat(turn, now) is None
    )


def settle_restored(session: Session, *, now: datetime) -> None:
    """A session comes back: its seats are what they were, but for those who took another date in
    place of theirs. They keep what they attended here, and aren't expected any more. Who asked for
    another date since the cancellation, and waits there, has that turn beside the seat; a change
    that was asked for before still waits. Called with all dates held, once it is open again.
    """
    for seat, new in replaced_in(session):
        seat.session = session
        if session.starts_at > now:
            why = ReplacedByAnotherDate(day=new.session.starts_at)
            holds.release(seat, by=None, now=now, refusal=why)
        else:
            one_seat.give_back_the_seat(seat, now=now)
    firsts = [one.first_seat.pk for one in session.enrolments.holding_a_seat()]
    turns = Enrolment.objects.in_the_list().filter(instead_of__in=firsts)
    if session.cancelled_at:
        turns = turns.filter(asked_at__gte=session.cancelled_at)
    turns.update(instead_of=None)
