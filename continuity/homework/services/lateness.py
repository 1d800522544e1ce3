"""Services that recompute lateness: hand-ins that no longer count as late."""

from collections.abc import Iterable

from django.db.models import Q

from continuity.homework.queries.due import due_dates_by_student
from continuity.models import Assignment, HandIn
from courses.agenda.values import PARIS
from courses.people.models import ClassMembership, Person
from courses.people.models.classes import holds_on


def forgive(assignments: Iterable[Assignment], students: Iterable[int] | None = None) -> int:
    """Unmark hand-ins that aren't late any more, after another date or a leave.

    Call it whenever what `DueDates` asks has changed: all pages read the mark (`HandIn.is_late`).
    Nobody becomes late by it. Work of who is given the homework in two classes isn't late if it isn't
    for one of them. Return how many.
    """
    forgiven = 0
    for assignment in assignments:
        late = HandIn.objects.filter(
            assignment__homework=assignment.homework_id, is_late=True
        ).select_related("student")
        if students is not None:
            late = late.filter(student__in=students)
        found = _asked_by(assignment, list(late))
        due_dates = (
            due_dates_by_student([handin.student for handin in found], assignment) if found else {}
        )
        for handin in found:
            if not due_dates[handin.student_id].is_late(assignment, handin.handed_in_at):
                forgiven += HandIn.objects.filter(pk=handin.pk).update(is_late=False)
    return forgiven


def _asked_by(assignment: Assignment, late: list[HandIn]) -> list[HandIn]:
    """Those handed in for it, and those of students who are in its class, too, on the day on which
    it is due there.
    """
    others = {one.student_id for one in late if one.assignment_id != assignment.pk}
    if not others:
        return late
    due_on = assignment.due_at.astimezone(PARIS).date()
    there = ClassMembership.objects.filter(
        holds_on(due_on), school_class=assignment.teaching.school_class_id, student__in=others
    )
    asked = set()
    if assignment.items.shown().exists():
        asked = set(there.values_list("student", flat=True))
    return [one for one in late if one.assignment_id == assignment.pk or one.student_id in asked]


def forgive_student(student: Person) -> int:
    """The same for all that one student handed in late."""
    late = HandIn.objects.filter(student=student, is_late=True)
    own_classes = ClassMembership.objects.filter(student=student).values("school_class")
    assignments = Assignment.objects.filter(
        Q(pk__in=late.values("assignment"))
        | Q(
            homework__in=late.values("assignment__homework"),
            teaching__school_class__in=own_classes,
        )
    )
    return forgive(assignments.select_related("teaching__school_class__school"), [student.pk])
