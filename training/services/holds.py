"""Seats of another date, held for those whose session is cancelled or moved to other days, until they
are taken, let go, or over.

A cancellation, a move and a restoration hold the rows of all dates of a training (`lock_all_dates`),
in the order of their keys.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.exceptions import Refusal
from courses.mail.services import post
from courses.people.models import Organisation, Person
from training import rules
from training.enums import COUNT_AS_TAKEN, EnrolmentOrigin, EnrolmentState, Letters
from training.exceptions import NotHeldAnyMore
from training.models import Enrolment, Session
from training.queries.other_dates import (
    busy,
    lost_again_with,
    there_already,
    to_come,
    whose_seats_are_held,
)
from training.queries.rights import rights_of_all, seats_by_school
from training.queries.sessions import meetings_of
from training.services import elsewhere, one_seat, waiting_list
from training.services import enrolment as enrolments


@dataclass(frozen=True)
class Hold:
    """A seat to hold in `session` until then, for the holder of `seat`."""

    seat: Enrolment
    session: Session
    school: Organisation
    until: datetime


def lock_all_dates(session: Session) -> None:
    """The rows of all sessions of the training, in the order of their keys: held until commit."""
    rows = Session.objects.filter(training=session.training_id)
    lock(rows.values("pk"))


def lock(keys: Iterable[int] | QuerySet) -> None:
    """The rows of these sessions, in the order of their keys: held until commit."""
    rows = Session.objects.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update().values_list("pk", flat=True))


def hold_seats(
    session: Session, *, now: datetime, also_held: bool = True, of: Collection[int] | None = None
) -> list[Enrolment]:
    """Hold a seat of another date for each who has one here, and `also_held` for whom one is held
    here; `of`: for these people alone. Called with all dates held (`lock_all_dates`). The caller's
    letter tells of it.
    """
    held = [_hold(one, now) for one in holds_for(session, now=now, also_held=also_held, of=of)]
    for date in {one.session.pk: one.session for one in held}.values():
        if not waiting_list.has_a_free_seat(date, now):
            elsewhere.session_changed(date)
    return held


def _hold(one: Hold, now: datetime) -> Enrolment:
    enrolment = Enrolment.objects.create(
        session=one.session,
        teacher=one.seat.teacher,
        school=one.school,
        state=EnrolmentState.HELD,
        origin=EnrolmentOrigin.OTHER_DATE,
        asked_at=now,
        held_until=one.until,
        instead_of=one.seat.first_seat,
        held_for=(one.seat.held_for if one.seat.is_held else None) or one.seat,
        is_admitted=one.seat.is_admitted,
    )
    one_seat.record(enrolment, by=None, now=now)
    return enrolment


def holds_for(
    session: Session, *, now: datetime, also_held: bool = True, of: Collection[int] | None = None
) -> list[Hold]:
    """One seat each: in the earliest date that has one free, that the person may attend, and that
    overlaps no other session of theirs. Not for those who have a seat of another date already.

    Eight queries, and three a date.
    """
    all_dates = [_DateLeft(one, now) for one in to_come(session, now).with_seats()]
    dates = [one for one in all_dates if one.until]
    seats = whose_seats_are_held(session, also_held=also_held) if dates else []
    if of is not None:
        seats = [one for one in seats if one.teacher_id in of]
    teachers = [one.teacher_id for one in seats]
    there = there_already([date.session for date in all_dates], teachers)
    with_another = {one.teacher_id for one in there if one.state in COUNT_AS_TAKEN}
    rights = rights_of_all(Person.objects.filter(pk__in=teachers)) if seats else {}
    meetings = meetings_of([date.session for date in dates]) if seats else {}
    for date in dates if seats else ():
        going_on = [m for m in meetings.get(date.session.series_id, []) if not m.is_cancelled]
        date.busy = busy(going_on, teachers, apart_from=session) | with_another
        date.busy |= {one.teacher_id for one in there if one.session_id == date.session.pk}
    found = []
    for seat in seats:
        for date in dates:
            entitlement, standing = rights[seat.teacher_id].of(date.session)
            refusal = rules.why_no_right(date.session, entitlement=entitlement, standing=standing)
            school = entitlement.school if entitlement else seat.school
            if refusal and not seat.is_admitted:
                continue
            if date.until and date.take(seat.teacher_id, school):
                found.append(Hold(seat, date.session, school, date.until))
                break
    return found


@dataclass
class _DateLeft:
    """Seats left of a date while they are given out; `busy` are those who can't have one."""

    session: Session
    now: datetime
    busy: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        session, now = self.session, self.now
        self.free = rules.seats_for_a_press(
            session, taken=session.seats_taken, in_line=session.in_line, now=now
        )
        taken = seats_by_school([session.pk]) if session.school_quota else {}
        self.by_school = Counter({school: count for (_session, school), count in taken.items()})
        is_open = rules.why_not_press(session, now=now) is None
        self.until = rules.held_seat_until(session, now=now) if is_open else None

    def take(self, teacher: int, school: Organisation) -> bool:
        quota = self.session.school_quota
        is_at_quota = quota is not None and self.by_school[school.pk] >= quota
        if self.free <= 0 or teacher in self.busy or is_at_quota:
            return False
        self.free -= 1
        self.by_school[school.pk] += 1
        return True


