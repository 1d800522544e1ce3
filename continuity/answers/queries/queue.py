"""A teacher's queue over all classes: what was handed in, what was asked, what was said back.

Words of students first, then the oldest.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone

from continuity.answers.values import Cursor, EntryKind, QueueFilter
from continuity.enums import HandInState, QueueState
from continuity.models import Assignment, Feedback, HandIn, HandInPart, HelpRequest, Reply
from continuity.plans.queries.taught import taught_by
from courses.people.models import Person, SchoolClass, Teaching
from courses.required import required

A_PAGE = 20
Lines = list[tuple[int, datetime.datetime, str, int]]
# A line says little of each: only that is read, or the rows' other columns would cost more than the
# list.
STUDENT = (
    "student__given_name",
    "student__family_name",
    "student__usage_name",
    "student__erased_at",
)
HANDIN = (
    "student",
    "assignment__homework",
    "assignment__teaching__school_class",
    "assignment__teaching__subject",
)
HANDIN_COLUMNS = (
    "public_id", "handed_in_at", "is_late", "pages", "version", "expected_parts", "assignment__homework__title",
    "assignment__homework__returns",
    "assignment__teaching__school_class__name",
    "assignment__teaching__subject__title_fr", "assignment__teaching__subject__title_en",
    *STUDENT,
)  # fmt: skip
QUESTION = ("student", "teaching__school_class", "teaching__subject", "item")
QUESTION_COLUMNS = (
    "public_id", "text", "answered_at", "item__title", "teaching__school_class__name", "teaching__subject__title_fr",
    "teaching__subject__title_en", *STUDENT,
)  # fmt: skip


@dataclass
class QueueEntry:
    """One line of the queue. Of hand-ins `handin` is set, of questions `help_request`."""

    kind: str
    rank: int
    at: datetime.datetime
    handin: HandIn | None = None
    help_request: HelpRequest | None = None
    feedback: Feedback | None = None
    parts: int = 0
    last_word: Reply | None = None

    @property
    def student(self) -> Person:
        return self.handin.student if self.handin else required(self.help_request).student

    @property
    def teaching(self) -> Teaching:
        return (
            self.handin.assignment.teaching if self.handin else required(self.help_request).teaching
        )

    @property
    def is_ready(self) -> bool:
        """Something is written that can be returned from the list."""
        feedback = self.feedback
        return self.kind == EntryKind.HANDIN and feedback is not None and not feedback.returned_at


@dataclass
class Queue:
    page: Page
    entries: list[QueueEntry]
    classes: list[SchoolClass]
    works: list[Assignment]  # of which something waits for an answer, the nearest due date first

    @property
    def is_anything_ready(self) -> bool:
        return any(entry.is_ready for entry in self.entries)


def queue_for(
    person: Person, wanted: QueueFilter, *, number: str | int | None, now: datetime.datetime
) -> Queue:
    """One page of it, in a known number of queries."""
    teachings = list(Teaching.objects.answered_by(person).select_related("school_class"))
    lines = _in_order(_branches(teachings, wanted, now), wanted)
    # What waits is short and asked for all day: read whole, it needn't be counted first.
    page = Paginator(lines if wanted.state else list(lines), A_PAGE).get_page(number)
    classes = sorted(
        {teaching.school_class for teaching in teachings}, key=lambda one: (one.kind, one.name)
    )
    return Queue(page, _entries(list(page.object_list)), classes, _works(teachings, wanted))


def _works(teachings: list[Teaching], wanted: QueueFilter) -> list[Assignment]:
    some = Q(Exists(HandIn.objects.to_answer().filter(assignment=OuterRef("pk")))) | Q(
        public_id=wanted.work
    )
    found = Assignment.objects.standing().filter(some, teaching__in=[one.pk for one in teachings])
    return list(found.select_related("homework", "teaching__school_class").order_by("due_at", "pk"))


@dataclass(frozen=True)
class AnswerProgress:
    """Numbers of one assignment: hand-ins, and how many are answered."""

    assignment: Assignment
    returned: int
    handed_in: int


def progress_of(person: Person, wanted: QueueFilter) -> AnswerProgress | None:
    """One query; none where the queue isn't narrowed to a homework."""
    if not wanted.work:
        return None
    is_in = Q(handins__state=HandInState.HANDED_IN)
    found = (
        Assignment.objects.open_to(person)
        .filter(public_id=wanted.work)
        .select_related("homework", "teaching__school_class")
    )
    counted = found.annotate(
        handed_in=Count("handins", filter=is_in),
        returned=Count("handins", filter=is_in & Q(handins__feedback__returned_at__isnull=False)),
    ).first()
    return AnswerProgress(counted, counted.returned, counted.handed_in) if counted else None


