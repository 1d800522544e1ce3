"""The waiting list: far from the start a free seat goes to its head at once, later it is offered
with a time to answer, and in the last hour to whoever is first.
"""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation

from courses.exceptions import Refusal
from courses.mail.services import post
from courses.people.models import Organisation, Person
from training.enums import NOT_ANSWERED, EnrolmentState, Letters, OfferState, Phase, SessionState
from training.exceptions import AccountClosed
from training.models import Enrolment, SeatOffer, Session
from training.queries.rights import may_enrol_through, seats_by_school
from training.queries.sessions import SeatsNow, schools_at_quota, seats_now
from training.rules import (
    offer_ends_at,
    phase,
    seats_for_a_press,
    why_not_enrol,
    why_not_now,
    why_not_take,
)
from training.services import elsewhere, one_seat
from training.services import enrolment as enrolments
from training.values import LAST_HOUR


def promote(session: Session, now: datetime, *, has_another_seat: bool = False) -> list[Enrolment]:
    """Give free seats to those who wait, head first: at once, or by an offer. Called under the
    session's lock; `now` is aware.

    `has_another_seat` says that a seat was given back or added: all who wait are asked in order,
    also who let an offer expire last, and told again in the last hour.

    Offers whose time is over expire first. In the last hour everybody who waits is told of each
    free seat once. Nobody is seated once the session has begun or is cancelled. Whoever isn't
    entitled any more leaves the list with a letter that says why, and the seat goes to the next;
    who has no seat only because of the quota of their school keeps the place, and is passed.
    Gives those who were seated or got an offer, in order.
    """
    if not session.is_open:
        return []
    expire(session, now)
    free, when = session.capacity - session.count_seats_taken(), phase(session, now=now)
    if free <= 0 or when == Phase.STARTED:
        return []
    if when == Phase.LAST_HOUR:
        _tell_everybody(session, now, again=has_another_seat)
        return []
    if when == Phase.AT_ONCE:
        return _give(session, session.enrolments.waiting(), free=free, ends_at=None, now=now)
    ends_at = offer_ends_at(session, now=now)
    if ends_at is None:
        return []
    # A list of one isn't asked every two hours: the seat that was let go is free for a press.
    asked = session.enrolments.next_in_line()
    if has_another_seat:
        asked = session.enrolments.waiting()
    return _give(session, asked, free=free, ends_at=ends_at, now=now)


def _give(
    session: Session,
    waiting: QuerySet[Enrolment],
    *,
    free: int,
    ends_at: datetime | None,
    now: datetime,
) -> list[Enrolment]:
    """Seats, or offers until `ends_at`."""
    given: list[Enrolment] = []
    quota = session.school_quota
    taken = Counter(seats_by_school([session.pk]) if quota else {})
    for enrolment in waiting.select_related("teacher"):
        if free <= len(given):
            break
        if quota and taken[session.pk, enrolment.school_id] >= quota:
            continue
        enrolment.session = session
        if refusal := why_no_seat(enrolment, now):
            one_seat.leave(enrolment, by=None, now=now, refusal=refusal)
            continue
        if ends_at:
            _offer(enrolment, ends_at=ends_at, now=now)
        else:
            one_seat.seat(enrolment, by=None, now=now)
        taken[session.pk, enrolment.school_id] += 1
        given.append(enrolment)
    return given


def why_no_seat(enrolment: Enrolment, now: datetime) -> Refusal | None:
    """Why this turn gives no seat any more, though one is free."""
    session = enrolment.session
    if not enrolment.teacher.is_active:
        return AccountClosed()
    with translation.override(enrolment.teacher.language):  # names of subjects are part of it
        entitlement, standing = may_enrol_through(session, enrolment.teacher)
    return why_not_enrol(
        session,
        entitlement=entitlement,
        standing=standing,
        is_admitted=enrolment.is_admitted,
        now=now,
    )


def _offer(enrolment: Enrolment, *, ends_at: datetime, now: datetime) -> SeatOffer:
    """Hold the seat for this person until then, with the letter."""
    offer = SeatOffer.objects.create(enrolment=enrolment, offered_at=now, expires_at=ends_at)
    enrolment.state, enrolment.offer_ends_at = EnrolmentState.OFFERED, ends_at
    enrolment.save(update_fields=["state", "offer_ends_at"])
    one_seat.record(enrolment, by=None, now=now)
    key = f"offer:{offer.pk}"
    post(Letters.SEAT_OFFERED, about=offer, to=enrolment.teacher, key=key)
    return offer