def let_go(*, held: Enrolment, by: Person, now: datetime | None = None) -> Enrolment:
    """Release a held seat that isn't wanted: it goes to whoever waits. Idempotent."""
    now = now or timezone.now()
    with transaction.atomic():
        session = enrolments.locked(held.session)
        held = read_again(held, session, by)
        if held.is_held:
            release(held, by=by, now=now)
            pass_on(session, now)
    return held


def keep_holds_within(session: Session, *, now: datetime) -> None:
    """The session begins at another time: no seat is held into its last hour; moved back, each is
    held until the end that was told. Called under its lock; the next tick ends those that are over.
    """
    for one in session.enrolments.held().filter(held_until__gt=now):
        one.held_until = rules.held_seat_until(session, now=one.asked_at) or now
        one.save(update_fields=["held_until"])


def hold_again(session: Session, *, now: datetime) -> list[Enrolment]:
    """A date that was cancelled by mistake takes place: the seats that were held in it then are held
    anew, for those who have no other. Called with all dates held. The caller's letter tells of it.
    """
    until = rules.held_seat_until(session, now=now)
    free = max(session.capacity - session.count_seats_taken(), 0)
    if until is None:
        return []
    lost = lost_again_with(session, now)[:free]
    return [_hold(Hold(seat, session, seat.school, until), now) for seat in lost]


def end_over(now: datetime) -> int:
    """For the tick: seats that were held and not taken, or whose holder has no account any more, are
    free again. Says how many. May run twice, and two ticks at once.
    """
    is_over = Q(held_until__lte=now) | Q(teacher__is_active=False)
    over = list(Enrolment.objects.held().filter(is_over).select_related("session"))
    for one in over:
        with transaction.atomic():
            session = enrolments.locked(one.session)
            one = Enrolment.objects.select_related("teacher").get(pk=one.pk)
            one.session = session
            if one.is_held and not (one.is_held_at(now) and one.teacher.is_active):
                end(one, now=now)
                if one.teacher.is_active:
                    key = f"held:{one.pk}:over"
                    post(Letters.HELD_SEAT_OVER, about=one, to=one.teacher, key=key)
    return len(over)


def end(one: Enrolment, *, now: datetime) -> None:
    """Its time is over: the seat goes to whoever waits. Called under the session's lock."""
    release(one, by=None, now=now, refusal=NotHeldAnyMore())
    pass_on(one.session, now)


def release_holds_of(
    session: Session,
    *,
    now: datetime,
    made_since: datetime | None = None,
    of: Collection[int] | None = None,
) -> None:
    """When a session comes back, the seats that were held for its people elsewhere are free again;
    `made_since`: those alone that were held since then; `of`: those of these people. Called with
    all dates held.
    """
    held = Enrolment.objects.held().filter(held_for__session=session)
    if made_since:
        held = held.filter(asked_at__gte=made_since)
    if of is not None:
        held = held.filter(teacher__in=of)
    dates = {}
    for one in held.select_related("session", "teacher"):
        release(one, by=None, now=now)
        dates[one.session_id] = one.session
    for date in dates.values():
        pass_on(date, now)


def release_held_in(session: Session, *, now: datetime) -> None:
    """The date in which they were held is cancelled, too. Called under its lock."""
    for one in session.enrolments.held():
        release(one, by=None, now=now)


def release(
    one: Enrolment, *, by: Person | None, now: datetime, refusal: Refusal | None = None
) -> None:
    """Cancelled without a letter: held seats bring nothing with them, a cancelled session has told
    of itself.
    """
    if one.holds_a_seat:
        one_seat.give_back_the_seat(one, now=now)
    one.state, one.held_until, one.right_ended_at = EnrolmentState.CANCELLED, None, None
    one.offer_ends_at = None
    one.save(update_fields=["state", "held_until", "right_ended_at", "offer_ends_at"])
    one_seat.record(one, by=by, now=now, refusal=refusal)


def pass_on(session: Session, now: datetime) -> None:
    """A freed seat: to those who wait, or for a press."""
    waiting_list.promote(session, now, has_another_seat=True)
    if session.is_open and waiting_list.has_a_free_seat(session, now):
        elsewhere.session_changed(session)


def read_again(held: Enrolment, session: Session, by: Person) -> Enrolment:
    """Raises `DoesNotExist` if it isn't theirs."""
    rows = Enrolment.objects.visible_to(by).select_related("teacher", "instead_of__session")
    held = rows.get(pk=held.pk)
    held.session = session
    return held
