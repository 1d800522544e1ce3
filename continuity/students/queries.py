"""One student's works and questions over all subjects, for the class tutor and the school's
management.
"""

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import QuerySet

from continuity.models import HelpRequest
from continuity.week.queries.student_items import MyItem, items_for
from courses.people.models import Person


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

    @property
    def state(self) -> WorkState:
        look = self.mine.look
        if look.is_exempt:
            return WorkState.EXEMPT
        if look.is_again:
            return WorkState.AGAIN
        if not look.is_handed_in:
            return WorkState.MISSING if look.is_late and self.mine.is_open else WorkState.AWAITED
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
        return [work for work in self.works if work.state == WorkState.MISSING]

    @property
    def missing(self) -> int:
        return len(self.missing_works)

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


def works_of(student: Person, now: datetime.datetime) -> list[SubjectWorks]:
    """A student's own items to hand in, due in the last nine weeks or the next, or not handed in
    this school year, by subject. Four queries.
    """
    by_subject: dict[int, SubjectWorks] = {}
    works = [
        mine
        for mine in items_for(student, now)
        if mine.item.is_to_hand_in and (mine.is_asked or not mine.is_on_plan)
    ]
    for mine in sorted(works, key=lambda one: one.order, reverse=True):
        by_subject.setdefault(
            mine.item.subject, SubjectWorks(mine.item.subject_title)
        ).works.append(SubjectWork(mine))
    return sorted(by_subject.values(), key=lambda one: one.title)


def questions_of(student: Person, since: datetime.date) -> QuerySet[HelpRequest]:
    """Times and subjects of questions, and who answered, newest first: the text stays between the
    student and who answers. One query.
    """
    asked = HelpRequest.objects.filter(student=student, asked_at__date__gte=since)
    related = asked.select_related("teaching__subject", "answered_by")
    return related.defer("text", "answer").order_by("-asked_at", "-pk")
