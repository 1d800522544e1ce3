"""What is one student's own on the week: ticks, hand-ins, answers, more time, questions. One query for all of it."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Left
from django.utils import timezone, translation

from continuity.enums import HandInState, Verdict
from continuity.models import ContinuityPlan, Exemption, Extension, HandIn, HelpRequest, Reply, Tick
from continuity.queries.class_week import GIVEN_WITHIN, midnight
from continuity.queries.due import LONGEST_EXTENSION, DueDates
from continuity.queries.exemptions import Exemptions, exemptions_of
from continuity.queries.prepared import Prepared, day_of, instant_of
from courses.agenda.models import Closure, SchoolCalendar
from courses.agenda.queries import ONE_DAY, SchoolDays, monday_of
from courses.people.models import ClassMembership, Organisation, StandIn
from courses.people.models.classes import holds_between, holds_on

STAND_INS_WITHIN = datetime.timedelta(days=14)
SHOWN_AFTER_READING = datetime.timedelta(days=3)
MOST_ANSWERS = 8
EXCERPT = 160  # characters of an answer


@dataclass(frozen=True)
class Place:
    """A class that the student is in from a day until before another, and how often its plans have changed."""

    school_class: int
    name: str
    kind: str
    since: datetime.date
    until: datetime.date | None
    version: str

    def holds_on(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


def _places(*, student: int, given_first: datetime.date, plan_first: datetime.date, last: datetime.date) -> QuerySet:
    plans = (
        ContinuityPlan.objects.filter(school_class=OuterRef("school_class"), monday__range=(plan_first, last))
        .order_by()
        .values("school_class")
    )
    return ClassMembership.objects.filter(holds_between(given_first, last), student=student).values_list(
        "school_class",
        "school_class__name",
        "school_class__kind",
        "since",
        "until",
        Subquery(plans.annotate(total=Sum("version")).values("total")),
        Subquery(plans.annotate(last=Max("pk")).values("last")),
    )


PLACES = Prepared(_places)


def places_of(student, first: datetime.date, last: datetime.date) -> list[Place]:
    """Where the student is on at least one day from `first` to `last`, both included. One query.

    The version counts the changes of the plans of these weeks and of those whose homework may still be due in them.
    """
    given_first = first - GIVEN_WITHIN
    rows = PLACES.rows(student=student.pk, given_first=given_first, plan_first=monday_of(given_first), last=last)
    return [
        Place(school_class, name, kind, day_of(since) or first, day_of(until), f"{newest or 0}.{total or 0}")
        for school_class, name, kind, since, until, total, newest in rows
    ]


@dataclass(frozen=True)
class HandedIn:
    """What of a student's work for an assignment has been received."""

    is_in: bool
    is_begun: bool  # a version that isn't handed in yet
    is_late: bool
    is_again: bool  # what is in was returned with "do again"
    is_returned: bool = False  # with whatever answer


@dataclass(frozen=True)
class CameBack:
    """An answer to the student: on a hand-in, in the talk after it, or to a question."""

    kind: str  # "feedback", "reply" or "help"
    public_id: str
    title: str
    subject: str
    excerpt: str
    at: datetime.datetime
    is_read: bool


@dataclass
class Marks:
    """One student's own things."""

    ticks: dict[int, datetime.datetime] = field(default_factory=dict)  # by item
    handins: dict[int, HandedIn] = field(default_factory=dict)  # by assignment
    asked: set[int] = field(default_factory=set)  # items
    answers: list[CameBack] = field(default_factory=list)
    due: DueDates = field(default_factory=lambda: DueDates([]))
    days: SchoolDays | None = None
    exemptions: Exemptions | None = None
    stand_ins: list[StandIn] = field(default_factory=list)  # of today and the two weeks after, in the student's classes
    raw: tuple = ()  # the rows read, but for what exemptions say

    @property
    def stamp(self) -> tuple:
        """All that was read: equal when nothing has changed. Part of the week's ETag."""
        known = self.exemptions.by_student if self.exemptions else {}
        calendar = self.days.calendar if self.days else None
        letters = (calendar.week_a, calendar.pauses_in_holidays) if calendar else ()
        return self.raw, repr(known), letters


def _nothing(of: models.Field) -> Cast:
    return Cast(Value(None), of)


