"""Effects of a seat, given or left: participations, room passes, calendar entries, letters."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.locks import lock_then_read
from courses.mail.services import post
from courses.people.models import Person
from training.enums import EnrolmentOrigin, EnrolmentState, Letters, OfferState
from training.exceptions import ReplacedByAnotherDate
from training.models import Enrolment, EnrolmentStep, Participation, Session
from training.queries.late_entry import LateEntry
from training.queries.other_dates import lost_seat
from training.services import absences, waiting_list

logger = logging.getLogger(__name__)
LEFT_AFTER = timedelta(minutes=1)  # the press's own time to tell of its decision
LETTER_FOR = {
    EnrolmentState.CONFIRMED: Letters.SEAT_CONFIRMED,
    EnrolmentState.WAITING: Letters.ON_THE_WAITING_LIST,
}


def record(
    enrolment: Enrolment,
    *,
    by: Person | None,
    now: datetime,
    reason: str = "",
    refusal: Refusal | None = None,
) -> EnrolmentStep:
    """A line of the enrolment's history: why as a person typed it, or as a rule refused. Its key is
    in the keys of letters, since a seat can be taken and lost several times.
    """
    kept = refusal.as_kept() if refusal else None
    return EnrolmentStep.objects.create(
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
    """Turn a place in the waiting list, or a seat that was held, into a seat, with the letter; of a
    `late` entry for its dates alone. Called under the session's lock.
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
    step = record(enrolment, by=by, now=now, reason=reason, refusal=refusal)
    take_the_seat(enrolment, late=late, now=now)
    post(
        letter,
        about=enrolment,
        to=enrolment.teacher,
        key=f"enrolment:{enrolment.pk}:{step.pk}",
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
    step = record(enrolment, by=by, now=now, reason=reason, refusal=refusal)
    given_back = give_back_the_seat(enrolment, now=now) if held_a_seat else []
    post(
        Letters.ENROLMENT_CANCELLED,
        about=enrolment,
        to=enrolment.teacher,
        key=f"enrolment:{enrolment.pk}:{step.pk}",
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
    replace_a_lost_seat(enrolment, now=now)
    meetings = late.to_come if late else meetings_to_come(enrolment.session, now)
    participations = participate(enrolment, meetings)
    _forget_dates_missed(enrolment)
    _expect(participations, now=now)
    return participations


def _forget_dates_missed(enrolment: Enrolment) -> None:
    """Delete the rows of dates that began while the seat was lost: nobody expected the person, who
    gave no date back. Those of cancelled dates stay: one to which no trainer came may count after
    all (`missed_dates.undo`), and isn't theirs then.
    """
    missed = enrolment.participations.filter(left_with_seat=True, line__isnull=True)
    missed.filter(meeting__occurrence__cancelled=False).delete()


def meetings_to_come(session: Session, now: datetime) -> list[Meeting]:
    return [meeting for meeting in session.meetings.going_on() if meeting.ends_at > now]


def _expect(participations: list[Participation], *, now: datetime) -> None:
    """Write absences, room passes and calendar entries of the participations of one seat. The
    meetings' rows are held last.
    """
    absences.follow(participations, now=now)
    for one in participations:
        live.give_pass(meeting=one.meeting, person=one.enrolment.teacher, role=RoomRole.MEMBER)
    for one in participations:
        agenda.tell(
            meeting=one.meeting, person=one.enrolment.teacher, method=CalendarMethod.REQUEST
        )


def replace_a_lost_seat(enrolment: Enrolment, *, now: datetime) -> None:
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
    left = Participation.objects.filter(pk__in=[p.pk for p in participations])
    left.update(is_withdrawn=True, left_with_seat=True)
    enrolment.advance_questions.all().delete()
    for participation in participations:
        live.take_back_pass(meeting=participation.meeting, person=enrolment.teacher)
        agenda.tell(
            meeting=participation.meeting, person=enrolment.teacher, method=CalendarMethod.CANCEL
        )
        agenda.withdraw_absence(key=participation.absence_key)
    return participations


def tell_of_decision(enrolment: Enrolment, *, now: datetime) -> Enrolment:
    """Carry out a decision, in a transaction of its own, after the session's lock: passes to the
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
    lock_then_read(rows, no_key=True)
    lock_then_read(Meeting.objects.filter(participations__enrolment=enrolment), no_key=True)
    participations = list(
        rows.select_related("meeting__occurrence").order_by("meeting__occurrence__start", "pk")
    )
    for one in participations:
        one.enrolment = enrolment
    return participations


def participate(enrolment: Enrolment, meetings: list[Meeting]) -> list[Participation]:
    """A row per meeting, revived if it was withdrawn because the whole seat was lost. A date that
    the person gave back alone, or that a planner took away, stays withdrawn.
    """
    alone = enrolment.participations.filter(is_withdrawn=True, left_with_seat=False)
    stay = set(alone.values_list("meeting", flat=True))
    meetings = [meeting for meeting in meetings if meeting.pk not in stay]
    rows = [Participation(enrolment=enrolment, meeting=meeting) for meeting in meetings]
    Participation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrolment", "meeting"],
        update_fields=["is_withdrawn", "left_with_seat"],
    )
    participations, by_pk = (
        list(enrolment.participations.filter(meeting__in=meetings)),
        {meeting.pk: meeting for meeting in meetings},
    )
    for participation in participations:
        participation.meeting = by_pk[participation.meeting_id]
    return participations
