"""Other dates of a training, for somebody who has a seat or a turn in one of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from courses.agenda.models import Meeting
from courses.catalogue.queries import Entitlement
from training.enums import HOLD_A_SEAT, EnrolmentState, SessionState
from training.models import Enrolment, EnrolmentStep, Participation, Session
from training.models.session import SessionQuerySet
from training.queries.rights import rights_of
from training.queries.sessions import clashes, meetings_of, schools_at_quota, turns_of
from training.values import LicenceStanding


@dataclass
class OtherDate:
    """`session` comes `with_seats()`; `enrolment` is the reader's own there, `entitlement` and
    `standing` are what the rule reads.
    """

    session: Session
    meetings: list[Meeting]
    enrolment: Enrolment | None = None
    turn: int = 0
    entitlement: Entitlement | None = None
    standing: LicenceStanding | None = None
    school_is_full: bool = False
    clashes: list[Participation] = field(default_factory=list)


def other_dates(enrolment: Enrolment, *, now: datetime) -> list[OtherDate]:
    """The sessions of the same training that haven't begun, earliest first. At most seven queries,
    and one a date for its clashes.
    """
    teacher = enrolment.teacher
    sessions = list(to_come(enrolment.session, now).with_seats())
    own = Enrolment.objects.visible_to(teacher).still_open().filter(session__in=sessions)
    mine = {one.session_id: one for one in own.with_offer()}
    turns = turns_of(mine.values())
    meetings, rights, full = meetings_of(sessions), rights_of(teacher), schools_at_quota(sessions)
    found = []
    for session in sessions:
        going_on = [one for one in meetings.get(session.series_id, []) if not one.is_cancelled]
        entitlement, standing = rights.of(session)
        found.append(
            OtherDate(
                session,
                going_on,
                (there := mine.get(session.pk)),
                turns.get(there.pk, 0) if there else 0,
                entitlement,
                standing,
                entitlement is not None and (session.pk, entitlement.school.pk) in full,
                [
                    one
                    for one in clashes(teacher, session, going_on)
                    if one.enrolment.first_seat != enrolment.first_seat
                ],
            )
        )
    return found


def seat_now(enrolment: Enrolment, *, now: datetime) -> Enrolment:
    """Return the seat that the person has, of the seats in each other's place, else one that they
    have of another date to come, else the one of a session that is cancelled, else the one given.
    """
    rows = Enrolment.objects.select_related(
        "session__training__resource__provider", "instead_of", "teacher"
    )
    own = rows.sure().filter(
        teacher=enrolment.teacher_id,
        session__training=enrolment.session.training_id,
        session__starts_at__gt=now,
    )
    lost = rows.in_place_of(enrolment.first_seat).holding_a_seat()
    return (
        sure_seat_of(enrolment)
        or own.order_by("-pk").first()
        or lost.order_by("-pk").first()
        or rows.get(pk=enrolment.pk)
    )


def sure_seat_of(enrolment: Enrolment) -> Enrolment | None:
    """Return the one that the person has, of the seats in each other's place."""
    chain = Enrolment.objects.in_place_of(enrolment.first_seat).select_related(
        "session__training__resource__provider", "instead_of", "teacher"
    )
    return chain.sure().order_by("-pk").first()


def given_up_for(turn: Enrolment, *, now: datetime) -> Enrolment | None:
    """The seat that the person has of another date, and gives back once this turn is a seat."""
    seat = sure_seat_of(turn) if turn.instead_of_id else None
    is_left = seat is not None and seat.pk != turn.pk and seat.session.starts_at > now
    return seat if is_left else None


