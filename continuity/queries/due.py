"""When a homework is due for one student: the class's date, or their own; and for whom nothing is late."""

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from continuity.models import Assignment, Exemption, Extension
from courses.agenda.values import PARIS


class DueDates:
    """The extensions of one student, and their long leaves, loaded once."""

    def __init__(self, extensions: Iterable[Extension], leaves: Iterable[Exemption] = ()):
        extensions = list(extensions)
        self.leaves = list(leaves)
        self.personal = {e.assignment_id: e.due_at for e in extensions if e.assignment_id}
        self.standing = [e for e in extensions if not e.assignment_id]

    def of(self, assignment: Assignment) -> datetime.datetime:
        """The later of the class's date and what the student was granted."""
        due_at = assignment.due_at
        day = timezone.localdate(due_at)
        for more in self.standing:
            if more.first_day <= day and (more.last_day is None or day <= more.last_day):
                due_at = max(due_at, _days_later(assignment.due_at, more.days_more))
        return max(due_at, self.personal.get(assignment.pk, due_at))

    def is_extended(self, assignment: Assignment) -> bool:
        return self.of(assignment) > assignment.due_at

    def is_never_late(self, assignment: Assignment) -> bool:
        """Who works from a hospital or a long leave hands in when they can (case C62)."""
        day = timezone.localdate(self.of(assignment))
        return any(leave.first_day <= day and (leave.last_day is None or day <= leave.last_day) for leave in self.leaves)

    def is_late(self, assignment: Assignment, at: datetime.datetime) -> bool:
        """Whether that instant is past the student's own date: said, never refused."""
        return at > self.of(assignment) and not self.is_never_late(assignment)


def _days_later(instant: datetime.datetime, days: int) -> datetime.datetime:
    """The same hour on a clock in Paris (case C60)."""
    wall = timezone.localtime(instant).replace(tzinfo=None) + datetime.timedelta(days=days)
    return wall.replace(tzinfo=PARIS)


def due_dates_of(student) -> DueDates:
    """Two queries."""
    extensions = Extension.objects.standing().filter(student=student)
    return DueDates(extensions, Exemption.objects.standing().filter(student=student, keeps_working=True))


def due_dates_by_student(students, assignment: Assignment) -> dict[int, DueDates]:
    """For a class at once, by the student's pk; who has only the class's date isn't in it. Two queries."""
    extensions: dict[int, list[Extension]] = {}
    leaves: dict[int, list[Exemption]] = {}
    chosen = Extension.objects.standing().filter(Q(assignment=assignment) | Q(assignment__isnull=True), student__in=students)
    for extension in chosen:
        extensions.setdefault(extension.student_id, []).append(extension)
    for leave in Exemption.objects.standing().filter(keeps_working=True, student__in=students):
        leaves.setdefault(leave.student_id, []).append(leave)
    return {pk: DueDates(extensions.get(pk, ()), leaves.get(pk, ())) for pk in extensions.keys() | leaves.keys()}
