"""Due dates of homework for one student: the class's date, or their own; and exemptions from
lateness.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q
from django.utils import timezone

from continuity.homework.values import HomeworkClaim
from continuity.models import Assignment, Extension
from continuity.school.queries.exemptions import (
    ALWAYS,
    Exemptions,
    all_exemptions_of,
    exemptions_of,
)
from courses.agenda.queries import school_days
from courses.agenda.values import PARIS
from courses.people.models import Person
from courses.people.models.classes import school_year_began


class DueDates:
    """The extensions and leaves of one student, loaded once. A leave counts in its own school."""

    def __init__(
        self,
        extensions: Iterable[Extension],
        exemptions: Mapping[int, Exemptions] | None = None,
        student: int = 0,
    ):
        """`exemptions`: by the pk of the school."""
        extensions = list(extensions)
        self.exemptions, self.student = exemptions or {}, student
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

    def extension_for(self, assignment: Assignment) -> Extension | None:
        """The one given for the assignment, if the student's date is the one it says."""
        more = self.personal_extensions.get(assignment.pk)
        return more if more and more.due_at == self.of(assignment) else None

    def is_never_late(self, assignment: Assignment) -> bool:
        """Whether the student is on leave on that day, or works from a hospital, and so hands in
        when they can (case C62).

        Days that are granted on everything take no leave's protection away: one on the class's own
        date counts, too. A date that was given for this homework stands for itself.
        """
        if not self.exemptions:
            return False
        known = self.exemptions.get(assignment.teaching.school_class.school_id)
        if known is None:
            return False
        due_at = self.of(assignment)
        days = {timezone.localdate(due_at)}
        if due_at != self.personal.get(assignment.pk):
            days.add(timezone.localdate(assignment.due_at))
        subject = assignment.teaching.subject_id
        return not all(known.may_be_late(self.student, subject, day) for day in days)

    def is_on_plan(self, school: int, subject: int, day: datetime.date) -> bool:
        """Whether the subject is asked of the student in that school on that day."""
        known = self.exemptions.get(school)
        return known is None or known.is_on_plan(self.student, subject, day)

    def is_late(self, assignment: Assignment, at: datetime.datetime | None) -> bool:
        """Whether that instant is past the student's own date: shown, never refused. Nothing is
        late for a class that was left by then.
        """
        return (
            at is not None
            and at > self.of(assignment)
            and not assignment.is_former
            and not self.is_never_late(assignment)
        )

    # One homework in several classes of the student

    def deciding(self, given: Iterable[Assignment]) -> Assignment:
        """Of the assignments of one homework that the student is given (`own.given_to`): the one by
        whose date it is late or not, and may be replaced, for whichever class it was handed in.

        It is the one with the latest date among classes that the student hasn't left by then, as
        the one that counts while nothing is handed in. So nobody is late who has until then; and
        lateness isn't taken away by the date of a class that was left, nor by a leave on an earlier
        date. Where all were left, nothing is late. Marking, warning and forgiving ask this.
        """
        return max(given, key=self.claim)

    def claim(self, assignment: Assignment, *, is_in: bool = False) -> HomeworkClaim:
        return HomeworkClaim(is_in, not assignment.is_former, self.of(assignment), -assignment.pk)

    def of_work(self, own: Assignment) -> datetime.datetime:
        """`own`: from `own_of` or `own_assignment`."""
        return self.of(own.deciding or own)

    def is_work_late(self, own: Assignment, at: datetime.datetime | None) -> bool:
        return self.is_late(own.deciding or own, at)


def _days_later(instant: datetime.datetime, days: int) -> datetime.datetime:
    """The same hour on a clock in Paris (case C60)."""
    wall = timezone.localtime(instant).replace(tzinfo=None) + datetime.timedelta(days=days)
    return wall.replace(tzinfo=PARIS)


def due_dates_of(student: Person) -> DueDates:
    """Two queries; one or two more for who has a leave or an exemption in A or B weeks."""
    return due_dates_of_each([student.pk])[student.pk]


def due_dates_of_each(students: Collection[int]) -> dict[int, DueDates]:
    """As `due_dates_of`, by the student's pk, in as many queries as for one."""
    extensions: dict[int, list[Extension]] = {pk: [] for pk in students}
    for extension in Extension.objects.standing().filter(student__in=students):
        extensions[extension.student_id].append(extension)
    exemptions = all_exemptions_of(students, datetime.date.min, ALWAYS)
    return {pk: DueDates(theirs, exemptions, pk) for pk, theirs in extensions.items()}


def due_dates_by_student(students: Iterable[Person], assignment: Assignment) -> dict[int, DueDates]:
    """Due dates of a whole class, by the student's pk; also of the same homework for their other
    classes. Four queries.
    """
    extensions: dict[int, list[Extension]] = {}
    chosen = Extension.objects.standing().filter(
        Q(assignment__homework=assignment.homework_id) | Q(assignment__isnull=True),
        student__in=students,
    )
    for extension in chosen:
        extensions.setdefault(extension.student_id, []).append(extension)
    school = assignment.teaching.school_class.school
    began = school_year_began(timezone.localdate(assignment.due_at))
    exemptions = {school.pk: exemptions_of(students, began, ALWAYS, school_days(school))}
    return {
        student.pk: DueDates(extensions.get(student.pk, ()), exemptions, student.pk)
        for student in students
    }