def exchanges(now: datetime, *, among: QuerySet[Session]) -> list[tuple[Enrolment, Enrolment]]:
    """Two turns each, of people who wait for the date in which the other has the seat that is given
    up for the turn; of several the first in each line. Two queries.
    """
    is_to_come = Q(session__in=among, session__state=SessionState.OPEN, session__starts_at__gt=now)
    rows = Enrolment.objects.select_related(
        "session__training__resource__provider", "instead_of", "teacher"
    )
    turns = list(rows.waiting().filter(is_to_come, instead_of__isnull=False))
    sure = Enrolment.objects.sure().annotate(first=Coalesce("instead_of", "pk"))
    firsts = [one.first_seat.pk for one in turns]
    seats = sure.filter(is_to_come, first__in=firsts).values_list("first", "session")
    held_in = dict(seats.order_by("pk"))
    ways: dict[tuple[int, int], Enrolment] = {}
    for one in turns:
        if here := held_in.get(one.first_seat.pk):
            ways.setdefault((here, one.session_id), one)
    return [
        (one, ways[there, here])
        for (here, there), one in sorted(ways.items())
        if here < there and (there, here) in ways
    ]


def lost_seat(new: Enrolment, *, now: datetime) -> Enrolment | None:
    """The seat of a cancelled date of the same training, or the one that is held for its sake, in
    whose place a new seat stands though nobody said so: it was taken from the catalogue.
    """
    rows = Enrolment.objects.filter(
        teacher=new.teacher_id, session__training=new.session.training_id
    ).exclude(pk=new.pk)
    cancelled = Q(session__state=SessionState.CANCELLED, session__ends_at__gt=now)
    held = Q(state=EnrolmentState.HELD, held_for__session__state=SessionState.CANCELLED)
    lost = rows.filter((Q(state__in=HOLD_A_SEAT) & cancelled) | held)
    return lost.select_related("instead_of").order_by("pk").first()


def replaced_by(new: Enrolment, *, asked_before: bool = False) -> QuerySet[Enrolment]:
    """Return the enrolments given back once `new` is sure: all in whose place it is, `asked_before`
    without the turns that were asked for later; and those held for the person in other dates.
    """
    in_its_place = Enrolment.objects.in_place_of(new.first_seat)
    if asked_before:
        in_its_place = in_its_place.filter(Q(pk__lt=new.pk) | _IS_LOST)
    held = _held_beside(new.pk, new.teacher_id, new.session.training_id)
    open_ones = Enrolment.objects.still_open().exclude(pk=new.pk)
    return open_ones.filter(
        Q(pk__in=in_its_place.values("pk")) | Q(pk__in=held.values("pk"))
    ).order_by("pk")


_IS_LOST = Q(state__in=HOLD_A_SEAT, session__state=SessionState.CANCELLED)


def _held_beside(pk: int | OuterRef, teacher: int | OuterRef, training: int | OuterRef) -> QuerySet:
    """Seats held in other dates for whoever has this one, but for the one that is held because it
    was moved.
    """
    held = Enrolment.objects.held().filter(teacher=teacher, session__training=training)
    return held.filter(~Q(held_for=pk), held_for__isnull=False).order_by()


def not_given_up(now: datetime) -> QuerySet[Enrolment]:
    """Sure seats beside others that they replace and that were asked for before: seats from a waiting
    list, and what a crash left.
    """
    without_a_date = Session.objects.awaiting_a_date(now).filter(planned_minutes=0)
    is_to_come = Q(session__starts_at__gt=now) | Q(session__in=without_a_date)
    others = Enrolment.objects.still_open().filter(is_to_come)  # `rules.takes_place_later`
    others = others.filter(Q(pk__lt=OuterRef("pk")) | _IS_LOST)
    first = Coalesce(OuterRef("instead_of"), OuterRef("pk"))
    beside = others.annotate(first=Coalesce("instead_of", "pk")).filter(first=first)
    held = _held_beside(OuterRef("pk"), OuterRef("teacher"), OuterRef("session__training"))
    sure = Enrolment.objects.sure().select_related("session", "instead_of")
    return sure.filter(
        Q(Exists(beside), instead_of__isnull=False) | Q(Exists(held), session__starts_at__gt=now)
    ).order_by("-pk")


