"""Enrolling somebody else, with a reason: before a session, late, or after the fact."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.models import Meeting
from courses.mail.services import post
from courses.people.models import Person
from training.enums import EnrolmentOrigin, EnrolmentState, Letters, OfferState
from training.exceptions import NothingHeldYet, ReasonMissing
from training.models import Enrolment, Session
from training.queries.late_entry import LateEntry, late_entry_for
from training.queries.rights import rights_of
from training.queries.sessions import seats_now
from training.services import one_seat, waiting_list
from training.services.enrolment import (
    already_in,
    already_in_now,
    ask_for_late_seat,
    decide,
    locked,
    school_of,
    school_or_refusal,
    tell_if_full,
)


def enrol_by_adviser(
    *,
    session: Session,
    teacher: Person,
    by: Person,
    reason: str,
    over_capacity: bool = False,
    all_the_same: bool = False,
    now: datetime | None = None,
) -> Enrolment:
    """Enrol somebody, with a reason. When no seat is free: the waiting list, or a seat more if
    `over_capacity` says so. After the start: a seat for the dates to come (`late_entry`), without a
    waiting list, and the right is asked for these dates.

    Holds the session's row. The same rules as for the teacher, but for the quota of a school; with
    `all_the_same` the session is opened to this person though the right is refused: the refusal is
    kept beside the reason, and the right isn't asked again. Whoever has an offer is seated, so is
    somebody who waits, if a seat is free for a press or `over_capacity` says so; who has a seat
    keeps it. Raises a `Refusal`, `ReasonMissing` among them.
    """
    now = now or timezone.now()
    reason = _reason(reason)
    with transaction.atomic():
        session = locked(session)
        late = late_entry_for(teacher, session, now=now)
        enrolment = already_in_now(session, teacher, now)
        if enrolment is None:
            enrolment = decide(
                session,
                teacher,
                now=now,
                by=by,
                rights=rights_of(teacher),
                seats=seats_now(session, teacher),
                reason=reason,
                origin=EnrolmentOrigin.LATE if late else EnrolmentOrigin.ADVISER,
                over_capacity=over_capacity,
                all_the_same=all_the_same,
                late=late,
            )
        elif not _admit_or_seat(
            enrolment,
            by=by,
            reason=reason,
            over_capacity=over_capacity,
            all_the_same=all_the_same,
            late=late,
            now=now,
        ):
            return enrolment
        log(
            instance=enrolment,
            action="training.enrol",
            user=by,
            data={"reason": reason, "state": enrolment.state},
        )
    return one_seat.tell_of_decision(enrolment, now=now)


def _admit_or_seat(
    enrolment: Enrolment,
    *,
    by: Person,
    reason: str,
    over_capacity: bool,
    all_the_same: bool,
    late: LateEntry | None,
    now: datetime,
) -> bool:
    """Open the session to somebody who is in it already, seat somebody who waits or has an offer;
    whether there was something to do.
    """
    session, teacher = enrolment.session, enrolment.teacher
    if late and enrolment.holds_a_seat:
        return False
    taken = session.count_seats_taken()
    is_seated_now = (
        late is not None
        or enrolment.is_held
        or (enrolment.is_waiting and over_capacity)
        or (not all_the_same and _has_a_seat_at_hand(enrolment, session, now))
    )
    if not (is_seated_now or all_the_same):
        return False
    _school, overruled = school_or_refusal(
        session,
        teacher,
        now,
        all_the_same=all_the_same,
        is_admitted=enrolment.is_admitted,
        late=late,
    )
    if late and enrolment.is_waiting and not over_capacity:
        ask_for_late_seat(session, taken)
    if overruled:
        enrolment.is_admitted, enrolment.right_ended_at = True, None
        if enrolment.is_to_confirm:
            enrolment.state = EnrolmentState.CONFIRMED
        enrolment.save(update_fields=["is_admitted", "state", "right_ended_at"])
    if is_seated_now:
        enrolment.over_capacity = enrolment.is_waiting and taken >= session.capacity
        one_seat.seat(enrolment, by=by, reason=reason, refusal=overruled, late=late, now=now)
        tell_if_full(session, now)
    elif overruled:
        one_seat.record(enrolment, by=by, now=now, reason=reason, refusal=overruled)
        key = f"enrolment:{enrolment.pk}:admitted:{now.isoformat()}"
        post(Letters.ADMITTED, about=enrolment, to=teacher, key=key)
    return is_seated_now or overruled is not None


def regularise(
    *,
    session: Session,
    meeting: Meeting,
    teacher: Person,
    by: Person,
    reason: str,
    now: datetime | None = None,
) -> Enrolment:
    """Enrol, after the fact, somebody who was in the room of a meeting: confirmed, with
    participations in that one and in those to come. On the dates before nobody expected them.

    Nothing is sent for meetings that are over. The school is that of the entitlement or, without
    one, where the person teaches: the adviser decides, and says why. Raises `ReasonMissing`,
    `NothingHeldYet`, `NoSchool`.
    """
    now = now or timezone.now()
    reason = _reason(reason)
    with transaction.atomic():
        session = locked(session)
        enrolment = already_in(session, teacher)
        if enrolment and enrolment.holds_a_seat:
            return enrolment
        if meeting.starts_at > now:
            raise NothingHeldYet
        if enrolment is None:
            enrolment = Enrolment(
                session=session,
                teacher=teacher,
                school=school_of(session, rights_of(teacher)),
                asked_at=now,
            )
        elif enrolment.is_offered:
            waiting_list.close_offer(enrolment, OfferState.WITHDRAWN, now=now)
        enrolment.state, enrolment.origin = EnrolmentState.CONFIRMED, EnrolmentOrigin.AFTERWARDS
        enrolment.offer_ends_at, enrolment.held_until = None, None
        enrolment.save()
        step = one_seat.record(enrolment, by=by, reason=reason, now=now)
        one_seat.participate(enrolment, [meeting])
        if one_seat.take_the_seat(enrolment, now=now):
            post(
                Letters.SEAT_CONFIRMED,
                about=enrolment,
                to=teacher,
                key=f"enrolment:{enrolment.pk}:{step.pk}",
            )
        log(instance=enrolment, action="training.regularise", user=by, data={"reason": reason})
    return enrolment


def _has_a_seat_at_hand(enrolment: Enrolment, session: Session, now: datetime) -> bool:
    """The one that is offered to them, or one that is free for the first press."""
    if enrolment.is_offered:
        return True
    return enrolment.is_waiting and waiting_list.has_a_free_seat(session, now)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()
