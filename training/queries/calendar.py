"""A planner's month, as `schedule.periods.Month` lays it out over saved occurrences."""

import datetime
from dataclasses import dataclass
from typing import Any

from schedule.models import Event, Occurrence
from schedule.periods import Month

from courses.agenda.queries import series_in_words
from courses.agenda.values import PARIS
from courses.people.models import Person
from training.models import Session
from training.queries.sessions import meetings_of

BEGINS_THAT_DAY = (
    0,
    1,
)  # classes of `Period.classify_occurrence`: those that began earlier are 2 and 3


@dataclass(frozen=True)
class MonthDate:
    """One date of a session on its day."""

    session: Session
    occurrence: Occurrence
    in_words: str


@dataclass(frozen=True)
class MonthDay:
    day: datetime.date
    dates: list[MonthDate]


def month_of_sessions(person: Person, first: datetime.date) -> list[MonthDay]:
    """The days of that month with the dates of sessions that the person may see, earliest first.
    Three queries.

    The pool holds saved occurrences alone: a `Period` left to itself would make dates anew from the
    rules.
    """
    middle = datetime.datetime.combine(first, datetime.time(12), tzinfo=PARIS)
    frame = Month([], middle, occurrence_pool=[], tzinfo=PARIS)
    pool = list(
        Occurrence.objects.filter(
            event__training_session__isnull=False, start__lt=frame.end, end__gt=frame.start
        )
        .select_related("event__rule")
        .order_by("start", "pk")
    )
    series = {occurrence.event_id: occurrence.event for occurrence in pool}
    sessions = _by_series(person, series)
    words = {
        pk: series_in_words(series[pk], meetings)
        for pk, meetings in meetings_of(sessions.values()).items()
    }
    month = Month(
        list(series.values()),
        middle,
        parent_persisted_occurrences=[],
        occurrence_pool=pool,
        tzinfo=PARIS,
    )
    return [MonthDay(day.start.date(), _dates_of(day, sessions, words)) for day in month.get_days()]


def _by_series(person: Person, series: dict[int, Event]) -> dict[int, Session]:
    sessions = (
        Session.objects.visible_to(person).with_page_rows().with_counts().filter(series__in=series)
    )
    return {session.series_id: session for session in sessions}


def _dates_of(day: Any, sessions: dict[int, Session], words: dict[int, str]) -> list[MonthDate]:
    held = [
        part["occurrence"]
        for part in day.get_occurrence_partials()
        if part["class"] in BEGINS_THAT_DAY
    ]
    return [
        MonthDate(sessions[occurrence.event_id], occurrence, words.get(occurrence.event_id, ""))
        for occurrence in sorted(held, key=lambda one: (one.start, one.pk))
        if occurrence.event_id in sessions
    ]