INSTANT, TEXT, NUMBER, DAY = models.DateTimeField(), models.TextField(), models.IntegerField(), models.DateField()
# The columns that every kind of mark is brought into, with what stands where it has none.
EMPTY: dict[str, Any] = {
    "m_ref": _nothing(models.BigIntegerField()),
    "m_at": _nothing(INSTANT),
    "m_back": _nothing(INSTANT),
    "m_read": _nothing(INSTANT),
    "m_id": _nothing(TEXT),
    "m_state": _nothing(TEXT),
    "m_title": _nothing(TEXT),
    "m_subject": _nothing(TEXT),
    "m_text": _nothing(TEXT),
    "m_number": _nothing(NUMBER),
    "m_first": _nothing(DAY),
    "m_last": _nothing(DAY),
}


def _rows(kind: str, chosen: QuerySet, **columns: str) -> QuerySet:
    said = {name: F(columns[name]) if name in columns else empty for name, empty in EMPTY.items()}
    if "m_number" in columns:  # a yes or no is a number to SQLite, and none to PostgreSQL
        said["m_number"] = Cast(F(columns["m_number"]), NUMBER)
    return chosen.order_by().annotate(m_kind=Cast(Value(kind), TEXT), **said).values_list("m_kind", *EMPTY)


def _marks(
    *,
    variant: str,
    student: int,
    school: int,
    first: datetime.date,
    last: datetime.date,
    exempt_last: datetime.date,
    today: datetime.date,
    stand_in_last: datetime.date,
    due_from: datetime.datetime,
    due_before: datetime.datetime,
    read_since: datetime.datetime,
) -> QuerySet:
    """`variant` is the language: subjects have two titles."""
    subject = f"subject__title_{variant}"
    mine = HandIn.objects.filter(student=student).exclude(state=HandInState.REPLACED)
    replies = Reply.objects.filter(feedback__handin__student=student, feedback__returned_at__isnull=False).exclude(author=student)
    asked = HelpRequest.objects.filter(student=student)
    due_then = Q(item__assignment__due_at__gte=due_from, item__assignment__due_at__lt=due_before)
    ticks = Tick.objects.filter(Q(item__day__range=(first, last)) | due_then, student=student)
    chosen = [
        _rows("tick", ticks, m_ref="item", m_at="ticked_at"),
        _rows(
            "handin",
            mine.filter(assignment__due_at__gte=due_from, assignment__due_at__lt=due_before),
            m_ref="assignment",
            m_at="handed_in_at",
            m_back="feedback__returned_at",
            m_state="state",
            m_title="feedback__verdict",
            m_number="is_late",
        ),
        _rows(
            "feedback",
            mine.annotate(excerpt=Left("feedback__comment", EXCERPT)).filter(
                Q(feedback__read_at=None) | Q(feedback__read_at__gt=read_since), feedback__returned_at__isnull=False
            ),
            m_id="public_id",
            m_title="assignment__homework__title",
            m_subject=f"assignment__homework__{subject}",
            m_text="excerpt",
            m_back="feedback__returned_at",
            m_read="feedback__read_at",
        ),
        _rows(
            "reply",
            replies.annotate(excerpt=Left("text", EXCERPT)).filter(read_at=None),
            m_id="feedback__handin__public_id",
            m_title="feedback__handin__assignment__homework__title",
            m_subject=f"feedback__handin__assignment__homework__{subject}",
            m_text="excerpt",
            m_back="said_at",
            m_read="read_at",
        ),
        _rows(
            "help",
            asked.annotate(excerpt=Left("answer", EXCERPT)).filter(
                Q(answered_at=None, item__isnull=False) | Q(answered_at__isnull=False, read_at=None) | Q(read_at__gt=read_since)
            ),
            m_ref="item",
            m_id="public_id",
            m_title="item__title",
            m_subject=f"teaching__{subject}",
            m_text="excerpt",
            m_back="answered_at",
            m_read="read_at",
        ),
        _rows(
            "extension",
            Extension.objects.filter(student=student, withdrawn_at=None),
            m_ref="assignment",
            m_at="due_at",
            m_number="days_more",
            m_first="first_day",
            m_last="last_day",
        ),
        _rows("exemption", Exemption.objects.between(first, exempt_last).filter(student=student), m_ref="pk"),
        _rows(
            "closure",
            Closure.objects.filter(school=school, first_day__lte=last, last_day__gte=first),
            m_first="first_day",
            m_last="last_day",
            m_text="reason",
        ),
        _rows(
            "stand_in",
            StandIn.objects.filter(
                last_day__gte=today,
                first_day__lte=stand_in_last,
                teaching__school_class__in=ClassMembership.objects.filter(holds_on(today), student=student).values("school_class"),
            ),
            m_ref="pk",
            m_first="first_day",
            m_last="last_day",
        ),
    ]
    return chosen[0].union(*chosen[1:], all=True)


