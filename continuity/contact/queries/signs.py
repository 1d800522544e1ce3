"""Signs of life of many students, by channel, as facts (queries/facts.py)."""

import datetime
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Case, DateField, F, Max, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from continuity.contact.queries.facts import as_facts
from continuity.enums import REACHED, WITH_A_MODE, CallResult, Channel
from continuity.models import (
    Call,
    Feedback,
    HandIn,
    HelpRequest,
    PaperHandover,
    Reply,
    RollCall,
    RollCorrection,
    RollLine,
    Tick,
    WeekOpening,
)
from courses.agenda.values import PARIS
from courses.people.models import Teaching

type Signs = dict[str, datetime.date]  # the last by channel; one without a sign isn't in it

REACHED_BY_CALL = "reached"  # the family: silence is counted anew from it
DAYS = ("day", "handed_on")  # fields of days; the others are instants


def last_signs(
    students: QuerySet | Collection[int], since: datetime.date, *, classes: QuerySet | None = None
) -> Iterator[QuerySet]:
    """The last day of each channel from `since` on, by student.

    With `REACHED_BY_CALL`, which isn't a channel: that a family was reached is no sign of the
    student. `classes`: those that the students are or were in, where they are many; their rolls are
    then read by class (a year of a lycée's rolls has a million lines).
    """
    begins = midnight(since)
    for rows, channel, field in _channels(classes, begins):
        is_day = field in DAYS
        day: Any = Max(field) if is_day else TruncDate(Max(field), tzinfo=PARIS)
        rows = rows.filter(student__in=students, **{f"{field}__gte": since if is_day else begins})
        yield as_facts(rows, fact=channel, who=F("student"), first=day)


def days_with_signs(
    students: Collection[int], since: datetime.date, shown: datetime.date
) -> Iterator[QuerySet]:
    """Each day from `shown` on that has a sign, by student and channel; of those before, from
    `since` on, the last alone.
    """
    for rows, channel, field in _channels(None, midnight(since)):
        is_day = field in DAYS
        day: Any = F(field) if is_day else TruncDate(field, tzinfo=PARIS)
        first = since if is_day else midnight(since)
        rows = rows.filter(student__in=students, **{f"{field}__gte": first})
        is_shown = Q(**{f"{field}__gte": shown if is_day else midnight(shown)})
        by = {"shown": Case(When(is_shown, then=day), output_field=DateField())}
        yield as_facts(rows, fact=channel, who=F("student"), first=Max(day), by=by)


def midnight(day: datetime.date) -> datetime.datetime:
    """When it begins in Paris."""
    return datetime.datetime.combine(day, datetime.time(), tzinfo=PARIS)


def last_sign(signs: Signs) -> datetime.date | None:
    return max((day for key, day in signs.items() if key in Channel), default=None)


def _channels(
    classes: QuerySet | None, begins: datetime.datetime
) -> list[tuple[QuerySet, Any, str]]:
    """Rows, the channel, and the field that says when."""
    reached = Case(
        When(result=CallResult.STUDENT, then=Value(Channel.CALL)), default=Value(REACHED_BY_CALL)
    )
    present = Value(Channel.PRESENT)
    return [
        (WeekOpening.objects.all(), Value(Channel.WEEK), "day"),
        (
            PaperHandover.objects.filter(withdrawn_at__isnull=True),
            Value(Channel.PAPER),
            "handed_on",
        ),
        (HandIn.objects.all(), Value(Channel.WORK), "handed_in_at"),
        (Tick.objects.all(), Value(Channel.TICK), "ticked_at"),
        (HelpRequest.objects.all(), Value(Channel.HELP), "asked_at"),
        *((rows, Value(Channel.ANSWER), field) for rows, field in _answers()),
        (Call.objects.noted().filter(result__in=REACHED), reached, "noted_at"),
        *((lines, present, "roll_call__starts_at") for lines in _present(classes, begins)),
    ]


def _answers() -> list[tuple[QuerySet, str]]:
    """Answers that the student read, to work and to questions, and their own replies."""
    own = Reply.objects.filter(author=F("feedback__handin__student"))
    return [
        (Feedback.objects.alias(student=F("handin__student")), "read_at"),
        (own.alias(student=F("author")), "said_at"),
        (HelpRequest.objects.all(), "read_at"),
    ]


def _present(classes: QuerySet | None, begins: datetime.datetime) -> tuple[QuerySet, QuerySet]:
    """The teacher's word on closed rolls; a correction takes the place of what stood at closing."""
    lines = RollLine.objects.on_closed_rolls()
    if classes is not None:
        given = Teaching.objects.filter(school_class__in=classes).order_by().values("pk")
        rolls = RollCall.objects.filter(teaching__in=given, starts_at__gte=begins)
        lines = lines.filter(roll_call__in=rolls.order_by().values("pk"))
    corrected = Q(pk__in=RollCorrection.objects.order_by().values("line"))
    return (
        lines.filter(~corrected, status__in=WITH_A_MODE),
        lines.filter(corrected).as_they_stand().filter(stands__in=WITH_A_MODE),
    )
