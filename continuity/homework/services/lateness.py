"""Services that recompute lateness: hand-ins that no longer count as late."""

from collections.abc import Iterable

from continuity.homework.queries.due import due_dates_by_student
from continuity.models import Assignment, HandIn
from courses.people.models import Person


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
        found = list(late)
        due_dates = (
            due_dates_by_student([handin.student for handin in found], assignment) if found else {}
        )
        for handin in found:
            if handin.assignment_id != assignment.pk and not _is_given_to(handin, assignment):
                continue
            if not due_dates[handin.student_id].is_late(assignment, handin.handed_in_at):
                forgiven += HandIn.objects.filter(pk=handin.pk).update(is_late=False)
    return forgiven


def _is_given_to(handin: HandIn, assignment: Assignment) -> bool:
    return Assignment.objects.given_to(handin.student).filter(pk=assignment.pk).exists()


def forgive_student(student: Person) -> int:
    """The same for all that one student handed in late."""
    late = HandIn.objects.filter(student=student, is_late=True).values("assignment__homework")
    assignments = Assignment.objects.filter(homework__in=late)
    return forgive(assignments.select_related("teaching__school_class__school"), [student.pk])
