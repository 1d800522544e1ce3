"""Enrolling and giving back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.people.models import Organisation, Person
from training.enums import EnrolmentOrigin, EnrolmentState, Phase
from training.exceptions import NoSchool, NoSeatForLateEntry
from training.models import Enrolment, Participation, Session
from training.queries.late_entry import LateEntry, enters_at
from training.queries.rights import Rights, rights_of
from training.queries.sessions import SeatsNow, seats_now
from training.rules import (
    has_seat_for_late_entry,
    is_admitted_elsewhere,
    phase,
    why_no_right,
    why_not_admit,
    why_not_cancel,
    why_not_place,
    why_not_press,
)
from training.services import elsewhere, holds, one_seat, rebooking, waiting_list


def enrol(*, session: Session, teacher: Person, now: datetime | None = None) -> Enrolment:
    """Give the teacher a seat or, when none is free for them, the next turn in the waiting list.

    Holds the session's row until commit, so that the last seat goes once, and nobody passes those
    who wait. `now` is aware. Enrolling twice gives the same enrolment; whoever waits takes a seat
    that is free for the first press (`waiting_list.has_a_free_seat`). A seat in place of one that
    was lost ends what is held for its sake (`take_the_seat`). Raises a `Refusal`.

    Many press at once for one session, so little is done under its lock: the right is read before,
    and what a decision brings is written after it (`tell_of_decision`).
    """
    now = now or timezone.now()
    rights = rights_of(teacher)
    with transaction.atomic():
        session = locked(session)
        if phase(session, now=now) == Phase.LAST_HOUR:
            waiting_list.expire(session, now)  # the tick may be up to a minute late
        seats = seats_now(session, teacher)
        if seats.is_in and (enrolment := already_in_now(session, teacher, now)):
            enrolment = _seat_if_free(enrolment, session, now=now)
        elif refusal := why_not_press(session, now=now):
            raise refusal
        else:
            enrolment = decide(
                session,
                teacher,
                now=now,
                by=teacher,
                rights=rights,
                seats=seats_now(session, teacher) if seats.is_in else seats,
            )
    one_seat.tell_of_decision(enrolment, now=now)
    if seats.has_others:
        rebooking.give_up_others(enrolment, now=now, asked_before=True)
    return enrolment


def _seat_if_free(enrolment: Enrolment, session: Session, *, now: datetime) -> Enrolment:
    """Seat somebody who is in already and presses: a seat that is held for them, or free for
    whoever waits. Called under the session's lock.
    """
    is_free = enrolment.is_held_at(now) or (
        enrolment.is_waiting and waiting_list.has_a_free_seat(session, now, school=enrolment.school)
    )
    if is_free:
        school_or_refusal(session, enrolment.teacher, now, is_admitted=enrolment.is_admitted)
        one_seat.seat(enrolment, by=enrolment.teacher, now=now)
        tell_if_full(session, now)
    return enrolment


def enrol_instead(seat_left: Enrolment, *, session: Session, now: datetime) -> Enrolment:
    """Into another date, in place of a seat or a turn that is given back once this one is sure
    (`rebooking`). Holds the session's row until commit. Raises a `Refusal`.
    """
    teacher = seat_left.teacher
    session = locked(session)
    if phase(session, now=now) == Phase.LAST_HOUR:
        waiting_list.expire(session, now)
    enrolment = already_in_now(session, teacher, now)
    if enrolment is None:
        if refusal := why_not_press(session, now=now):
            raise refusal
        enrolment = decide(
            session,
            teacher,
            now=now,
            by=teacher,
            rights=rights_of(teacher),
            seats=seats_now(session, teacher),
            origin=EnrolmentOrigin.OTHER_DATE,
            instead_of=seat_left,
        )
        return one_seat.tell_of_decision(enrolment, now=now)
    first = seat_left.first_seat
    if enrolment.instead_of_id is None and enrolment.pk != first.pk:
        enrolment.instead_of = first
        enrolment.save(update_fields=["instead_of"])
    return _seat_if_free(enrolment, session, now=now)


def cancel(
    *, enrolment: Enrolment, by: Person, reason: str = "", now: datetime | None = None
) -> Enrolment:
    """Give back the seat, the offer or the turn, until the start; a seat of somebody who came late
    until its own first date. A freed seat goes to the waiting list, see `waiting_list.promote`.

    Holds the session's row. Idempotent. Raises a `Refusal`. Calendars and the person are told.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = locked(enrolment.session)
        was_full = not waiting_list.has_a_free_seat(session, now)
        enrolment = Enrolment.objects.select_related("teacher").get(pk=enrolment.pk)
        enrolment.session = session
        if enrolment.state == EnrolmentState.CANCELLED:
            return enrolment
        if refusal := why_not_cancel(enrolment, now=now, enters_at=enters_at(enrolment)):
            raise refusal
        held_a_seat = enrolment.holds_a_seat
        one_seat.leave(enrolment, by=by, reason=reason.strip(), now=now)
        if by != enrolment.teacher:
            # The reason stands in the step alone, where an erased account's is blanked.
            log(instance=enrolment, action="training.cancel_enrolment", user=by)
        waiting_list.promote(session, now, has_another_seat=held_a_seat)
        if was_full and waiting_list.has_a_free_seat(session, now):
            elsewhere.session_changed(session)
    return enrolment


