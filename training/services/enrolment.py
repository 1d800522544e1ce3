"""Enrolling, giving back, and what a seat brings with it: participations, room passes, calendar
entries, letters.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.mail.services import post
from courses.people.models import Organisation, Person
from training.enums import EnrolmentOrigin, EnrolmentState, Letters, OfferState, Phase
from training.exceptions import (
    NoSchool,
    NoSeatForLateEntry,
    NothingHeldYet,
    ReasonMissing,
    ReplacedByAnotherDate,
)
from training.models import Enrolment, EnrolmentStep, Participation, Session
from training.queries.late_entry import LateEntry, enters_at, late_entry
from training.queries.other_dates import lost_seat
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
from training.services import absences, elsewhere, holds, rebooking, waiting_list

logger = logging.getLogger(__name__)

LEFT_AFTER = timedelta(minutes=1)  # the press's own time to tell of its decision
LETTER_FOR = {
    EnrolmentState.CONFIRMED: Letters.SEAT_CONFIRMED,
    EnrolmentState.WAITING: Letters.ON_THE_WAITING_LIST,
}


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
        if seats.is_in and (enrolment := _already_in_now(session, teacher, now)):
            enrolment = _seat_if_free(enrolment, session, now=now)
        elif refusal := why_not_press(session, now=now):
            raise refusal
        else:
            enrolment = _decide(
                session,
                teacher,
                now=now,
                by=teacher,
                rights=rights,
                seats=seats_now(session, teacher) if seats.is_in else seats,
            )
    tell_of_decision(enrolment, now=now)
    if seats.has_others:
        rebooking.give_up_others(enrolment, now=now, asked_before=True)
    return enrolment


def _seat_if_free(enrolment: Enrolment, session: Session, *, now: datetime) -> Enrolment:
    """By a press of somebody who is in already: a seat that is held for them, or free for whoever
    waits. Called under the session's lock.
    """
    is_free = enrolment.is_held_at(now) or (
        enrolment.is_waiting and waiting_list.has_a_free_seat(session, now, school=enrolment.school)
    )
    if is_free:
        school_or_refusal(session, enrolment.teacher, now, is_admitted=enrolment.is_admitted)
        seat(enrolment, by=enrolment.teacher, now=now)
        _tell_if_full(session, now)
    return enrolment


def enrol_instead(seat_left: Enrolment, *, session: Session, now: datetime) -> Enrolment:
    """Into another date, in place of a seat or a turn that is given back once this one is sure
    (`rebooking`). Holds the session's row until commit. Raises a `Refusal`.
    """
    teacher = seat_left.teacher
    session = locked(session)
    if phase(session, now=now) == Phase.LAST_HOUR:
        waiting_list.expire(session, now)
    enrolment = _already_in_now(session, teacher, now)
    if enrolment is None:
        if refusal := why_not_press(session, now=now):
            raise refusal
        enrolment = _decide(
            session,
            teacher,
            now=now,
            by=teacher,
            rights=rights_of(teacher),
            seats=seats_now(session, teacher),
            origin=EnrolmentOrigin.OTHER_DATE,
            instead_of=seat_left,
        )
        return tell_of_decision(enrolment, now=now)
    first = seat_left.first_seat
    if enrolment.instead_of_id is None and enrolment.pk != first.pk:
        enrolment.instead_of = first
        enrolment.save(update_fields=["instead_of"])
    return _seat_if_free(enrolment, session, now=now)


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
        late = late_entry(session, now=now)
        enrolment = _already_in_now(session, teacher, now)
        if enrolment is None:
            enrolment = _decide(
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
    return tell_of_decision(enrolment, now=now)


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
        _ask_for_late_seat(session, taken)
    if overruled:
        enrolment.is_admitted, enrolment.right_ended_at = True, None
        if enrolment.is_to_confirm:
            enrolment.state = EnrolmentState.CONFIRMED
        enrolment.save(update_fields=["is_admitted", "state", "right_ended_at"])
    if is_seated_now:
        enrolment.over_capacity = enrolment.is_waiting and taken >= session.capacity
        seat(enrolment, by=by, reason=reason, refusal=overruled, late=late, now=now)
        _tell_if_full(session, now)
    elif overruled:
        record(enrolment, by=by, now=now, reason=reason, refusal=overruled)
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
                school=_school_of(session, rights_of(teacher)),
                asked_at=now,
            )
        elif enrolment.is_offered:
            waiting_list.close_offer(enrolment, OfferState.WITHDRAWN, now=now)
        enrolment.state, enrolment.origin = EnrolmentState.CONFIRMED, EnrolmentOrigin.AFTERWARDS
        enrolment.offer_ends_at, enrolment.held_until = None, None
        enrolment.save()
        record(enrolment, by=by, reason=reason, now=now)
        _participate(enrolment, [meeting])
        if take_the_seat(enrolment, now=now):
            post(
                Letters.SEAT_CONFIRMED,
                about=enrolment,
                to=teacher,
                key=f"enrolment:{enrolment.pk}:confirmed",
            )
        log(instance=enrolment, action="training.regularise", user=by, data={"reason": reason})
    return enrolment


def cancel(
    *, enrolment: Enrolment, by: Person, reason: str = "", now: datetime | None = None
) -> Enrolment:
    """Give back the seat, the offer or the turn, until the start; a seat of somebody who came late
    until its own first date. A freed seat goes to the waiting list, see `waiting_list.promote`.

    Holds the session's row. Cancelling twice is once. Raises a `Refusal`. Calendars and the person
    are told.
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
        leave(enrolment, by=by, reason=reason.strip(), now=now)
        if by != enrolment.teacher:
            log(
                instance=enrolment,
                action="training.cancel_enrolment",
                user=by,
                data={"reason": reason},
            )
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


