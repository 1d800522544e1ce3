"""To another date of the same training: seats that are held when a session is cancelled or moved,
and a change of date in one step.

A change takes the new seat first, under the lock of its session, then gives back the one that is left
under the locks of both: the old seat stays until the new one is sure. A cancellation, a move and a
restoration hold all dates of a training. Several sessions are locked in the order of their keys.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.exceptions import Refusal
from courses.mail.services import post
from courses.people.models import Organisation, Person
from training import rules
from training.enums import COUNT_AS_TAKEN, EnrolmentOrigin, EnrolmentState, Letters, SessionState
from training.exceptions import NotHeldAnyMore, ReplacedByAnotherDate
from training.models import Enrolment, Session
from training.queries.other_dates import (
    busy,
    seat_now,
    there_already,
    to_come,
    whose_seats_are_held,
)
from training.queries.rights import rights_of_all, seats_by_school
from training.queries.sessions import meetings_of
from training.services import elsewhere, waiting_list
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
    _lock(rows.values("pk"))


def _lock(keys: Iterable[int] | QuerySet) -> None:
    rows = Session.objects.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update().values_list("pk", flat=True))


def hold_seats(session: Session, *, now: datetime, also_held: bool = True) -> list[Enrolment]:
    """Hold a seat of another date for each who has one here, and `also_held` for whom one is held
    here. Called with all dates held (`lock_all_dates`). The caller's letter tells of it.
    """
    held = []
    for one in holds_for(session, now=now, also_held=also_held):
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
        enrolments.record(enrolment, by=None, now=now)
        held.append(enrolment)
    for date in {one.session.pk: one.session for one in held}.values():
        if not waiting_list.has_a_free_seat(date, now):
            elsewhere.session_changed(date)
    return held


def holds_for(session: Session, *, now: datetime, also_held: bool = True) -> list[Hold]:
    """One seat each: in the earliest date that has one free, that the person may attend, and that
    overlaps no other session of theirs. Not for those who have a seat of another date already.

    Eight queries, and three a date.
    """
    dates = [_DateLeft(one, now) for one in to_come(session, now).with_seats()]
    dates = [one for one in dates if one.until]
    seats = whose_seats_are_held(session, also_held=also_held) if dates else []
    teachers = [one.teacher_id for one in seats]
    there = there_already([date.session for date in dates], teachers)
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
    """What is left of a date while its seats are given out; `busy` are those who can't have one."""

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


def take_held(*, held: Enrolment, by: Person, now: datetime | None = None) -> Enrolment:
    """Take the seat that is held; the one it replaces is given back. Twice is once.

    Raises a `Refusal`: the time is over, the right has ended, the session is cancelled.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = enrolments.locked(held.session)
        held = _read_again(held, session, by)
        if refusal := rules.why_not_now(session, now=now):
            raise refusal
        if held.holds_a_seat:
            return held
        if refusal := rules.why_not_take_held(held, now=now):
            raise refusal
        enrolments.school_or_refusal(session, held.teacher, now, is_admitted=held.is_admitted)
        enrolments.seat(held, by=by, now=now)
    give_up_others(held, now=now)
    return held


def let_go(*, held: Enrolment, by: Person, now: datetime | None = None) -> Enrolment:
    """The seat that is held isn't wanted: it goes to whoever waits. Twice is once."""
    now = now or timezone.now()
    with transaction.atomic():
        session = enrolments.locked(held.session)
        held = _read_again(held, session, by)
        if held.is_held:
            _release(held, by=by, now=now)
            _pass_on(session, now)
    return held


def change_date(
    *, enrolment: Enrolment, to: Session, by: Person, now: datetime | None = None
) -> Enrolment:
    """From one date to another in one step. With a free seat the old one is given back at once, else
    the person waits there and keeps it until a seat is sure. Twice is once.

    `enrolment` is the seat that the person has now (`queries.other_dates.seat_now`). The deadline is
    that of the date left. Raises a `Refusal`.
    """
    now = now or timezone.now()
    enrolment = seat_now(Enrolment.objects.visible_to(by).get(pk=enrolment.pk))
    if refusal := rules.why_not_change_date(enrolment, to=to, now=now):
        raise refusal
    with transaction.atomic():
        new = enrolments.enrol_instead(enrolment, session=to, now=now)
    give_up_others(new, now=now)
    return new


def give_up_others(new: Enrolment, *, now: datetime, asked_before: bool = False) -> None:
    """Once the new seat is sure, the seats, turns and held seats in whose place it is are given back;
    `asked_before`: a turn that was asked for later stays. May run twice.

    Each under the locks of both sessions: of two changes at once, the first one stays.
    """
    chain = Enrolment.objects.still_open().in_place_of(new.first_seat).exclude(pk=new.pk)
    if asked_before:
        chain = chain.filter(pk__lt=new.pk)
    for old in chain.order_by("pk") if new.holds_a_seat else ():
        with transaction.atomic():
            _lock({old.session_id, new.session_id})
            if not Enrolment.objects.holding_a_seat().filter(pk=new.pk).exists():
                return
            old = Enrolment.objects.select_related(
                "teacher", "session__training__resource__provider"
            ).get(pk=old.pk)
            session = old.session
            if old.is_cancelled or session.starts_at <= now:
                continue  # of a session that has begun the seat stays: somebody may have been there
            why = ReplacedByAnotherDate(day=new.session.starts_at)
            if old.is_held or session.is_cancelled:
                _release(old, by=None, now=now, refusal=why)
            else:
                enrolments.leave(old, by=None, now=now, refusal=why)
            _pass_on(session, now)