def locked(session: Session) -> Session:
    """The session's row, held until commit (SQLite holds the whole file instead), with what the
    rules read.
    """
    return (
        Session.objects.select_related("training__resource__provider")
        .select_for_update(of=("self",))
        .get(pk=session.pk)
    )


def already_in(session: Session, teacher: Person) -> Enrolment | None:
    enrolment = session.enrolments.still_open().filter(teacher=teacher).first()
    if enrolment:
        enrolment.session, enrolment.teacher = session, teacher
    return enrolment


def already_in_now(session: Session, teacher: Person, now: datetime) -> Enrolment | None:
    """The same, after an offer of theirs that is over has gone on, or a seat that was held for them
    until now: the tick may be late.
    """
    enrolment = already_in(session, teacher)
    if enrolment and enrolment.is_offered and not enrolment.has_offer_at(now):
        waiting_list.promote(session, now)
    elif enrolment and enrolment.is_held and not enrolment.is_held_at(now):
        holds.end(enrolment, now=now)
    else:
        return enrolment
    return already_in(session, teacher)


def decide(
    session: Session,
    teacher: Person,
    *,
    now: datetime,
    by: Person,
    rights: Rights,
    seats: SeatsNow,
    reason: str = "",
    origin: str = EnrolmentOrigin.SELF,
    over_capacity: bool = False,
    all_the_same: bool = False,
    instead_of: Enrolment | None = None,
    late: LateEntry | None = None,
) -> Enrolment:
    """A seat, with its participations, or a turn; for a `late` entry a seat or a refusal. Called
    under the session's lock; at most four statements. What else it brings is `not_yet_told`.
    """
    is_admitted = instead_of is not None and is_admitted_elsewhere(instead_of)
    school, overruled = school_or_refusal(
        session,
        teacher,
        now,
        rights=rights,
        all_the_same=all_the_same,
        is_admitted=is_admitted,
        late=late,
    )
    by_oneself = by == teacher
    if late:
        is_free = has_seat_for_late_entry(session, taken=seats.taken)
        if not over_capacity:
            ask_for_late_seat(session, seats.taken)
    else:
        is_free = waiting_list.is_free(session, seats, now, school=school if by_oneself else None)
    state = EnrolmentState.CONFIRMED if is_free or over_capacity else EnrolmentState.WAITING
    enrolment = Enrolment.objects.create(
        session=session,
        teacher=teacher,
        school=school,
        state=state,
        not_yet_told=state,
        origin=origin,
        asked_at=now,
        over_capacity=over_capacity and seats.taken >= session.capacity,
        is_admitted=is_admitted or overruled is not None,
        instead_of=instead_of and instead_of.first_seat,
    )
    one_seat.record(enrolment, by=by, reason=reason, refusal=overruled, now=now)
    if enrolment.is_confirmed:
        if seats.has_others:
            one_seat.replace_a_lost_seat(enrolment, now=now)
        meetings = late.to_come if late else one_seat.meetings_to_come(session, now)
        rows = [Participation(enrolment=enrolment, meeting=one) for one in meetings]
        Participation.objects.bulk_create(rows)
    if is_free and seats.taken + 1 >= session.capacity:
        elsewhere.session_changed(session)
    return enrolment


def tell_if_full(session: Session, now: datetime) -> None:
    if not waiting_list.has_a_free_seat(session, now):
        elsewhere.session_changed(session)


def school_or_refusal(
    session: Session,
    teacher: Person,
    now: datetime,
    *,
    rights: Rights | None = None,
    all_the_same: bool = False,
    is_admitted: bool = False,
    late: LateEntry | None = None,
) -> tuple[Organisation, Refusal | None]:
    """The school that opens the session to the teacher, and the refusal of the right if a planner
    decides `all_the_same`; for the dates to come alone, if the entry is `late`. Raises a `Refusal`.
    """
    if refusal := why_not_place(session, late=late, now=now):
        raise refusal
    rights, days = rights or rights_of(teacher), late.days if late else ()
    entitlement, standing = rights.of(session, days)
    refusal = None
    if not is_admitted:
        refusal = why_no_right(session, entitlement=entitlement, standing=standing, days=days)
    if refusal and (why_not_admit(refusal) or not all_the_same):
        raise refusal
    return entitlement.school if entitlement else school_of(session, rights, days), refusal


def ask_for_late_seat(session: Session, taken: int) -> None:
    if not has_seat_for_late_entry(session, taken=taken):
        raise NoSeatForLateEntry


def school_of(session: Session, rights: Rights, days: Sequence[date] = ()) -> Organisation:
    entitlement, _standing = rights.of(session, days)
    first = days[0] if days else session.first_day
    schools = [entitlement.school] if entitlement else rights.schools_on(first)
    if not schools:
        raise NoSchool
    return schools[0]
