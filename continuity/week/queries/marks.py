"""One student's own marks on the week: ticks, hand-ins, answers, more time, questions."""

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Exists, F, Min, Q, QuerySet, Value
from django.db.models.functions import Left
from django.utils import timezone, translation

from continuity.enums import HandInState, Verdict
from continuity.homework.queries.due import DueDates
from continuity.models import (
    Exemption,
    Extension,
    HandIn,
    HelpRequest,
    Loan,
    LoanAgreement,
    Reply,
    SurveyCampaign,
    Tick,
)
from continuity.school.queries.exemptions import ALWAYS, Exemptions, all_exemptions_of
from continuity.week.queries.class_week import midnight
from courses.agenda.models import Closure
from courses.agenda.queries import ONE_DAY, SchoolDays
from courses.people.models import ComingOfAge, Organisation, Person, StandIn
from courses.people.models.stand_ins import StandInQuerySet

STAND_INS_WITHIN = datetime.timedelta(days=14)
SHOWN_AFTER_READING = datetime.timedelta(days=3)
MOST_ANSWERS = 8
EXCERPT = 160  # characters of an answer
# Kinds of marks that few students have: those that decide how an item stands; with what any week
# shows; with what only the week that stands first shows.
OF_ITEMS = frozenset({"help", "extension", "exemption"})
OF_THE_WEEK = OF_ITEMS | {"closure", "survey", "loan", "agreement"}
OF_THE_FIRST_WEEK = OF_THE_WEEK | {"reply", "stand_in"}


@dataclass(frozen=True)
class HandedIn:
    """State of a student's hand-in for a homework, whichever class it was handed in for."""

    assignment: int = 0  # for which it was handed in
    is_in: bool = False
    is_begun: bool = False  # a version that isn't handed in yet
    is_late: bool = False
    is_again: bool = False  # what is in was returned with "do again"
    is_returned: bool = False  # with whatever answer
    at: datetime.datetime | None = None  # when it was handed in


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

    ticks: set[int] = field(default_factory=set)  # items
    handins: dict[int, HandedIn] = field(default_factory=dict)  # by homework
    asked: set[int] = field(default_factory=set)  # items
    answers: list[CameBack] = field(default_factory=list)
    due: DueDates = field(default_factory=lambda: DueDates([]))
    days: SchoolDays | None = None
    stand_ins: list[StandIn] = field(
        default_factory=list
    )  # of today and the two weeks after, in the student's classes
    survey_until: datetime.date | None = None  # the last day of a survey that invites the student
    loan_late: datetime.date | None = None  # the last day of a loan that isn't back
    is_to_sign: bool = False  # an agreement, by the student, who is of age


@dataclass(frozen=True)
class MarkDays:
    """Days whose marks count, both included; closures, only in the days that a page shows."""

    first: datetime.date
    last: datetime.date
    shown_first: datetime.date
    shown_last: datetime.date
    given_since: datetime.date  # of items that may be due in them


def marks_of(
    student: Person,
    school: Organisation | None,
    days: MarkDays,
    now: datetime.datetime,
    *,
    kinds: frozenset[str],
    classes: Collection[int] = (),
    schools: Collection[int] = (),
) -> Marks:
    """Three queries; one more for each rare kind that there is, two for exemptions of A or B weeks.

    `classes`: those of today, whose stand-ins are told. `schools`: those that may ask something of
    the student.
    """
    there_are = _rare_kinds(student, school, days, now, kinds, classes, schools)
    handins = _handins([student.pk], days, now, with_answers="reply" in kinds)
    marks = Marks(ticks={item for _pk, item in _ticks([student.pk], days)})
    marks.handins = _handed_in(handin for handin in handins if handin["is_due"])
    answers = [handin for handin in handins if handin["is_answer"]]
    if "reply" in there_are:
        answers += _replies(student)
    if "help" in there_are:
        questions = _questions(student, now)
        answers += [row for row in questions if row["at"]]
        marks.asked = {row["item"] for row in questions if row["at"] is None}
    marks.answers = _newest(answers)
    if "stand_in" in there_are:
        people = ("teacher", "teaching__teacher", "teaching__subject")
        dates = _dates_of_stand_ins(classes, now).from_day(timezone.localdate(now))
        marks.stand_ins = list(dates.select_related(*people))
    exemptions: dict[int, Exemptions] = {}
    if school:
        marks.days = SchoolDays(school=school, calendar=None)
        if "closure" in there_are:
            marks.days.closures = list(_closures(school, days))
    if "exemption" in there_are:
        exemptions = all_exemptions_of([student.pk], days.first, ALWAYS)
    extensions = Extension.objects.standing().filter(student=student)
    marks.due = DueDates(extensions if "extension" in there_are else (), exemptions, student.pk)
    _add_what_schools_ask(marks, student, schools, timezone.localdate(now), there_are)
    return marks