def _already_in_now(session: Session, teacher: Person, now: datetime) -> Enrolment | None:
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


def _has_a_seat_at_hand(enrolment: Enrolment, session: Session, now: datetime) -> bool:
    """The one that is offered to them, or one that is free for the first press."""
    if enrolment.is_offered:
        return True
    return enrolment.is_waiting and waiting_list.has_a_free_seat(session, now)


def record(
    enrolment: Enrolment,
    *,
    by: Person | None,
    now: datetime,
    reason: str = "",
    refusal: Refusal | None = None,
) -> None:
    """A line of the enrolment's history: why as a person typed it, or as a rule refused."""
    kept = refusal.as_kept() if refusal else None
    EnrolmentStep.objects.create(
        enrolment=enrolment, state=enrolment.state, by=by, at=now, reason=reason[:300], refusal=kept
    )


def make_sure(enrolment: Enrolment, *, by: Person | None, now: datetime) -> None:
    """A seat to confirm is sure again. Called under the session's lock."""
    enrolment.state, enrolment.right_ended_at = EnrolmentState.CONFIRMED, None
    enrolment.save(update_fields=["state", "right_ended_at"])
    record(enrolment, by=by, now=now)


def seat(
    enrolment: Enrolment,
    *,
    by: Person | None,
    now: datetime,
    reason: str = "",
    refusal: Refusal | None = None,
    late: LateEntry | None = None,
) -> None:
    """From the waiting list, or a seat that was held, to a seat, with the letter; of a `late` entry
    for its dates alone. Called under the session's lock.
    """
    waiting_list.close_offer(enrolment, OfferState.TAKEN, now=now)
    is_from_list = not (enrolment.is_held or late)
    letter = Letters.SEAT_FROM_WAITING_LIST if is_from_list else Letters.SEAT_CONFIRMED
    if late:
        enrolment.origin = EnrolmentOrigin.LATE
    enrolment.state, enrolment.offer_ends_at = EnrolmentState.CONFIRMED, None
    enrolment.right_ended_at, enrolment.held_until = None, None
    enrolment.save(
        update_fields=[
            "state",
            "origin",
            "offer_ends_at",
            "held_until",
            "over_capacity",
            "right_ended_at",
        ]
    )
    record(enrolment, by=by, now=now, reason=reason, refusal=refusal)
    take_the_seat(enrolment, late=late, now=now)
    post(
        letter,
        about=enrolment,
        to=enrolment.teacher,
        key=f"enrolment:{enrolment.pk}:seated",
    )