def _tell_everybody(session: Session, now: datetime, *, again: bool) -> None:
    """Tell in the last hour each who waits and hasn't been told, once; all of them `again` when
    another seat is free. Not those whose school has all the seats that a school can have.
    """
    if again:
        waiting = session.enrolments.waiting().within_quota()
        told_before = SeatOffer.objects.of_session(session).filter(
            state=OfferState.TOLD, enrolment__in=waiting.order_by().values("pk")
        )
        for offer in told_before.select_related("enrolment__teacher"):
            key = f"offer:{offer.pk}:{now.isoformat()}"
            post(Letters.LAST_HOUR, about=offer, to=offer.enrolment.teacher, key=key)
    told = SeatOffer.objects.filter(enrolment=OuterRef("pk"), state=OfferState.TOLD)
    not_told = session.enrolments.waiting().within_quota().exclude(Exists(told))
    for enrolment in not_told.select_related("teacher"):
        offer = SeatOffer.objects.create(
            enrolment=enrolment,
            state=OfferState.TOLD,
            offered_at=now,
            expires_at=session.starts_at,
        )
        key = f"offer:{offer.pk}"
        post(Letters.LAST_HOUR, about=offer, to=enrolment.teacher, key=key)


def expire(session: Session, now: datetime) -> list[Enrolment]:
    """Write down which offers ended without an answer: their holders wait again, behind those who
    waited then, and are told; who isn't entitled any more, or whose account is closed or erased,
    leaves the list. Called under the session's lock. May run twice.
    """
    expired = list(
        session.enrolments.offered().filter(_nobody_answers(now)).select_related("teacher")
    )
    for enrolment in expired:
        enrolment.session = session
        state = OfferState.WITHDRAWN if enrolment.has_offer_at(now) else OfferState.EXPIRED
        offer = close_offer(enrolment, state, now=now)
        refusal = None if why_not_now(session, now=now) else why_no_seat(enrolment, now)
        if refusal:
            one_seat.leave(enrolment, by=None, now=now, refusal=refusal)
            continue
        enrolment.state, enrolment.offer_ends_at = EnrolmentState.WAITING, None
        enrolment.set_back_at, enrolment.right_ended_at = now, None
        enrolment.save(update_fields=["state", "offer_ends_at", "set_back_at", "right_ended_at"])
        one_seat.record(enrolment, by=None, now=now)
        if offer:
            key = f"offer:{offer.pk}:expired"
            post(Letters.OFFER_EXPIRED, about=offer, to=enrolment.teacher, key=key)
    return expired


def _nobody_answers(now: datetime) -> Q:
    """The offer's end is past, or its holder has no account any more."""
    return Q(offer_ends_at__lte=now) | Q(teacher__is_active=False)


def close_offer(enrolment: Enrolment, state: OfferState, *, now: datetime) -> SeatOffer | None:
    """Close the open offer, or the word in the last hour, with this state; None if
    there is none.
    """
    offer = enrolment.offers.not_answered().first()
    if offer:
        offer.state, offer.answered_at = state, now
        offer.save(update_fields=["state", "answered_at"])
    return offer


def withdraw_offers(session: Session, now: datetime) -> list[SeatOffer]:
    """Whoever has an offer waits again, at the same place: the session has another start, or is
    cancelled. Called under the session's lock. Gives the offers that were open: the caller tells
    their holders.
    """
    log = SeatOffer.objects.of_session(session).select_related("enrolment__teacher")
    withdrawn = list(log.filter(state=OfferState.OPEN))
    SeatOffer.objects.of_session(session).not_answered().update(
        state=OfferState.WITHDRAWN, answered_at=now
    )
    for enrolment in session.enrolments.offered():
        enrolment.state, enrolment.offer_ends_at = EnrolmentState.WAITING, None
        enrolment.save(update_fields=["state", "offer_ends_at"])
        one_seat.record(enrolment, by=None, now=now)
    return withdrawn


def has_a_free_seat(session: Session, now: datetime, *, school: Organisation | None = None) -> bool:
    """Whether the next press has a seat, or the next one of somebody of that school, where a
    session limits the seats of a school. Nobody takes one past people waiting, before the last
    hour.
    """
    return is_free(session, seats_now(session), now, school=school)