def _add_what_schools_ask(
    marks: Marks,
    student: Person,
    schools: Collection[int],
    today: datetime.date,
    there_are: Collection[str],
) -> None:
    if "survey" in there_are:
        inviting = SurveyCampaign.objects.inviting(student, today).filter(school__in=schools)
        marks.survey_until = inviting.aggregate(until=Min("closes_on"))["until"]
    if "loan" in there_are:
        of_schools = Q(school__in=schools) | Q(goes_to__in=schools)
        late = Loan.objects.open().filter(of_schools, student=student, due_on__lt=today)
        marks.loan_late = late.aggregate(since=Min("due_on"))["since"]
    if "agreement" in there_are:
        of_age = ComingOfAge.objects.filter(student=student)
        to_sign = LoanAgreement.objects.to_sign(today).filter(
            Exists(of_age), student=student, school__in=schools
        )
        marks.is_to_sign = to_sign.exists()


def marks_of_each(
    students: Collection[int], days: MarkDays, now: datetime.datetime
) -> dict[int, Marks]:
    """What decides how items stand, of several students at once: by student.

    Three queries, whatever their number; one more for extensions, two for leaves and exemptions.
    """
    marks = {pk: Marks() for pk in students}
    for student, item in _ticks(students, days):
        marks[student].ticks.add(item)
    handins = _handins(students, days, now, with_answers=False)
    for pk, mark in marks.items():
        mark.handins = _handed_in(row for row in handins if row["student"] == pk and row["is_due"])
    extended, exempt = _rare_of_each(students)
    extensions = Extension.objects.standing().filter(student__in=extended) if extended else ()
    known = all_exemptions_of(exempt, days.first, ALWAYS) if exempt else {}
    for pk, mark in marks.items():
        own = [one for one in extensions if one.student_id == pk]
        mark.due = DueDates(own, known if pk in exempt else {}, pk)
    return marks


def _rare_of_each(students: Collection[int]) -> tuple[set[int], set[int]]:
    """Who has more time, and who a leave or an exemption. One query."""
    more_time = Extension.objects.standing().filter(student__in=students).order_by()
    leaves = Exemption.objects.standing().filter(student__in=students).order_by()
    kinds = [rows.values_list("student", Value(kind)) for rows, kind in
             [(more_time, "extension"), (leaves, "exemption")]]  # fmt: skip
    pairs = set(kinds[0].union(kinds[1]).order_by())
    return (
        {pk for pk, kind in pairs if kind == "extension"},
        {pk for pk, kind in pairs if kind == "exemption"},
    )


def _rare_kinds(
    student: Person,
    school: Organisation | None,
    days: MarkDays,
    now: datetime.datetime,
    kinds: frozenset[str],
    classes: Collection[int],
    schools: Collection[int],
) -> set[str]:
    """Those of the kinds that may have rows: the query of an absent kind is left out. One query."""
    today = timezone.localdate(now)
    rows_of: dict[str, Callable[[], QuerySet]] = {
        "reply": lambda: _unread_replies(student),
        "help": lambda: _shown_questions(student, now),
        "extension": lambda: Extension.objects.standing().filter(student=student),
        "exemption": lambda: Exemption.objects.standing().filter(student=student),
        "closure": lambda: _closures(school, days),
        "stand_in": lambda: _dates_of_stand_ins(classes, now),
        "survey": lambda: SurveyCampaign.objects.open_on(today).filter(school__in=schools),
        "loan": lambda: Loan.objects.open().filter(student=student, due_on__lt=today),
        "agreement": lambda: LoanAgreement.objects.standing().filter(
            student=student, signed_at__isnull=True
        ),
    }
    first, *others = (
        rows().order_by().values_list(Value(kind))
        for kind, rows in rows_of.items()
        if kind in kinds
    )
    return {kind for (kind,) in first.union(*others).order_by()}


def _ticks(students: Collection[int], days: MarkDays) -> QuerySet:
    """Student and item: of these days, and of those given earlier."""
    given = (days.given_since, days.last)
    return Tick.objects.filter(student__in=students, item__day__range=given).values_list(
        "student", "item"
    )


