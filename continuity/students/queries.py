"""One student's works and questions over all subjects, for the class tutor and the school's
management.
"""

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone

from continuity.homework.queries.own import handed_in_apart
from continuity.models import Assignment, HandIn, HelpRequest
from continuity.week.queries.student_items import MyItem, items_for
from courses.people.models import Person
from courses.people.models.classes import school_year_began


class WorkState(StrEnum):
    AGAIN = "again"
    MISSING = "missing"
    AWAITED = "awaited"
    HANDED_IN = "handed in"
    LATE = "handed in late"
    RETURNED = "returned"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class SubjectWork:
    mine: MyItem
    assignment: str  # the one that the reader may open: its page has the student's row

    @property
    def state(self) -> WorkState:
        look = self.mine.look
        if look.is_exempt:
            return WorkState.EXEMPT
        if look.is_again:
            return WorkState.AGAIN
        if not look.is_handed_in:
            return WorkState.MISSING if look.is_late else WorkState.AWAITED
        if self.mine.is_returned:
            return WorkState.RETURNED
        return WorkState.LATE if look.is_late else WorkState.HANDED_IN


@dataclass
class SubjectWorks:
    """Latest due date first."""

    title: str
    works: list[SubjectWork] = field(default_factory=list)

    def count(self, state: WorkState) -> int:
        return sum(work.state == state for work in self.works)

    @property
    def missing_works(self) -> list[SubjectWork]:
        """Those that can still be handed in."""
        return [
            work for work in self.works if work.state == WorkState.MISSING and work.mine.is_open
        ]

    @property
    def missing(self) -> int:
        """Also of a school year that is over."""
        return self.count(WorkState.MISSING)

    @property
    def late(self) -> int:
        """Handed in late, also of those that were answered."""
        return sum(work.mine.look.is_handed_in and work.mine.look.is_late for work in self.works)

    @property
    def handed_in(self) -> int:
        """Number handed in, in time or late; also work to do again."""
        handed_in = sum(work.mine.look.is_handed_in for work in self.works)
        return handed_in + self.count(WorkState.AGAIN)

    @property
    def returned(self) -> int:
        """Number with an answer; also work to do again."""
        return self.count(WorkState.RETURNED) + self.count(WorkState.AGAIN)

    @property
    def latest(self) -> SubjectWork:
        return self.works[0]


@dataclass(frozen=True)
class StudentWorks:
    """Of all subjects, as far as the reader may open the homework."""

    subjects: list[SubjectWorks]
    apart: list[HandIn]  # as `handed_in_apart`
    leaves_some_out: bool  # of classes that the reader doesn't look after

    @property
    def missing(self) -> list[SubjectWork]:
        return [work for subject in self.subjects for work in subject.missing_works]

    @property
    def missing_lately(self) -> list[SubjectWork]:
        return [work for work in self.missing if not work.mine.is_older]

    @property
    def missing_older(self) -> list[SubjectWork]:
        return [work for work in self.missing if work.mine.is_older]


def works_of(student: Person, now: datetime.datetime, reader: Person) -> StudentWorks:
    """A student's own items to hand in, due or handed in in the last nine weeks, due in the next,
    or not handed in this school year, by subject; and what was handed in this school year that
    isn't given to them any more. Six queries, one more for the latter.
    """
    by_subject: dict[int, SubjectWorks] = {}
    works = [
        mine
        for mine in items_for(student, now)
        if mine.item.is_to_hand_in
        and (mine.is_asked or mine.is_open or not mine.is_on_plan or mine.look.is_handed_in)
    ]
    opened = _opened_by(reader, student, works)
    for mine in sorted(works, key=lambda one: one.order, reverse=True):
        if assignment := opened.get(mine.item.homework):
            of_it = SubjectWorks(mine.item.subject_title)
            subject = by_subject.setdefault(mine.item.subject, of_it)
            subject.works.append(SubjectWork(mine, assignment))
    apart = handed_in_apart(student, school_year_began(timezone.localdate(now)))
    shown = _shown_to(reader, apart)
    return StudentWorks(
        sorted(by_subject.values(), key=lambda one: one.title),
        shown,
        leaves_some_out=len(shown) < len(apart)
        or any(mine.item.homework not in opened for mine in works),
    )


def _shown_to(reader: Person, handins: list[HandIn]) -> list[HandIn]:
    """Those for an assignment that the reader may open. One query; none without hand-ins."""
    if not handins:
        return []
    seen = Assignment.objects.visible_to(reader).filter(handins__in=handins)
    opened = set(seen.values_list("pk", flat=True))
    return [handin for handin in handins if handin.assignment_id in opened]


def _opened_by(reader: Person, student: Person, works: list[MyItem]) -> dict[int | None, str]:
    """By homework, an assignment of the student that the reader may open; best the one that counts.
    One query.
    """
    counting = {mine.item.assignment for mine in works}
    given = Assignment.objects.given_to(student).filter(
        homework__in={mine.item.homework for mine in works}
    )
    seen = given.filter(pk__in=Assignment.objects.visible_to(reader).order_by().values("pk"))
    found = seen.order_by("pk").values_list("homework", "public_id")
    return dict(sorted(found, key=lambda pair: pair[1] in counting))


def questions_of(student: Person, since: datetime.date) -> QuerySet[HelpRequest]:
    """Times and subjects of questions, and who answered, newest first: the text stays between the
    student and who answers. One query.
    """
    asked = HelpRequest.objects.filter(student=student, asked_at__date__gte=since)
    related = asked.select_related("teaching__subject", "answered_by")
    return related.defer("text", "answer").order_by("-asked_at", "-pk")