MARKS = Prepared(_marks)


def marks_of(
    student, school: Organisation | None, first: datetime.date, last: datetime.date, *, now: datetime.datetime | None = None
) -> Marks:
    """All marks that count from day to day, both included. One query; two more for a student with an exemption, one where a teacher
    is replaced."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    exempt_last = last + LONGEST_EXTENSION  # what is due until `last` may have a later date of the student's own
    rows = MARKS.rows(
        "en" if translation.get_language() == "en" else "fr",
        student=student.pk,
        school=school.pk if school else 0,
        first=first,
        last=last,
        exempt_last=exempt_last,
        today=today,
        stand_in_last=today + STAND_INS_WITHIN,
        due_from=midnight(first),
        due_before=midnight(last + ONE_DAY),
        read_since=now - SHOWN_AFTER_READING,
    )
    by_kind: dict[str, list[tuple]] = {}
    for kind, ref, at, back, read, *words, number, first_day, last_day in rows:
        row = (ref, instant_of(at), instant_of(back), instant_of(read), *words, number, day_of(first_day), day_of(last_day))
        by_kind.setdefault(kind, []).append(row)
    marks = Marks(raw=tuple(sorted(rows, key=repr)))
    marks.ticks = {ref: at for ref, at, *_rest in by_kind.get("tick", [])}
    marks.handins = _handed_in(by_kind.get("handin", []))
    marks.asked = {row[0] for row in by_kind.get("help", []) if row[2] is None}
    marks.answers = _answers(by_kind)
    marks.due = DueDates(
        Extension(assignment_id=row[0], due_at=row[1], days_more=row[9], first_day=row[10], last_day=row[11])
        for row in by_kind.get("extension", [])
    )
    if replaced := [row[0] for row in by_kind.get("stand_in", [])]:
        found = (
            StandIn.objects.of_members(today).filter(pk__in=replaced).select_related("teacher", "teaching__teacher", "teaching__subject")
        )
        marks.stand_ins = list(found)
    closures = [Closure(first_day=row[10], last_day=row[11], reason=row[8]) for row in by_kind.get("closure", [])]
    has_exemptions = bool(by_kind.get("exemption"))
    calendar = SchoolCalendar.objects.filter(school=school).first() if has_exemptions else None
    if school:
        marks.days = SchoolDays(school=school, calendar=calendar, closures=closures)
        marks.exemptions = exemptions_of([student], first, exempt_last, marks.days) if has_exemptions else None
    return marks


def _handed_in(rows: list[tuple]) -> dict[int, HandedIn]:
    """By assignment: what is in, and whether another version is begun."""
    found: dict[int, HandedIn] = {}
    for ref, _at, returned, _read, _id, state, verdict, _subject, _text, late, *_days in rows:
        before = found.get(ref, HandedIn(is_in=False, is_begun=False, is_late=False, is_again=False))
        if state == HandInState.COLLECTING:
            found[ref] = replace(before, is_begun=True)
        else:
            is_again = returned is not None and verdict == Verdict.AGAIN
            found[ref] = replace(before, is_in=True, is_late=bool(late), is_again=is_again, is_returned=returned is not None)
    return found


def _answers(by_kind: dict[str, list[tuple]]) -> list[CameBack]:
    """Newest first; what hasn't been read before what has."""
    found = [
        CameBack(kind, public_id, title or "", subject or "", text or "", back, read is not None)
        for kind in ("feedback", "reply", "help")
        for _ref, _at, back, read, public_id, _state, title, subject, text, *_rest in by_kind.get(kind, [])
        if back is not None
    ]
    found.sort(key=lambda answer: answer.at, reverse=True)
    found.sort(key=lambda answer: answer.is_read)
    return found[:MOST_ANSWERS]