def end_holds(now: datetime) -> int:
    """For the tick: seats that were held and not taken, or whose holder has no account any more, are
    free again; seats that were replaced are given back. Says how many. May run twice, and two ticks
    at once.
    """
    is_over = Q(held_until__lte=now) | Q(teacher__is_active=False)
    over = list(Enrolment.objects.held().filter(is_over).select_related("session"))
    for one in over:
        with transaction.atomic():
            session = enrolments.locked(one.session)
            one = Enrolment.objects.select_related("teacher").get(pk=one.pk)
            one.session = session
            if one.is_held and not (one.is_held_at(now) and one.teacher.is_active):
                _release(one, by=None, now=now, refusal=NotHeldAnyMore())
                if one.teacher.is_active:
                    key = f"held:{one.pk}:over"
                    post(Letters.HELD_SEAT_OVER, about=one, to=one.teacher, key=key)
                _pass_on(session, now)
    replaced = list(_not_given_up(now))
    for one in replaced:
        give_up_others(one, now=now, asked_before=True)
    return len(over) + len(replaced)


def _not_given_up(now: datetime) -> QuerySet[Enrolment]:
    """Sure seats beside others in whose place they are, and which were asked for before: seats from
    a waiting list, and what a crash left.
    """
    others = Enrolment.objects.still_open().filter(
        session__starts_at__gt=now, pk__lt=OuterRef("pk")
    )
    first = Coalesce(OuterRef("instead_of"), OuterRef("pk"))
    beside = others.annotate(first=Coalesce("instead_of", "pk")).filter(first=first)
    sure = Enrolment.objects.holding_a_seat().exclude(session__state=SessionState.CANCELLED)
    is_instead = sure.filter(instead_of__isnull=False)
    return is_instead.filter(Exists(beside)).select_related("session", "instead_of").order_by("-pk")


def keep_holds_within(session: Session, *, now: datetime) -> None:
    """The session begins at another time: no seat is held into its last hour. Called under its lock;
    the next tick ends those that are over.
    """
    latest = rules.held_seat_until(session, now=now) or now
    session.enrolments.held().filter(held_until__gt=latest).update(held_until=latest)


def release_holds_of(
    session: Session, *, now: datetime, made_since: datetime | None = None
) -> None:
    """When a session comes back, the seats that were held for its people elsewhere are free again;
    `made_since`: those alone that were held since then. Called with all dates held.
    """
    held = Enrolment.objects.held().filter(held_for__session=session)
    if made_since:
        held = held.filter(asked_at__gte=made_since)
    dates = {}
    for one in held.select_related("session", "teacher"):
        _release(one, by=None, now=now)
        dates[one.session_id] = one.session
    for date in dates.values():
        _pass_on(date, now)


def keep_turns_apart(session: Session) -> None:
    """When a session comes back its seats are what they were: who waits for another date has that
    turn beside the seat.
    """
    seats = session.enrolments.holding_a_seat().select_related("instead_of")
    firsts = [one.first_seat.pk for one in seats]
    Enrolment.objects.waiting().filter(instead_of__in=firsts).update(instead_of=None)


def release_held_in(session: Session, *, now: datetime) -> None:
    """The date in which they were held is cancelled, too. Called under its lock."""
    for one in session.enrolments.held():
        _release(one, by=None, now=now)


def _release(
    one: Enrolment, *, by: Person | None, now: datetime, refusal: Refusal | None = None
) -> None:
    """Cancelled without a letter: held seats bring nothing with them, a cancelled session has told
    of itself.
    """
    if one.holds_a_seat:
        enrolments.give_back_the_seat(one, now=now)
    one.state, one.held_until, one.right_ended_at = EnrolmentState.CANCELLED, None, None
    one.offer_ends_at = None
    one.save(update_fields=["state", "held_until", "right_ended_at", "offer_ends_at"])
    enrolments.record(one, by=by, now=now, refusal=refusal)


def _pass_on(session: Session, now: datetime) -> None:
    """A freed seat: to those who wait, or for a press."""
    waiting_list.promote(session, now, has_another_seat=True)
    if session.is_open and waiting_list.has_a_free_seat(session, now):
        elsewhere.session_changed(session)


def _read_again(held: Enrolment, session: Session, by: Person) -> Enrolment:
    """Raises `DoesNotExist` if it isn't theirs."""
    rows = Enrolment.objects.visible_to(by).select_related("teacher", "instead_of__session")
    held = rows.get(pk=held.pk)
    held.session = session
    return held