def leave(
    enrolment: Enrolment,
    *,
    by: Person | None,
    now: datetime,
    reason: str = "",
    refusal: Refusal | None = None,
    keeps_first_refusal: bool = False,
) -> None:
    """Cancelled, with all that hung on it, and the letter. Called under the session's lock.

    `keeps_first_refusal`: who lost the seat with the right has it again first, if it is renewed.
    """
    held_a_seat, by_oneself = enrolment.holds_a_seat, by == enrolment.teacher
    was_held = enrolment.is_held
    if not held_a_seat:
        answer = OfferState.DECLINED if by_oneself else OfferState.WITHDRAWN
        waiting_list.close_offer(enrolment, answer, now=now)
    enrolment.state, enrolment.offer_ends_at = EnrolmentState.CANCELLED, None
    enrolment.held_until = None
    if not keeps_first_refusal:
        enrolment.right_ended_at = None
    enrolment.save(update_fields=["state", "offer_ends_at", "held_until", "right_ended_at"])
    record(enrolment, by=by, now=now, reason=reason, refusal=refusal)
    given_back = give_back_the_seat(enrolment, now=now) if held_a_seat else []
    post(
        Letters.ENROLMENT_CANCELLED,
        about=enrolment,
        to=enrolment.teacher,
        key=f"enrolment:{enrolment.pk}:cancelled",
        details={
            "by_oneself": by_oneself,
            "held_a_seat": held_a_seat,
            "meetings": [one.meeting_id for one in given_back],
            "was_held": was_held,
            "is_replaced": isinstance(refusal, ReplacedByAnotherDate),
            "reason": reason,
            "refusal": refusal.as_kept() if refusal else None,
        },
    )


def take_the_seat(
    enrolment: Enrolment, *, late: LateEntry | None = None, now: datetime | None = None
) -> list[Participation]:
    """Participations in the meetings to come (of a `late` entry in those that haven't begun), the
    right to enter their rooms, and their calendar entries.

    In place of a seat that was lost, see `lost_seat`: whichever way it was taken, what it replaces
    is given back (`rebooking.give_up_others`, at the latest by the tick). The letter that announces
    the seat carries the invitations to all; the caller posts it. May run twice.
    """
    now = now or timezone.now()
    _replace_a_lost_seat(enrolment, now=now)
    meetings = late.to_come if late else _to_come(enrolment.session, now)
    participations = _participate(enrolment, meetings)
    _expect(participations, now=now)
    return participations


def _to_come(session: Session, now: datetime) -> list[Meeting]:
    return [meeting for meeting in session.meetings.going_on() if meeting.ends_at > now]


def _expect(participations: list[Participation], *, now: datetime) -> None:
    """What hangs on the participations of one seat. The meetings' rows are held last."""
    absences.follow(participations, now=now)
    for one in participations:
        live.give_pass(meeting=one.meeting, person=one.enrolment.teacher, role=RoomRole.MEMBER)
    for one in participations:
        agenda.tell(
            meeting=one.meeting, person=one.enrolment.teacher, method=CalendarMethod.REQUEST
        )


def _replace_a_lost_seat(enrolment: Enrolment, *, now: datetime) -> None:
    """The seat, with what is in its own place, is in place of the one that was lost."""
    if enrolment.instead_of_id or enrolment.session.starts_at <= now:
        return
    lost = lost_seat(enrolment, now=now)
    if lost and lost.first_seat != enrolment:
        enrolment.other_dates.update(instead_of=lost.first_seat)
        enrolment.instead_of = lost.first_seat
        enrolment.save(update_fields=["instead_of"])


def give_back_the_seat(enrolment: Enrolment, *, now: datetime | None = None) -> list[Participation]:
    """Withdraw from the meetings to come: no way into their rooms, and CANCEL for the calendar. What
    was asked in advance goes with the seat.

    The letter that tells of it carries them all; the caller posts it.
    """
    now = now or timezone.now()
    expected = enrolment.participations.filter(is_withdrawn=False, meeting__occurrence__end__gt=now)
    participations = list(
        expected.select_related("meeting__occurrence").order_by("meeting__occurrence__start", "pk")
    )
    Participation.objects.filter(pk__in=[p.pk for p in participations]).update(is_withdrawn=True)
    enrolment.advance_questions.all().delete()
    for participation in participations:
        live.take_back_pass(meeting=participation.meeting, person=enrolment.teacher)
        agenda.tell(
            meeting=participation.meeting, person=enrolment.teacher, method=CalendarMethod.CANCEL
        )
        agenda.withdraw_absence(key=participation.absence_key)
    return participations


