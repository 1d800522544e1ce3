"""Who comes to a session: for advisers with state and history, for trainers by first name and code."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from courses.agenda.models import Meeting
from courses.live.models import RoomPass
from courses.people.models import Person
from training.enums import HOLD_A_SEAT, EnrolmentState
from training.models import Enrolment, EnrolmentStep, Participation, Session
from training.queries.late_entry import first_dates


@dataclass
class Participant:
    """Somebody enrolled or waiting, as an adviser sees them: with school, state and history.

    `turn` is 1 for the head of the waiting list; who has an offer stands before it, without a turn.
    `given_back` are the dates of the seat that the person gave back alone, `enters_at` is the first
    date of a seat that was taken late. `excused`: dates on which they said that they couldn't come.
    """

    enrolment: Enrolment
    turn: int | None = None
    code: str = ""
    steps: list[EnrolmentStep] = field(default_factory=list)
    given_back: list[Participation] = field(default_factory=list)
    excused: list[Participation] = field(default_factory=list)
    enters_at: datetime | None = None

    @property
    def person(self) -> Person:
        return self.enrolment.teacher

    @property
    def has_waited(self) -> bool:
        return any(step.state == EnrolmentState.WAITING for step in self.steps)

    @property
    def is_in_the_list(self) -> bool:
        """Waits, or has a seat to answer: an offered one, or one that is held."""
        enrolment = self.enrolment
        return enrolment.is_waiting or enrolment.is_offered or enrolment.is_held


def _withdrawn() -> QuerySet[Participation]:
    return Participation.objects.filter(is_withdrawn=True, meeting__occurrence__cancelled=False)


def dates_given_back(session: Session) -> dict[int, list[Meeting]]:
    """Enrolment → the dates of the seat that were given back alone, in time order. One query."""
    rows = _withdrawn().filter(enrolment__session=session, enrolment__state__in=HOLD_A_SEAT)
    found: dict[int, list[Meeting]] = {}
    for one in rows.select_related("meeting__occurrence").order_by("meeting__occurrence__start"):
        found.setdefault(one.enrolment_id, []).append(one.meeting)
    return found


def _dates_with_words(session: Session) -> dict[int, list[Participation]]:
    """Enrolment → the dates of the seat that were given back alone or excused, in time order. One
    query.
    """
    rows = _special().filter(enrolment__session=session, enrolment__state__in=HOLD_A_SEAT)
    found: dict[int, list[Participation]] = {}
    for one in rows.select_related("meeting__occurrence", "decided_by").order_by(
        "meeting__occurrence__start"
    ):
        found.setdefault(one.enrolment_id, []).append(one)
    return found


def _special() -> QuerySet[Participation]:
    return Participation.objects.filter(
        Q(is_withdrawn=True) | Q(excused_at__isnull=False), meeting__occurrence__cancelled=False
    )


def participants(session: Session) -> list[Participant]:
    """Seats first by name, then open offers, the waiting list in its order, then who cancelled."""
    enrolments = (
        session.enrolments.select_related("teacher", "school")
        .prefetch_related(
            Prefetch("steps", EnrolmentStep.objects.select_related("by"), to_attr="history")
        )
        .with_turn_at()
        .annotate(
            has_words=Exists(_special().filter(enrolment=OuterRef("pk"))),
            code=Subquery(_first_codes().values("code")[:1]),
        )
        .order_by("turn_at", "pk")
        .fetch_mode(models.FETCH_PEERS)
    )
    seated: list[Participant] = []
    offered: list[Participant] = []
    waiting: list[Participant] = []
    gone: list[Participant] = []
    has_dates = any(one.has_words and one.holds_a_seat for one in enrolments)
    dates = _dates_with_words(session) if has_dates else {}
    late = first_dates(enrolments)
    for enrolment in enrolments:
        row = Participant(
            enrolment,
            code=enrolment.code or "",
            steps=enrolment.history,
            given_back=[one for one in dates.get(enrolment.pk, ()) if one.is_withdrawn],
            excused=[one for one in dates.get(enrolment.pk, ()) if one.excused_at],
            enters_at=late.get(enrolment.pk),
        )
        if enrolment.holds_a_seat:
            seated.append(row)
        elif enrolment.is_offered or enrolment.is_held:
            offered.append(row)
        else:
            (waiting if enrolment.is_waiting else gone).append(row)
    for turn, row in enumerate(waiting, start=1):
        row.turn = turn
    seated.sort(
        key=lambda row: (
            row.person.last_name.casefold(),
            row.person.given_name.casefold(),
            row.enrolment.pk,
        )
    )
    return [*seated, *offered, *waiting, *gone]


def _first_codes() -> QuerySet[RoomPass]:
    """Pass of an enrolment's teacher for the room of the first meeting that has one."""
    passes = RoomPass.objects.filter(
        room__meeting__series=OuterRef("session__series"),
        person=OuterRef("teacher"),
        is_withdrawn=False,
    )
    return passes.order_by("room__meeting__ordinal")


@dataclass
class Expected:
    """Somebody who is to come to a meeting, as a trainer sees them: first name and code, nothing
    else.
    """

    given_name: str
    code: str


def expected_at(meetings: list[Meeting]) -> dict[int, list[Expected]]:
    """Return who holds a member's pass, by meeting, ordered by first name.

    Two queries at most, and no family name leaves the database.
    """
    passes = (
        RoomPass.objects.filter(room__meeting__in=meetings, is_withdrawn=False, role="member")
        .order_by("person__given_name", "code")
        .values_list("room__meeting", "person__given_name", "code")
    )
    expected: dict[int, list[Expected]] = {meeting.pk: [] for meeting in meetings}
    for meeting, given_name, code in passes:
        expected[meeting].append(Expected(given_name, code))
    return expected
