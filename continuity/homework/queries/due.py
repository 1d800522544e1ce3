"""Due dates of homework for one student: the class's date, or their own; and exemptions from
lateness.
"""

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from continuity.models import Assignment, Exemption, Extension
from continuity.school.queries.exemptions import Exemptions, exemptions_of
from courses.agenda.queries import ONE_DAY, school_days
from courses.agenda.values import PARIS
from courses.people.models import Person

ALWAYS = datetime.date(9999, 12, 31)
LONGEST_EXTENSION = 60 * ONE_DAY


class DueDates:
    """The extensions and leaves of one student, loaded once."""

    def __init__(
        self,
        extensions: Iterable[Extension],
        exemptions: Exemptions | None = None,
        student: int = 0,
    ):
        extensions = list(extensions)
        self.exemptions, self.student = exemptions, student
        self.personal_extensions = {e.assignment_id: e for e in extensions if e.assignment_id}
        self.personal = {pk: e.due_at for pk, e in self.personal_extensions.items() if e.due_at}
        self.standing = [e for e in extensions if not e.assignment_id]

    def of(self, assignment: Assignment) -> datetime.datetime:
        """The later of the class's date and what the student was granted."""
        due_at = assignment.due_at
        day = timezone.localdate(due_at) if self.standing else None
        for more in self.standing:
            if (
                day
                and more.first_day
                and more.first_day <= day
                and (more.last_day is None or day <= more.last_day)
            ):
                due_at = max(due_at, _days_later(assignment.due_at, more.days_more or 0))
        return max(due_at, self.personal.get(assignment.pk, due_at))

    def is_extended(self, assignment: Assignment) -> bool:
        return self.of(assignment) > assignment.due_at

    def is_never_late(self, assignment: Assignment) -> bool:
        """Whether the student is on leave on that day, or works from a hospital, and so hands in
        when they can (case C62).
        """
        if self.exemptions is None:
            return False
        return not self.exemptions.may_be_late(
            self.student, assignment.teaching.subject_id, timezone.localdate(self.of(assignment))
        )

    def is_late(self, assignment: Assignment, at: datetime.datetime | None) -> bool:
        """Whether that instant is past the student's own date: shown, never refused."""
        return at is not None and at > self.of(assignment) and not self.is_never_late(assignment)


def _days_later(instant: datetime.datetime, days: int) -> datetime.datetime:
    """The same hour on a clock in Paris (case C60)."""
    wall = timezone.localtime(instant).replace(tzinfo=None) + datetime.timedelta(days=days)
    return wall.replace(tzinfo=PARIS)


def due_dates_of(student: Person, exemptions: Exemptions | None = None) -> DueDates:
    """Two queries, one with the leaves at hand; three more for who has a leave or an exemption."""
    extensions = Extension.objects.standing().filter(student=student)
    if exemptions is None:
        exemptions = _exemptions_of(student)
    return DueDates(extensions, exemptions, student.pk)


def _exemptions_of(student: Person) -> Exemptions | None:
    known = list(
        Exemption.objects.standing()
        .filter(student=student)
        .select_related("school")
        .order_by("first_day")
    )
    if not known:
        return None
    return exemptions_of([student.pk], known[0].first_day, ALWAYS, school_days(known[-1].school))


def due_dates_by_student(students: Iterable[Person], assignment: Assignment) -> dict[int, DueDates]:
    """Due dates of a whole class, by the student's pk. Four queries."""
    extensions: dict[int, list[Extension]] = {}
    chosen = Extension.objects.standing().filter(
        Q(assignment=assignment) | Q(assignment__isnull=True), student__in=students
    )
    for extension in chosen:
        extensions.setdefault(extension.student_id, []).append(extension)
    due_on = timezone.localdate(assignment.due_at)
    exemptions = exemptions_of(
        students,
        due_on,
        due_on + LONGEST_EXTENSION,
        school_days(assignment.teaching.school_class.school),
    )
    return {
        student.pk: DueDates(extensions.get(student.pk, ()), exemptions, student.pk)
        for student in students
    }
