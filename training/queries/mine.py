"""A teacher's own trainings."""

import datetime
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Exists, OuterRef, Q

from courses.agenda.models import Meeting
from courses.people.models import Person
from training.enums import EnrolmentState
from training.models import Enrolment, EnrolmentStep, Session
from training.queries.changes import moves_told
from training.queries.evaluations import (
    EvaluationSeat,
    evaluated_if_ended_after,
    participants_among,
)
from training.queries.late_entry import dates_before_entry, first_dates
from training.queries.rights import Rights, rights_of_reader
from training.queries.sessions import given_back, meetings_of, places_in_line
from training.values import MovesTold, PlaceInLine

NEWS = datetime.timedelta(days=3)


@dataclass
class MyTrainings:
    """A teacher's sessions to come, soonest first, and those that are over, newest first, with what
    their rows need.
    """

    to_come: list[Enrolment]
    past: list[Enrolment]
    meetings: dict[int, list[Meeting]]
    places: dict[int, PlaceInLine]
    moves: dict[int, MovesTold]
    rights: Rights
    given_back: dict[int, bool] = field(default_factory=dict)
    before_entry: set[int] = field(default_factory=set)
    enter_at: dict[int, datetime.datetime] = field(default_factory=dict)


def my_trainings(
    teacher: Person, *, now: datetime.datetime, news_since: datetime.datetime | None = None
) -> MyTrainings:
    """Return the teacher's trainings in at most eleven queries, however many; two more where the
    person entered one late.

    With `news_since` those to come, with `was_freed` since then, and of those that are over what
    isn't evaluated yet and can be.
    """
    rows = Enrolment.objects.visible_to(teacher).exclude(state=EnrolmentState.CANCELLED)
    rows = (
        rows.select_related("session__training__resource__provider")
        .with_offer()
        .order_by("session__starts_at", "pk")
        .fetch_mode(models.FETCH_PEERS)
    )
    if news_since:
        awaited = Q(session__in=Session.objects.awaiting_a_date(now))
        unsaid = Q(session__ends_at__gt=evaluated_if_ended_after(now), has_evaluated=False)
        rows = rows.filter(Q(session__ends_at__gt=now) | awaited | unsaid).annotate(
            was_freed=_was_freed(news_since)
        )
    enrolments = list(rows)
    to_come = [enrolment for enrolment in enrolments if not enrolment.session.is_over_at(now)]
    past = [
        enrolment
        for enrolment in reversed(enrolments)
        if enrolment.session.is_over_at(now) and enrolment.holds_a_seat
    ]
    # That a licence no longer covers a session is said of those that are open and haven't begun.
    asks_licences = any(
        enrolment.session.is_open and enrolment.session.starts_at > now for enrolment in to_come
    )
    meetings = meetings_of([enrolment.session for enrolment in to_come])
    return MyTrainings(
        to_come,
        past,
        meetings,
        places_in_line(to_come),
        _moves_told(teacher, to_come, now),
        rights_of_reader(teacher) if asks_licences else Rights(),
        given_back(to_come) if any(len(dates) > 1 for dates in meetings.values()) else {},
        dates_before_entry(to_come),
        first_dates(to_come),
    )


def trainings_of_first_page(teacher: Person, now: datetime.datetime) -> MyTrainings:
    """`my_trainings` with the news of three days: read once for all items of a first page."""
    key = "trainings", now
    if key not in teacher.kept:
        teacher.kept[key] = my_trainings(teacher, now=now, news_since=now - NEWS)
    return teacher.kept[key]


def to_evaluate(found: MyTrainings, now: datetime.datetime) -> list[EvaluationSeat]:
    """As `participants` who haven't answered, of what was read already: one query, none where
    nothing is over.
    """
    enrolments = [one for one in [*found.to_come, *found.past] if not one.has_evaluated]
    enrolments.sort(key=lambda one: (-one.session.ends_at.timestamp(), one.pk))
    return participants_among(enrolments, now)


def _moves_told(
    teacher: Person, enrolments: list[Enrolment], now: datetime.datetime
) -> dict[int, MovesTold]:
    mine = {enrolment.session_id: enrolment for enrolment in enrolments}
    return moves_told([one.session for one in enrolments], teacher, mine, now=now)


def _was_freed(since: datetime.datetime) -> Exists:
    """Who waited and was seated since then."""
    waited = EnrolmentStep.objects.filter(
        enrolment=OuterRef("enrolment"), state=EnrolmentState.WAITING
    )
    seated = EnrolmentStep.objects.filter(
        enrolment=OuterRef("pk"), state=EnrolmentState.CONFIRMED, at__gte=since
    )
    return Exists(seated.filter(Exists(waited)))
