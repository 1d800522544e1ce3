"""Other dates of a training, for somebody who has a seat or a turn in one of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from courses.agenda.models import Meeting
from courses.catalogue.queries import Entitlement
from training.enums import HOLD_A_SEAT, EnrolmentState, SessionState
from training.models import Enrolment, Participation, Session
from training.models.session import SessionQuerySet
from training.queries.rights import rights_of
from training.queries.sessions import clashes, meetings_of, schools_at_quota, turns_of
from training.values import Standing


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
    standing: Standing | None = None
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


def seat_now(enrolment: Enrolment) -> Enrolment:
    """Of the seats in each other's place: the one that the person has, else the one of a session that
    is cancelled, else the one given.
    """
    chain = Enrolment.objects.in_place_of(enrolment.first_seat).select_related(
        "session__training__resource__provider", "instead_of", "teacher"
    )
    seats = chain.holding_a_seat().order_by("-pk")
    sure = seats.exclude(session__state=SessionState.CANCELLED)
    return sure.first() or seats.first() or chain.get(pk=enrolment.pk)


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


def held_in_place_of(enrolment: Enrolment) -> Enrolment | None:
    """The seat of another date that is held for the person, beside this one."""
    held = Enrolment.objects.held().in_place_of(enrolment.first_seat)
    return held.select_related("session__training__resource__provider").first()