def how_many_wait(person: Person, now: datetime.datetime) -> tuple[int, datetime.datetime | None]:
    """Number of entries that wait for the teacher, and since when the first one does.

    A hand-in that stopped halfway waits for its student.
    """
    branches = _branches(taught_by(person, timezone.localdate(now)).answered, QueueFilter(), now)
    counted = _union(
        [_counted(rows) for _rank, kind, rows in branches if kind != EntryKind.PART]
    ).order_by()
    numbers = list(counted)
    return sum(number for number, _first in numbers), min(
        (first for _number, first in numbers if first), default=None
    )


def around(
    person: Person, wanted: QueueFilter, cursor: Cursor, *, now: datetime.datetime
) -> tuple[QueueEntry | None, QueueEntry | None]:
    """The entries before and after this one in the queue, whether it still stands there or not."""
    teachings = list(Teaching.objects.answered_by(person))
    branches = _branches(teachings, replace(wanted, state=QueueState.TO_ANSWER), now)
    branches = [one for one in branches if one[1] != EntryKind.PART]  # of which there is no page
    after = [_beyond(branch, cursor, rank, kind, forwards=True) for rank, kind, branch in branches]
    before = [
        _beyond(branch, cursor, rank, kind, forwards=False) for rank, kind, branch in branches
    ]
    order = ("rank", "at", "kind", "ident")
    next_ = _union(after).order_by(*order)[:1]
    previous = _union(before).order_by(*(f"-{name}" for name in order))[:1]
    found = {
        where: _entries(list(lines)) for where, lines in (("before", previous), ("after", next_))
    }
    return next(iter(found["before"]), None), next(iter(found["after"]), None)


def cursor_of(handin: HandIn, feedback: Feedback | None) -> Cursor:
    """The position of a hand-in in the queue to answer, now or before."""
    if feedback and feedback.returned_at:
        unread = [
            word.said_at
            for word in feedback.replies.all()
            if word.author_id == handin.student_id and not word.read_at
        ]
        if unread:
            return Cursor(0, min(unread), EntryKind.TALK, handin.pk)
    return Cursor(1, handin.handed_in_at or handin.touched_at, EntryKind.HANDIN, handin.pk)


def cursor_of_help(asked: HelpRequest) -> Cursor:
    return Cursor(1, asked.asked_at, EntryKind.HELP, asked.pk)


# The lines, of each kind alone: (rank, kind, rows)


def _branches(
    teachings: list[Teaching], wanted: QueueFilter, now: datetime.datetime
) -> list[tuple[int, str, QuerySet]]:
    chosen = [
        one.pk
        for one in teachings
        if not wanted.school_class or wanted.school_class == one.school_class.public_id
    ]
    handins = _named(
        HandIn.objects.filter(
            assignment__teaching__in=chosen, assignment__homework__deleted_at__isnull=True
        ),
        "student",
        wanted,
    )
    questions = _named(HelpRequest.objects.filter(teaching__in=chosen), "student", wanted)
    if wanted.work:
        handins = handins.filter(assignment__public_id=wanted.work)
        questions = questions.filter(item__assignment__public_id=wanted.work)
    if wanted.state:
        returned = handins.filter(feedback__returned_at__isnull=False).annotate(
            at=F("feedback__returned_at"), ident=F("pk")
        )
        answered = questions.filter(answered_at__isnull=False).annotate(
            at=F("answered_at"), ident=F("pk")
        )
        unread = wanted.state == QueueState.UNREAD
        seen = {"feedback__read_at__isnull": unread}
        return [
            (1, EntryKind.HANDIN, returned.filter(**seen)),
            (1, EntryKind.HELP, answered.filter(read_at__isnull=unread)),
        ]
    words = Reply.objects.filter(
        feedback__handin=OuterRef("pk"), author=OuterRef("student"), read_at__isnull=True
    )
    said = Subquery(words.order_by("said_at").values("said_at")[:1])
    return [
        (0, EntryKind.TALK, handins.filter(Exists(words)).annotate(at=said, ident=F("pk"))),
        (1, EntryKind.HANDIN, handins.to_answer().annotate(at=F("handed_in_at"), ident=F("pk"))),
        (
            1,
            EntryKind.HELP,
            questions.filter(answered_at__isnull=True).annotate(at=F("asked_at"), ident=F("pk")),
        ),
        (1, EntryKind.PART, handins.incomplete(now).annotate(at=F("touched_at"), ident=F("pk"))),
    ]