def is_free(
    session: Session, seats: SeatsNow, now: datetime, *, school: Organisation | None = None
) -> bool:
    """The same, with the seats read before under the same lock."""
    if seats.taken >= session.capacity:
        return False
    school_is_full = school is not None and (session.pk, school.pk) in schools_at_quota([session])
    return (
        seats_for_a_press(
            session,
            taken=seats.taken,
            in_line=seats.in_line,
            now=now,
            school_is_full=school_is_full,
        )
        > 0
    )


def take(*, offer: SeatOffer, by: Person, now: datetime | None = None) -> Enrolment:
    """Take the seat that is offered. Idempotent.

    Holds the session's row. Raises a `Refusal`: the offer's time is over, the session is cancelled,
    the licence has ended, the seat was given back since. An offer whose time is over expires by
    this, an offer that the licence no longer covers is withdrawn, and the seat goes on.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = enrolments.locked(offer.enrolment.session)
        offer = _read_again(offer, session, by)
        if offer.enrolment.holds_a_seat and not session.is_cancelled:
            return offer.enrolment
        refusal = why_not_take(offer, now=now)
        if refusal is None and (refusal := why_no_seat(offer.enrolment, now)):
            one_seat.leave(offer.enrolment, by=None, now=now, refusal=refusal)
        if refusal is None:
            one_seat.seat(offer.enrolment, by=by, now=now)
        else:
            # Kept, though the press is refused.
            promote(session, now)
            if has_a_free_seat(session, now):
                elsewhere.session_changed(session)
            refusal = why_not_now(session, now=now) or refusal
    if refusal:
        raise refusal
    return offer.enrolment


def decline(*, offer: SeatOffer, by: Person, now: datetime | None = None) -> Enrolment:
    """Leave the seat, and the list with it; the seat goes to the next. Idempotent.

    Holds the session's row. Raises a `Refusal` if the offer is gone.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = enrolments.locked(offer.enrolment.session)
        offer = _read_again(offer, session, by)
        if offer.state == OfferState.DECLINED:
            return offer.enrolment
        refusal = why_not_take(offer, now=now)
        if refusal is None:
            one_seat.leave(offer.enrolment, by=by, now=now)
        promote(session, now)
        if has_a_free_seat(session, now):
            elsewhere.session_changed(session)
    if refusal:
        raise refusal
    return offer.enrolment


def _read_again(offer: SeatOffer, session: Session, by: Person) -> SeatOffer:
    """Raises `DoesNotExist` if it isn't theirs."""
    mine = SeatOffer.objects.visible_to(by).select_related("enrolment__teacher")
    offer = mine.get(pk=offer.pk)
    offer.enrolment.session = session
    return offer


def pass_on(now: datetime) -> int:
    """For the tick: offers that ended, seats that are free while people wait, the last hour. Says
    for how many sessions there was something to do.

    Each session under its own lock. May run twice, and two ticks at once.
    """
    sessions = list(_sessions_to_ask(now))
    for session in sessions:
        with transaction.atomic():
            session = enrolments.locked(session)
            promote(session, now)
            if has_a_free_seat(session, now):
                elsewhere.session_changed(session)
    return len(sessions)


def _sessions_to_ask(now: datetime) -> QuerySet[Session]:
    expired = Enrolment.objects.filter(session=OuterRef("pk")).offered()
    in_line = Enrolment.objects.filter(session=OuterRef("pk")).next_in_line()
    told = SeatOffer.objects.filter(enrolment=OuterRef("pk"), state__in=NOT_ANSWERED)
    waiting = Enrolment.objects.filter(session=OuterRef("pk")).waiting().within_quota()
    not_told = waiting.exclude(Exists(told))
    is_last_hour = Q(starts_at__lte=now + LAST_HOUR)
    has_somebody = Q(Exists(in_line), ~is_last_hour) | Q(Exists(not_told), is_last_hour)
    free = Q(starts_at__gt=now, seats_taken__lt=F("capacity"))
    return (
        Session.objects.filter(state=SessionState.OPEN)
        .with_seats()
        .filter(Q(Exists(expired.filter(_nobody_answers(now)))) | (free & has_somebody))
        .order_by("pk")
    )