def _decide(
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
            _ask_for_late_seat(session, seats.taken)
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
    record(enrolment, by=by, reason=reason, refusal=overruled, now=now)
    if enrolment.is_confirmed:
        if seats.has_others:
            _replace_a_lost_seat(enrolment, now=now)
        meetings = late.to_come if late else _to_come(session, now)
        rows = [Participation(enrolment=enrolment, meeting=one) for one in meetings]
        Participation.objects.bulk_create(rows)
    if is_free and seats.taken + 1 >= session.capacity:
        elsewhere.session_changed(session)
    return enrolment


def tell_of_decision(enrolment: Enrolment, *, now: datetime) -> Enrolment:
    """What a decision brings, in a transaction of its own, after the session's lock: passes to the
    rooms, calendar entries, absences from class, the letter.

    May run twice: the tick calls it for what a crash left. If the seat or the turn is gone since,
    or the session is cancelled, whoever did that has told of it. Holds the rows of the enrolment,
    its participations and meetings, in this order, as whoever gives a date back or moves it does;
    `no_key`, so that a seat of another date can point to it meanwhile.
    """
    if not enrolment.not_yet_told:
        return enrolment
    with transaction.atomic():
        held = Enrolment.objects.select_for_update(of=("self",), no_key=True)
        row = held.select_related("session__training").get(pk=enrolment.pk)
        row.teacher, decided = enrolment.teacher, row.not_yet_told
        if not decided:
            return row
        is_as_decided = row.holds_a_seat if decided == EnrolmentState.CONFIRMED else row.is_waiting
        if is_as_decided and row.session.is_open and row.session.ends_at > now:
            expected = _held_participations(row, now) if row.holds_a_seat else []
            _expect(expected, now=now)
            if expected or row.is_waiting:
                letter = LETTER_FOR[EnrolmentState(decided)]
                post(letter, about=row, to=row.teacher, key=f"enrolment:{row.pk}:{decided}")
        row.not_yet_told = enrolment.not_yet_told = ""
        row.save(update_fields=["not_yet_told"])
    return enrolment


def tell_of_decisions_left(now: datetime) -> None:
    """For the tick: decisions of which nobody was told, because the process ended in between."""
    left = Enrolment.objects.exclude(not_yet_told="").filter(asked_at__lte=now - LEFT_AFTER)
    for enrolment in left.select_related("teacher").order_by("pk"):
        try:
            tell_of_decision(enrolment, now=now)
        except Exception:
            logger.exception("decision %s isn't told", enrolment.public_id)


def _held_participations(enrolment: Enrolment, now: datetime) -> list[Participation]:
    """Those in the meetings to come, earliest first, as they stay until commit."""
    rows = enrolment.participations.expected().filter(meeting__occurrence__end__gt=now)
    list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    agenda.hold(Meeting.objects.filter(participations__enrolment=enrolment))
    participations = list(
        rows.select_related("meeting__occurrence").order_by("meeting__occurrence__start", "pk")
    )
    for one in participations:
        one.enrolment = enrolment
    return participations


def _tell_if_full(session: Session, now: datetime) -> None:
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
    """The school that opens the session to the teacher, and the right's own no if a planner decides
    `all_the_same`; for the dates to come alone, if the entry is `late`. Raises a `Refusal`.
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
    return entitlement.school if entitlement else _school_of(session, rights, days), refusal


def _ask_for_late_seat(session: Session, taken: int) -> None:
    if not has_seat_for_late_entry(session, taken=taken):
        raise NoSeatForLateEntry


def _school_of(session: Session, rights: Rights, days: Sequence[date] = ()) -> Organisation:
    entitlement, _standing = rights.of(session, days)
    first = days[0] if days else session.first_day
    schools = [entitlement.school] if entitlement else rights.schools_on(first)
    if not schools:
        raise NoSchool
    return schools[0]


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def _participate(enrolment: Enrolment, meetings: list[Meeting]) -> list[Participation]:
    """A row per meeting, revived if it was withdrawn."""
    rows = [Participation(enrolment=enrolment, meeting=meeting) for meeting in meetings]
    Participation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrolment", "meeting"],
        update_fields=["is_withdrawn"],
    )
    participations, by_pk = (
        list(enrolment.participations.filter(meeting__in=meetings)),
        {meeting.pk: meeting for meeting in meetings},
    )
    for participation in participations:
        participation.meeting = by_pk[participation.meeting_id]
    return participations