def _named[Rows: QuerySet](rows: Rows, student: str, wanted: QueueFilter) -> Rows:
    for word in wanted.words.split()[:5]:
        names = ("given_name", "family_name", "usage_name")
        rows = rows.filter(
            Q.create([(f"{student}__{name}__icontains", word) for name in names], connector=Q.OR)
        )
    return rows


def _union(branches: list[QuerySet]) -> QuerySet:
    first, *others = branches
    return first.union(*others, all=True) if others else first


def _columns(rank: int, kind: str, rows: QuerySet) -> QuerySet:
    said = rows.order_by().annotate(rank=Value(rank, IntegerField()), kind=Value(kind, CharField()))
    return said.values_list("rank", "at", "kind", "ident")


def _counted(rows: QuerySet) -> QuerySet:
    """One line: how many, and when the first came."""
    return (
        rows.order_by()
        .values(all=Value(1))
        .annotate(number=Count("pk"), first=Min("at"))
        .values_list("number", "first")
    )


def _in_order(branches: list[tuple[int, str, QuerySet]], wanted: QueueFilter) -> QuerySet:
    lines = _union([_columns(*branch[:2], branch[2]) for branch in branches])
    return (
        lines.order_by("-at", "kind", "ident")
        if wanted.state
        else lines.order_by("rank", "at", "kind", "ident")
    )


def _beyond(rows: QuerySet, cursor: Cursor, rank: int, kind: str, *, forwards: bool) -> QuerySet:
    """Those of one kind that stand after the cursor, or before it."""
    way = "gt" if forwards else "lt"
    if rank != cursor.rank:
        further = (rank > cursor.rank) == forwards
        return _columns(rank, kind, rows if further else rows.none())
    same_instant = Q(at=cursor.at)
    if kind == cursor.kind:
        same_instant &= Q(**{f"ident__{way}": cursor.ident})
    elif (kind > cursor.kind) != forwards:
        same_instant = Q(pk__in=[])
    return _columns(rank, kind, rows.filter(Q(**{f"at__{way}": cursor.at}) | same_instant))


def _entries(lines: Lines) -> list[QueueEntry]:
    """Load the entries of the lines, each kind in one query: hand-ins, their answers and words,
    pages that arrived, questions.
    """
    of_handins = [ident for _rank, _at, kind, ident in lines if kind != EntryKind.HELP]
    handins = HandIn.objects.select_related(*HANDIN).only(*HANDIN_COLUMNS).in_bulk(of_handins)
    answers = Feedback.objects.filter(handin__in=of_handins).defer("comment")
    feedbacks = {one.handin_id: one for one in answers}
    words: dict[int, Reply] = {}
    if any(kind == EntryKind.TALK for _rank, _at, kind, _ident in lines):
        words = _last_words(feedbacks.values())
    arrived = _pages_arrived([ident for _r, _at, kind, ident in lines if kind == EntryKind.PART])
    of_help = [ident for _rank, _at, kind, ident in lines if kind == EntryKind.HELP]
    questions = HelpRequest.objects.select_related(*QUESTION).only(*QUESTION_COLUMNS)
    asked = questions.in_bulk(of_help)
    entries = []
    for rank, at, kind, ident in lines:
        if kind == EntryKind.HELP:
            entries.append(QueueEntry(kind, rank, at, help_request=asked[ident]))
            continue
        feedback = feedbacks.get(ident)
        last = words.get(feedback.pk) if feedback else None
        entries.append(
            QueueEntry(
                kind,
                rank,
                at,
                handin=handins[ident],
                feedback=feedback,
                parts=arrived.get(ident, 0),
                last_word=last,
            )
        )
    return entries


def _last_words(feedbacks: Iterable[Feedback]) -> dict[int, Reply]:
    """The last word of the talk after each answer, by the answer's pk."""
    talk = Reply.objects.filter(feedback__in=feedbacks).order_by("said_at", "pk")
    return {word.feedback_id: word for word in talk}


def _pages_arrived(handins: list[int]) -> dict[int, int]:
    """Number of received parts of each hand-in; no query without one."""
    counted = (
        HandInPart.objects.filter(handin__in=handins)
        .order_by()
        .values_list("handin")
        .annotate(number=Count("pk"))
    )
    return dict(counted) if handins else {}