def _handins(
    students: Collection[int], days: MarkDays, now: datetime.datetime, *, with_answers: bool
) -> list[dict]:
    """Hand-ins of assignments that are due in these days; `with_answers`, those with an answer to
    show, too.
    """
    begins, ends = midnight(days.first), midnight(days.last + ONE_DAY)
    read_since = now - SHOWN_AFTER_READING
    is_due = Q(assignment__due_at__gte=begins, assignment__due_at__lt=ends)
    is_unread = Q(feedback__read_at=None) | Q(feedback__read_at__gt=read_since)
    is_answered = Q(feedback__returned_at__isnull=False) & is_unread
    words = {
        "title": F("assignment__homework__title"),
        "subject": _subject("assignment__homework"),
        "excerpt": Left("feedback__comment", EXCERPT),
    }
    rows = (
        HandIn.objects.filter(
            is_due | is_answered if with_answers else is_due, student__in=students
        )
        .exclude(state=HandInState.REPLACED)
        .order_by("pk")
        .values(
            *("student", "public_id", "assignment", "state", "is_late", "handed_in_at"),
            homework=F("assignment__homework"),
            at=F("feedback__returned_at"),
            read_at=F("feedback__read_at"),
            verdict=F("feedback__verdict"),
            due_at=F("assignment__due_at"),
            **(words if with_answers else {}),
        )
    )
    found = list(rows)
    for row in found:
        row["kind"] = "feedback"
        row["is_due"] = begins <= row["due_at"] < ends
        row["is_answer"] = with_answers and (
            row["at"] is not None and (row["read_at"] is None or row["read_at"] > read_since)
        )
    return found


def _handed_in(handins: Iterable[dict]) -> dict[int, HandedIn]:
    """State of the hand-ins by homework, and whether another version is begun."""
    found: dict[int, HandedIn] = {}
    for handin in handins:
        before = found.get(handin["homework"], HandedIn())
        if handin["state"] == HandInState.COLLECTING:
            after = replace(before, is_begun=True)
        else:
            is_returned = handin["at"] is not None
            is_again = is_returned and handin["verdict"] == Verdict.AGAIN
            after = HandedIn(
                handin["assignment"],
                True,
                before.is_begun,
                handin["is_late"],
                is_again,
                is_returned,
                handin["handed_in_at"],
            )
        found[handin["homework"]] = after
    return found


# Answers: as rows with the fields of `CameBack`


def _subject(of: str) -> F:
    """Its title in the active language."""
    return F(f"{of}__subject__title_{'en' if translation.get_language() == 'en' else 'fr'}")


def _unread_replies(student: Person) -> QuerySet:
    returned = Reply.objects.filter(
        feedback__handin__student=student, feedback__returned_at__isnull=False
    )
    return returned.filter(read_at=None).exclude(author=student)


def _replies(student: Person) -> list[dict]:
    given = "feedback__handin__assignment__homework"
    rows = _unread_replies(student).values(
        "read_at",
        public_id=F("feedback__handin__public_id"),
        at=F("said_at"),
        title=F(f"{given}__title"),
        subject=_subject(given),
        excerpt=Left("text", EXCERPT),
    )
    return [{**row, "kind": "reply"} for row in rows]


def _shown_questions(student: Person, now: datetime.datetime) -> QuerySet[HelpRequest]:
    """Open ones about an item; answered ones that aren't read, or were lately."""
    is_open = Q(answered_at=None, item__isnull=False)
    is_answered = Q(answered_at__isnull=False, read_at=None) | Q(
        read_at__gt=now - SHOWN_AFTER_READING
    )
    return HelpRequest.objects.filter(is_open | is_answered, student=student)


def _questions(student: Person, now: datetime.datetime) -> list[dict]:
    rows = _shown_questions(student, now).values(
        *("public_id", "item", "read_at"),
        at=F("answered_at"),
        title=F("item__title"),
        subject=_subject("teaching"),
        excerpt=Left("answer", EXCERPT),
    )
    return [{**row, "kind": "help"} for row in rows]


def _newest(answers: list[dict]) -> list[CameBack]:
    """Newest first; what hasn't been read before what has."""
    found = [
        CameBack(
            kind=row["kind"],
            public_id=row["public_id"],
            title=row["title"] or "",
            subject=row["subject"] or "",
            excerpt=row["excerpt"] or "",
            at=row["at"],
            is_read=row["read_at"] is not None,
        )
        for row in answers
    ]
    return sorted(found, key=lambda answer: (answer.is_read, -answer.at.timestamp()))[:MOST_ANSWERS]


def _closures(school: Organisation | None, days: MarkDays) -> QuerySet[Closure]:
    return Closure.objects.filter(
        school=school, first_day__lte=days.shown_last, last_day__gte=days.shown_first
    )


def _dates_of_stand_ins(classes: Collection[int], now: datetime.datetime) -> StandInQuerySet:
    """Stand-ins of today and the two weeks after; whether or not their teacher still belongs to the
    school.
    """
    today = timezone.localdate(now)
    return StandIn.objects.filter(
        first_day__lte=today + STAND_INS_WITHIN,
        last_day__gte=today,
        teaching__school_class__in=classes,
    )
