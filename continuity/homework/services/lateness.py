"""Services that recompute lateness: hand-ins that no longer count as late."""

from collections.abc import Iterable

from django.db.models import QuerySet

from continuity.homework.queries.due import due_dates_of_each
from continuity.homework.queries.own import given_to_each
from continuity.models import Assignment, HandIn
from courses.people.models import Person


def forgive(assignments: Iterable[Assignment], students: Iterable[int] | None = None) -> int:
    """Unmark hand-ins that aren't late any more, after another date or a leave: those of the
    homework of these assignments, for whichever class.

    Call it whenever what `DueDates.deciding` asks has changed: all pages read the mark (`HandIn.is_late`).
    Nobody becomes late by it. Return how many.
    """
    late = HandIn.objects.filter(
        assignment__homework__in={one.homework_id for one in assignments}, is_late=True
    )
    return _forgive(late if students is None else late.filter(student__in=students))


def forgive_student(student: Person | int) -> int:
    """The same for all that one student handed in late, after a leave or another class."""
    return forgive_students([student.pk if isinstance(student, Person) else student])


def forgive_students(students: Iterable[int]) -> int:
    """The same for several students."""
    return _forgive(HandIn.objects.filter(student__in=students, is_late=True))


def _forgive(late: QuerySet[HandIn]) -> int:
    """By `DueDates.deciding`; for what isn't given to the student any more, by the date of the class
    for which it was handed in. Seven queries at most, whatever the number.
    """
    found = list(late.select_related("assignment__teaching__school_class"))
    if not found:
        return 0
    due_dates = due_dates_of_each({one.student_id for one in found})
    given = given_to_each((one.student_id, one.assignment.homework_id) for one in found)
    on_time = []
    for handin in found:
        due, own = due_dates[handin.student_id], handin.assignment
        theirs = given.get((handin.student_id, own.homework_id))
        if not due.is_late(due.deciding(theirs) if theirs else own, handin.handed_in_at):
            on_time.append(handin.pk)
    return HandIn.objects.filter(pk__in=on_time).update(is_late=False)
