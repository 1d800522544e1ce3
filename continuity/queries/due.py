"""When a homework is due for one student: the class's date, or their own."""

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from continuity.models import Assignment, Extension
from courses.agenda.values import PARIS


class DueDates:
    """The extensions of one student, loaded once."""

    def __init__(self, extensions: Iterable[Extension]):
        extensions = list(extensions)
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


def _days_later(instant: datetime.datetime, days: int) -> datetime.datetime:
    """The same hour on a clock in Paris (case C60)."""
    wall = timezone.localtime(instant).replace(tzinfo=None) + datetime.timedelta(days=days)
    return wall.replace(tzinfo=PARIS)


def due_dates_of(student) -> DueDates:
    """One query."""
    return DueDates(Extension.objects.filter(student=student, withdrawn_at__isnull=True))


def due_dates_by_student(students, assignment: Assignment) -> dict[int, DueDates]:
    """For a class at once, by the student's pk: one query."""
    found: dict[int, list[Extension]] = {}
    chosen = Extension.objects.filter(
        Q(assignment=assignment) | Q(assignment__isnull=True), student__in=students, withdrawn_at__isnull=True
    )
    for extension in chosen:
        found.setdefault(extension.student_id, []).append(extension)
    return {pk: DueDates(extensions) for pk, extensions in found.items()}
