"""Minutes of work due on a day, for each student of a class, over all their classes, groups and
options.

Homework counts whole on the day it is due for that student, their own date if they have one; once,
on the later date, where two of a student's classes have it.
Homework that students see counts, and the drafts of the teacher who asks. Nobody's figures are
shown by name: how many pass the ceiling, and the most.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from continuity.enums import DEFAULT_CEILING
from continuity.homework.queries.due import DueDates
from continuity.homework.values import HomeworkClaim
from continuity.models import Assignment, Extension, PlanItem, SchoolSettings
from continuity.school.queries.exemptions import Exemptions, exemptions_of
from courses.agenda.enums import DayOff
from courses.agenda.queries import ONE_DAY, SchoolDays, school_days
from courses.agenda.values import PARIS
from courses.people.models import ClassMembership, Person, SchoolClass
from courses.people.models.classes import holds

LAST_SCHOOL_DAY = 5  # Friday; no homework is proposed for a Saturday


@dataclass(frozen=True)
class Due:
    """One homework as it counts on a day."""

    assignment: int
    homework: int
    title: str
    subject: int
    subject_title: str
    school_class: int
    class_name: str
    minutes: int
    is_mine: bool
    is_draft: bool


@dataclass
class LoadOfDay:
    """One day of a class: what each student has to hand in or to have done by then."""

    day: datetime.date
    ceiling: int
    off: tuple[DayOff, str] | None = None
    minutes: dict[int, int] = field(default_factory=dict)  # by student, also those who have nothing
    mine: dict[int, int] = field(default_factory=dict)  # of these, by the teacher who asks
    works: list[Due] = field(default_factory=list)
    works_later: list[Due] = field(default_factory=list)  # due then for who has more time alone

    @property
    def students(self) -> int:
        return len(self.minutes)

    @property
    def most(self) -> int:
        """Minutes of the student who has the most: compared with the ceiling."""
        return max(self.minutes.values(), default=0)

    @property
    def most_mine(self) -> int:
        """The teacher's own part of it, for the student who has the most."""
        return max(
            (
                self.mine.get(student, 0)
                for student, all_of_it in self.minutes.items()
                if all_of_it == self.most
            ),
            default=0,
        )

    @property
    def usual(self) -> int:
        """Half of the students have that much or less."""
        ordered = sorted(self.minutes.values())
        return ordered[(len(ordered) - 1) // 2] if ordered else 0

    @property
    def passing(self) -> int:
        """Number of students above the ceiling."""
        return sum(minutes > self.ceiling for minutes in self.minutes.values())

    @property
    def why_off(self) -> str:
        return (self.off[1] or str(DayOff(self.off[0]).label)) if self.off else ""


@dataclass
class Load:
    """A class from day to day."""

    school_class: SchoolClass
    ceiling: int
    days: list[LoadOfDay]
    calendar: SchoolDays
    exemptions: Exemptions
    due_dates: dict[int, DueDates]  # by student

    @property
    def heaviest(self) -> int:
        return max((day.most for day in self.days), default=0)

    @property
    def passing(self) -> list[LoadOfDay]:
        return [day for day in self.days if day.passing]

    def on(self, day: datetime.date) -> LoadOfDay | None:
        return next((each for each in self.days if each.day == day), None)


def load_between(
    school_class: SchoolClass,
    first: datetime.date,
    last: datetime.date,
    *,
    teacher: Person | None = None,
    apart_from: int | None = None,
) -> Load:
    """Load of a class from day to day, both included. `teacher`: whose drafts count, too, and whose
    part is told apart; `apart_from`: the pk of a homework.

    Seven queries, whatever the number of students and of homework.
    """
    calendar = school_days(school_class.school)
    members = _members(school_class, first, last)
    students = {student for student, *_rest in members[school_class.pk]}
    extensions = _extensions(students, first, last)
    assignments = _assignments(
        members, first, last, teacher=teacher, apart_from=apart_from, extensions=extensions
    )
    exemptions = exemptions_of(students, first, last, calendar)
    ceiling = ceiling_of(school_class)
    days = [LoadOfDay(first + n * ONE_DAY, ceiling) for n in range((last - first).days + 1)]
    by_day = {each.day: each for each in days}
    for each in days:
        each.off = calendar.day_off(each.day)
        each.minutes = {
            student: 0
            for student, since, until in members[school_class.pk]
            if holds(since, until, each.day)
        }
    due_dates = {student: DueDates(extensions[student]) for student in students}
    for student, assignment, due in _each_once(assignments, members, due_dates):
        day = timezone.localdate(due_dates[student].of(assignment))
        load = by_day.get(day)
        if load is None or student not in load.minutes:
            continue
        if exemptions.is_on_plan(student, due.subject, day):
            _count(load, student, due)
            works = load.works if day == timezone.localdate(assignment.due_at) else load.works_later
            if due not in works:
                works.append(due)
    return Load(school_class, ceiling, days, calendar, exemptions, due_dates)


def _each_once(
    assignments: list[tuple[Assignment, Due]],
    members: Mapping[int, list[tuple]],
    due_dates: Mapping[int, DueDates],
) -> list[tuple[int, Assignment, Due]]:
    """By student, each homework as it counts: asked of whoever is in the class on the class's own
    date, as on the homework's list and on the student's week; of two classes, the later date.
    """
    counting: dict[tuple[int, int], tuple[HomeworkClaim, Assignment, Due]] = {}
    for assignment, due in assignments:
        due_on = timezone.localdate(assignment.due_at)
        for student, since, until in members[due.school_class]:
            if holds(since, until, due_on):
                claim = due_dates[student].claim(assignment)
                one = claim, assignment, due
                key = student, due.homework
                counting[key] = max(counting.get(key, one), one, key=itemgetter(0))
    return [(student, *one[1:]) for (student, _homework), one in counting.items()]


def _count(load: LoadOfDay, student: int, due: Due) -> None:
    load.minutes[student] += due.minutes
    if due.is_mine:
        load.mine[student] = load.mine.get(student, 0) + due.minutes


def load_of_week(
    school_class: SchoolClass, monday: datetime.date, *, teacher: Person | None = None
) -> Load:
    """Monday to Friday; Saturday and Sunday only when something is due then. Seven queries."""
    return only_week(
        load_between(school_class, monday, monday + 6 * ONE_DAY, teacher=teacher), monday
    )


def only_week(load: Load, monday: datetime.date) -> Load:
    days = [
        each
        for each in load.days
        if 0 <= (each.day - monday).days < 7
        and (each.day.isoweekday() <= LAST_SCHOOL_DAY or each.works)
    ]
    return replace(load, days=days)


def ceiling_of(school_class: SchoolClass) -> int:
    """The ceiling in minutes a day, as the school has set it."""
    found = (
        SchoolSettings.objects.filter(school=school_class.school_id)
        .values_list("ceiling_minutes", flat=True)
        .first()
    )
    return DEFAULT_CEILING if found is None else found


# What is counted


def _members(
    school_class: SchoolClass, first: datetime.date, last: datetime.date
) -> dict[int, list[tuple]]:
    """Every class that the students of this one are in, with who is in it from when until when.

    Only these students.
    """
    between = Q(since__lte=last) & (Q(until__isnull=True) | Q(until__gt=first))
    students = ClassMembership.objects.filter(between, school_class=school_class).values("student")
    found: dict[int, list[tuple]] = defaultdict(list)
    rows = ClassMembership.objects.filter(between, student__in=students).order_by("pk")
    for pk, *row in rows.values_list("school_class", "student", "since", "until"):
        found[pk].append(tuple(row))
    return found


def _extensions(
    students: set[int], first: datetime.date, last: datetime.date
) -> dict[int, list[Extension]]:
    found: dict[int, list[Extension]] = defaultdict(list)
    near = Q(assignment__isnull=True) | Q(due_at__gte=_midnight(first))
    for extension in (
        Extension.objects.standing().filter(near, student__in=students).select_related("assignment")
    ):
        found[extension.student_id].append(extension)
    return found


def assignments_due(
    classes: list[int], first: datetime.date, last: datetime.date
) -> models.QuerySet[Assignment]:
    """Assignments of these classes of what is due in one of them from day to day, by the class's
    own date, with whether students see them.
    """
    of_classes = Assignment.objects.standing().filter(teaching__school_class__in=classes)
    due = of_classes.filter(due_at__gte=_midnight(first), due_at__lt=_midnight(last + ONE_DAY))
    shown = Exists(PlanItem.objects.shown().filter(assignment=OuterRef("pk")))
    return (
        of_classes.filter(homework__in=due.order_by().values("homework"))
        .annotate(is_shown=shown)
        .select_related("homework", "teaching__subject", "teaching__school_class")
        .order_by("due_at", "pk")
    )


def _assignments(
    members: Collection[int],
    first: datetime.date,
    last: datetime.date,
    *,
    teacher: Person | None,
    apart_from: int | None,
    extensions: Mapping[int, list[Extension]],
) -> list[tuple[Assignment, Due]]:
    """Assignments from as early as somebody's extension leads into these days."""
    granted = [each for some in extensions.values() for each in some]
    earliest = (
        first - max((each.days_more for each in granted if each.days_more), default=0) * ONE_DAY
    )
    for each in granted:
        if each.assignment:
            earliest = min(earliest, timezone.localdate(each.assignment.due_at))
    rows = assignments_due(list(members), earliest, last)
    seen = Q(is_shown=True)
    if teacher is not None:
        seen |= Q(teaching__teacher=teacher) | Q(homework__author=teacher)
    if apart_from:
        rows = rows.exclude(homework=apart_from)
    return [(row, _as_due(row, teacher)) for row in rows.filter(seen)]


def _as_due(row: Assignment, teacher: Person | None) -> Due:
    teaching = row.teaching
    return Due(
        assignment=row.pk,
        homework=row.homework_id,
        title=row.homework.title,
        subject=teaching.subject_id,
        subject_title=teaching.subject.title,
        school_class=teaching.school_class_id,
        class_name=teaching.school_class.name,
        minutes=row.homework.minutes,
        is_mine=teacher is not None and teacher.pk in (teaching.teacher_id, row.homework.author_id),
        is_draft=not row.is_shown,
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    """The first instant of that day in Paris."""
    return datetime.datetime.combine(day, datetime.time(), tzinfo=PARIS)
