"""One student's works over all subjects, and the last signs of them: for the class tutor and the
school's management.
"""

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Max

from continuity.enums import WITH_A_MODE
from continuity.models import HandIn, HelpRequest, RollLine, Tick
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
class Work:
    mine: MyItem

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
    works: list[Work] = field(default_factory=list)

    def count(self, state: WorkState) -> int:
        return sum(work.state == state for work in self.works)

    @property
    def missing(self) -> int:
        return self.count(WorkState.MISSING)


def works_of(student: Person, now: datetime.datetime) -> list[SubjectWorks]:
    """What is to be handed in, due in the last nine weeks or the next, by subject: the student's
    own items. Four queries.
    """
    by_subject: dict[int, SubjectWorks] = {}
    works = [
        mine
        for mine in items_for(student, now)
        if mine.item.is_to_hand_in and (mine.is_asked or mine.look.is_exempt)
    ]
    for mine in sorted(works, key=lambda one: one.order, reverse=True):
        by_subject.setdefault(
            mine.item.subject, SubjectWorks(mine.item.subject_title)
        ).works.append(Work(mine))
    return sorted(by_subject.values(), key=lambda one: one.title)


@dataclass(frozen=True)
class Signs:
    """When the student was last heard of. None: never."""

    handed_in: datetime.datetime | None
    ticked: datetime.datetime | None
    asked: datetime.datetime | None
    present: datetime.datetime | None


def signs_of(student: Person) -> Signs:
    """Four queries. Of rolls only those that were closed, by the teacher's word at closing."""
    there = RollLine.objects.on_closed_rolls().filter(student=student, status__in=WITH_A_MODE)
    return Signs(
        handed_in=HandIn.objects.filter(student=student).aggregate(last=Max("handed_in_at"))[
            "last"
        ],
        ticked=Tick.objects.filter(student=student).aggregate(last=Max("ticked_at"))["last"],
        asked=HelpRequest.objects.filter(student=student).aggregate(last=Max("asked_at"))["last"],
        present=there.aggregate(last=Max("roll_call__starts_at"))["last"],
    )
