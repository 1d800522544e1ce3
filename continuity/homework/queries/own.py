"""Which of the assignments of one homework counts for a student: one student, one answer.

The same homework may be given to several classes of a student, who changed class or is in a class
and a group. The week's items, the student's pages and the staff's lists compare by `HomeworkClaim`.
"""

import datetime
import functools
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from continuity.enums import Returns
from continuity.homework.queries.due import DueDates, due_dates_of
from continuity.homework.values import HomeworkClaim
from continuity.models import Assignment, HandIn, PlanItem, Tick
from courses.agenda.values import PARIS
from courses.people.models import ClassMembership, Person
from courses.people.models.classes import holds
from courses.required import required

type Places = list[tuple[datetime.date, datetime.date | None]]  # days in a class


def given_to(student: Person) -> QuerySet[Assignment]:
    """A student's assignments, each with whether they have left the class by its due date
    (`is_former`), and have done the work for it (`is_in`).
    """
    there = ClassMembership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("due_on")),
        student=student,
        school_class=OuterRef("teaching__school_class"),
        since__lte=OuterRef("due_on"),
    )
    handed_in = HandIn.objects.handed_in().filter(assignment=OuterRef("pk"), student=student)
    ticked = Tick.objects.filter(item__assignment=OuterRef("pk"), student=student)
    dated = Assignment.objects.given_to(student).alias(due_on=TruncDate("due_at", tzinfo=PARIS))
    return dated.annotate(
        is_former=~Exists(there),
        is_in=Q(Exists(handed_in)) | Q(Exists(ticked), homework__returns=Returns.NOTHING),
    )


def own_assignment(student: Person, public_id: str, *related: str) -> Assignment | None:
    """The assignment that counts for the student, of the homework at this address; None if it isn't
    given to them. One query, where it is given to one of their classes.
    """
    given = list(
        given_to(student)
        .filter(homework__assignments__public_id=public_id)
        .select_related(*related)
    )
    if not any(one.public_id == public_id for one in given):
        return None
    return _counting(given, student)


def own_of(student: Person, homework: int, *related: str) -> Assignment | None:
    """As `own_assignment`, by the homework's pk."""
    given = given_to(student).filter(homework=homework).select_related(*related)
    return _counting(list(given), student)


def _counting(given: list[Assignment], student: Person) -> Assignment | None:
    if len(given) < 2:
        return given[0] if given else None
    due = due_dates_of(student)
    found = max(
        given,
        key=lambda one: HomeworkClaim(one.is_in, not one.is_former, due.of(one), -one.pk),
    )
    found.is_former = all(one.is_former for one in given)
    return found


def is_former(assignment: Assignment, student: Person) -> bool:
    """Whether the student was in the class, and has left it by the due date. One query."""
    due_on = timezone.localdate(assignment.due_at)
    places = ClassMembership.objects.filter(
        student=student, school_class=assignment.teaching.school_class_id
    ).values_list("since", "until")
    return bool(places) and not any(holds(since, until, due_on) for since, until in places)


@dataclass(frozen=True)
class GivenElsewhere:
    """The same homework as another class is given it."""

    assignment: Assignment
    day: datetime.date  # on which it is given

    def is_given(self, places: Places) -> bool:
        """As `AssignmentQuerySet.given_to`."""
        due_on = timezone.localdate(self.assignment.due_at)
        return any(
            since <= due_on and (until is None or until > self.day) for since, until in places
        )


def given_elsewhere(assignment: Assignment) -> list[GivenElsewhere]:
    """The same homework of other classes, as their students see it. One query."""
    found = PlanItem.objects.shown().filter(
        assignment__homework=assignment.homework_id,
        assignment__homework__deleted_at__isnull=True,
    )
    others = found.exclude(assignment=assignment.pk)
    items = others.select_related("assignment__teaching__school_class__school")
    return [GivenElsewhere(required(item.assignment), item.day) for item in items]


def counting_elsewhere(
    assignment: Assignment,
    others: Collection[GivenElsewhere],
    due_dates: Mapping[int, DueDates],
    done_for: Mapping[int, Collection[int]],
) -> dict[int, Assignment]:
    """By student, of those asked for the assignment: the other class's one that counts for them.

    `done_for`: assignments that the student has done. One query; none without others.
    """
    if not others:
        return {}
    classes = {one.assignment.teaching.school_class_id for one in others}
    classes.add(assignment.teaching.school_class_id)
    places: dict[tuple[int, int], Places] = defaultdict(list)
    for student, school_class, since, until in ClassMembership.objects.filter(
        student__in=list(due_dates), school_class__in=classes
    ).values_list("student", "school_class", "since", "until"):
        places[student, school_class].append((since, until))

    def claim(one: Assignment, student: int) -> HomeworkClaim:
        due_on = timezone.localdate(one.due_at)
        held = places[student, one.teaching.school_class_id]
        is_current = any(holds(since, until, due_on) for since, until in held)
        is_in = one.pk in done_for.get(student, ())
        return HomeworkClaim(is_in, is_current, due_dates[student].of(one), -one.pk)

    found = {}
    for student in due_dates:
        given = [
            one.assignment
            for one in others
            if one.is_given(places[student, one.assignment.teaching.school_class_id])
        ]
        counts = max([assignment, *given], key=functools.partial(claim, student=student))
        if counts.pk != assignment.pk:
            found[student] = counts
    return found