def replaced_in(session: Session) -> list[tuple[Enrolment, Enrolment]]:
    """Seats in a session, each with the sure seat of another date that was taken in its place."""
    seats = list(session.enrolments.holding_a_seat().select_related("teacher", "instead_of"))
    firsts = [seat.first_seat.pk for seat in seats]
    taken = Enrolment.objects.sure().filter(instead_of__in=firsts).exclude(session=session)
    newest = {one.instead_of_id: one for one in taken.select_related("session").order_by("pk")}
    pairs = [(seat, newest.get(seat.first_seat.pk)) for seat in seats]
    return [(seat, new) for seat, new in pairs if new and new.pk > seat.pk]


def lost_again_with(session: Session, now: datetime) -> list[Enrolment]:
    """Return those for whose sake seats were held in this session until it was cancelled, and who
    have none of another date now; who was held one first comes first.
    """
    ended = EnrolmentStep.objects.filter(
        enrolment__session=session,
        enrolment__held_for=OuterRef("pk"),
        state=EnrolmentState.CANCELLED,
        at=session.cancelled_at or now,
    )
    has_another = Enrolment.objects.count_as_taken().filter(
        teacher=OuterRef("teacher"),
        session__training=session.training_id,
        session__state=SessionState.OPEN,
        session__starts_at__gt=now,
    )
    seats = Enrolment.objects.holding_a_seat().filter(
        Exists(ended),
        ~Exists(has_another.exclude(pk=OuterRef("pk"))),
        session__starts_at__gt=now,
        teacher__is_active=True,
    )
    return list(seats.select_related("teacher", "school", "instead_of").order_by("asked_at", "pk"))


def to_come(session: Session, now: datetime) -> SessionQuerySet:
    """The other open sessions of its training that haven't begun, earliest first."""
    rows = Session.objects.filter(
        training=session.training_id, state=SessionState.OPEN, starts_at__gt=now
    )
    return rows.exclude(pk=session.pk).with_page_rows().order_by("starts_at", "pk")


def whose_seats_are_held(session: Session, *, also_held: bool = True) -> list[Enrolment]:
    """Who has a seat, and `also_held` those for whom one is held here; who asked first comes first."""
    states = [*HOLD_A_SEAT, EnrolmentState.HELD] if also_held else HOLD_A_SEAT
    rows = session.enrolments.filter(state__in=states, teacher__is_active=True)
    rows = rows.select_related("teacher", "school", "instead_of", "held_for", "session")
    return list(rows.order_by("asked_at", "pk"))


def there_already(sessions: Iterable[Session], teachers: Iterable[int]) -> list[Enrolment]:
    """Their seats, offers and turns in these."""
    rows = Enrolment.objects.still_open().filter(session__in=sessions, teacher__in=teachers)
    return list(rows)


def busy(meetings: Iterable[Meeting], teachers: Iterable[int], *, apart_from: Session) -> set[int]:
    """Who is expected in another session at these hours."""
    overlap = Q()
    for one in meetings:
        overlap |= Q(
            meeting__occurrence__start__lt=one.ends_at, meeting__occurrence__end__gt=one.starts_at
        )
    if not overlap:
        return set()
    expected = Participation.objects.expected().filter(
        overlap, enrolment__teacher__in=teachers, enrolment__state__in=HOLD_A_SEAT
    )
    expected = expected.exclude(enrolment__session=apart_from)
    expected = expected.exclude(enrolment__session__state=SessionState.CANCELLED)
    return set(expected.values_list("enrolment__teacher", flat=True))


def held_in_place_of(enrolment: Enrolment, *, now: datetime) -> Enrolment | None:
    """The seat of another date that is held for the person, beside this one."""
    held = Enrolment.objects.held().in_place_of(enrolment.first_seat).filter(held_until__gt=now)
    return held.select_related("session__training__resource__provider", "teacher").first()
