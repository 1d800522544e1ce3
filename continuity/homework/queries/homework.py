"""Queries for a homework's pages: its students, who handed in, who is late by their own date, who
is missing.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from continuity.enums import HandInState, Returns
from continuity.homework.queries.due import DueDates, due_dates_by_student
from continuity.homework.queries.own import OwnWork, given_to_classes, works_of_each
from continuity.models import Assignment, Extension, HandIn, Homework, HomeworkEdit, PlanItem, Tick
from continuity.plans.queries.taught import taught_by
from courses.agenda.enums import DayOff
from courses.agenda.queries import SchoolDays
from courses.people.models import ClassMembership, Person, SchoolClass, Teaching
from courses.people.models.classes import holds_on
from courses.people.models.persons import today
from courses.people.values import in_register_order


@dataclass(frozen=True)
class AskedStudent:
    """One student of whom the homework is asked, and how it stands at one moment."""

    student: Person
    due_at: datetime.datetime  # by which it is late or not
    decides: Assignment  # whose date that is, perhaps in another of their classes
    is_extended: bool
    reason: str  # of this class's extension, if it makes it that date
    handin: HandIn | None
    is_done: bool  # ticked off, where nothing comes back
    is_past_due: bool
    is_never_late: bool
    is_exempt: bool  # and nothing was handed in
    extension: Extension | None = None  # given for this assignment, whichever decides
    counts_in: Assignment | None = None  # of another of their classes: it is counted there

    @property
    def is_handed_in(self) -> bool:
        return self.handin is not None or self.is_done

    @property
    def is_again(self) -> bool:
        return self.handin is not None and self.handin.is_asked_again

    @property
    def is_late(self) -> bool:
        """Handed in after their own date; what is to be done again isn't late."""
        return self.handin is not None and self.handin.is_late and not self.is_again

    @property
    def is_missing(self) -> bool:
        """Whether nothing was handed in and their own date is past."""
        return (
            not self.is_handed_in
            and self.is_past_due
            and not self.is_never_late
            and not self.is_exempt
        )

    @property
    def is_awaited(self) -> bool:
        return not self.is_handed_in and not self.is_missing


@dataclass
class AssignmentStanding:
    """An assignment at one moment, student by student, and counted: who is given the same homework
    in another class, too, is counted once, where it counts for them.
    """

    assignment: Assignment
    rows: list[AskedStudent] = field(default_factory=list)

    @property
    def counted(self) -> list[AskedStudent]:
        return [row for row in self.rows if row.counts_in is None]

    @property
    def asked(self) -> int:
        return sum(not row.is_exempt or row.is_handed_in for row in self.counted)

    @property
    def handed_in(self) -> int:
        return sum(row.is_handed_in for row in self.counted)

    @property
    def late(self) -> int:
        return sum(row.is_late for row in self.counted)

    @property
    def again(self) -> int:
        return sum(row.is_again for row in self.counted)

    @property
    def missing(self) -> int:
        return sum(row.is_missing for row in self.counted)

    @property
    def awaited(self) -> int:
        return sum(row.is_awaited and not row.is_exempt for row in self.counted)


def roster(assignment: Assignment) -> models.QuerySet[Person]:
    """Students of the class on the day it is due, and those who did the work before changing class.

    In the order of the roll.
    """
    members = ClassMembership.objects.filter(
        holds_on(timezone.localdate(assignment.due_at)),
        school_class=assignment.teaching.school_class_id,
    )
    handed_in = HandIn.objects.filter(assignment=assignment, state=HandInState.HANDED_IN)
    done = Q(pk__in=handed_in.values("student"))
    if assignment.homework.returns == Returns.NOTHING:
        done |= Q(pk__in=Tick.objects.filter(item__assignment=assignment).values("student"))
    return Person.objects.filter(Q(pk__in=members.values("student")) | done).order_by(
        "family_name", "given_name", "pk"
    )


def standing_of(
    assignment: Assignment,
    now: datetime.datetime,
    *,
    students: models.QuerySet[Person] | None = None,
) -> AssignmentStanding:
    """State of each student's work, by their own date (case C16). Seven queries, whatever their
    number; one more where students are given it in another class, too.

    `students`: those of the roster whom the reader may see; all if not given.
    """
    everybody = roster(assignment)
    people = sorted(
        everybody if students is None else everybody.filter(pk__in=students.values("pk")),
        key=in_register_order,
    )
    due_dates = due_dates_by_student(people, assignment)
    handins = _handins(people, assignment)
    done = _ticked(people, assignment)
    done_for = {**done, **{pk: {handin.assignment_id} for pk, handin in handins.items()}}
    of_classes = given_to_classes(assignment.homework_id)
    works = works_of_each(assignment, of_classes, due_dates, done_for)
    rows = []
    for person in people:
        handin, due = handins.get(person.pk), due_dates[person.pk]
        work = works.get(person.pk) or OwnWork(assignment, assignment)
        if handin is not None:
            work = replace(work, counts=handin.assignment)
        rows.append(_asked(assignment, work, person, due, handin, person.pk in done, now))
    return AssignmentStanding(assignment, rows)


def _handins(people: list[Person], assignment: Assignment) -> dict[int, HandIn]:
    """By student; of who changed class perhaps the one for the old class: it is asked once."""
    of_it = HandIn.objects.handed_in().filter(
        assignment__homework=assignment.homework_id, student__in=people
    )
    read = of_it.select_related("feedback", "assignment__teaching__school_class")
    found: dict[int, HandIn] = {}
    for handin in read.order_by("pk"):
        if handin.assignment_id == assignment.pk or handin.student_id not in found:
            found[handin.student_id] = handin
    return found


def _ticked(people: list[Person], assignment: Assignment) -> dict[int, set[int]]:
    """Assignments of the homework that are ticked off, where nothing comes back; by student."""
    found: dict[int, set[int]] = {}
    if assignment.homework.returns == Returns.NOTHING:
        ticks = Tick.objects.filter(
            item__assignment__homework=assignment.homework_id, student__in=people
        )
        for student, given in ticks.values_list("student", "item__assignment"):
            found.setdefault(student, set()).add(given)
    return found


def _asked(
    assignment: Assignment,
    work: OwnWork,
    student: Person,
    due: DueDates,
    handin: HandIn | None,
    is_done: bool,
    now: datetime.datetime,
) -> AskedStudent:
    counts, decides = work.counts, work.decides
    due_at, more = due.of(decides), due.extension_for(decides)
    subject, school = counts.teaching.subject_id, counts.teaching.school_class.school_id
    is_on_plan = due.is_on_plan(school, subject, timezone.localdate(due_at))
    return AskedStudent(
        student=student,
        due_at=due_at,
        decides=decides,
        is_extended=due_at > decides.due_at,
        reason=more.reason if more and decides.pk == assignment.pk else "",
        handin=handin,
        is_done=is_done,
        is_past_due=due_at < now,
        is_never_late=due.is_never_late(decides),
        is_exempt=handin is None and not is_on_plan,
        extension=due.personal_extensions.get(assignment.pk),
        counts_in=None if counts.pk == assignment.pk else counts,
    )


def to_answer_in(assignment: Assignment) -> int:
    """Number of hand-ins that wait for the teacher's answer."""
    waiting = Q(feedback__isnull=True) | Q(feedback__returned_at__isnull=True)
    return HandIn.objects.handed_in().filter(waiting, assignment=assignment).count()


def would_be_late(assignment: Assignment, due_at: datetime.datetime, now: datetime.datetime) -> int:
    """Number of students who aren't late now, and would be with that date for the class."""
    before = standing_of(assignment, now)
    moved = Assignment(
        pk=assignment.pk, homework=assignment.homework, teaching=assignment.teaching, due_at=due_at
    )
    due_dates = due_dates_by_student([row.student for row in before.rows], moved)
    count = 0
    for row in before.rows:
        if row.is_late or row.is_missing or row.is_exempt or row.counts_in:
            continue
        at = row.handin.handed_in_at if row.handin else now
        count += not row.is_done and due_dates[row.student.pk].is_late(moved, at)
    return count


def own_students(person: Person, assignment: Assignment) -> models.QuerySet[Person] | None:
    """Whom the person may see of those asked: all for whoever teaches or leads, else their own
    class (case C1). None: all.
    """
    school_class = assignment.teaching.school_class
    if Assignment.objects.open_to(person).filter(pk=assignment.pk).exists():
        return None
    if SchoolClass.objects.led_by(person).filter(pk=school_class.pk).exists():
        return None
    tutored = SchoolClass.objects.tutored_by(person)
    return Person.objects.filter(
        pk__in=ClassMembership.objects.filter(holds_on(today()), school_class__in=tutored).values(
            "student"
        )
    )


def edits_since(homework: Homework, handin: HandIn | None) -> list[HomeworkEdit]:
    """Edits of the text after a hand-in, latest first (case C14)."""
    if handin is None or handin.handed_in_at is None:
        return []
    return list(homework.edits.filter(edited_at__gt=handin.handed_in_at))


def withdrawn_from(student: Person) -> models.QuerySet[Assignment]:
    """Assignments that the student was once given, and isn't any more: deleted, or taken off the
    plan. What others were given isn't withdrawn from them.
    """
    given = Assignment.objects.given_to(student).values("pk")
    found = Assignment.objects.once_given_to(student).exclude(pk__in=given)
    return found.select_related("homework", "teaching__subject")


# Lists


def assignments_of(
    school_class: SchoolClass, person: Person, *, sees_all: bool, text: str = ""
) -> models.QuerySet[Assignment]:
    """A class's homework, latest due date first, with how many handed in and how many of these were
    late by their own date, and how many are to be done again.

    `sees_all`: of every subject, for whoever looks after the class; else of what the person teaches
    there.
    """
    teachings = (
        Teaching.objects.filter(school_class=school_class)
        if sees_all
        else Teaching.objects.answered_by(person)
    )
    found = Assignment.objects.standing().filter(
        teaching__school_class=school_class, teaching__in=teachings
    )
    if text:
        found = found.filter(Q(homework__title__icontains=text) | Q(homework__body__icontains=text))
    of_it = Q(handins__state=HandInState.HANDED_IN)
    again = Q(handins__in=HandIn.objects.asked_again().order_by().values("pk"))
    return (
        found.annotate(
            handed_in=Count("handins", filter=of_it),
            again=Count("handins", filter=again),
            late=Count("handins", filter=of_it & Q(handins__is_late=True))
            - Count("handins", filter=again & Q(handins__is_late=True)),
            is_shown=Exists(PlanItem.objects.shown().filter(assignment=OuterRef("pk"))),
        )
        .select_related(
            "homework", "teaching__subject", "teaching__teacher", "teaching__school_class__school"
        )
        .order_by("-due_at", "-pk")
        .fetch_mode(models.FETCH_PEERS)
    )


def deleted_of(
    school_class: SchoolClass, person: Person, now: datetime.datetime
) -> models.QuerySet[Homework]:
    """Deleted homework of a class that the person may bring back, with how many had handed in."""
    mine = Assignment.objects.open_to(person).filter(teaching__school_class=school_class)
    return (
        Homework.objects.deleted(now)
        .filter(pk__in=mine.values("homework"))
        .annotate(
            handed_in=Count(
                "assignments__handins", filter=Q(assignments__handins__state=HandInState.HANDED_IN)
            ),
            due_at=Min("assignments__due_at"),
        )
        .select_related("deleted_by", "subject")
        .order_by("-deleted_at", "-pk")
    )


@dataclass(frozen=True)
class ClosedDue:
    """A due date on a day on which the school has no class: for the teacher to move, or to leave
    (case C6).
    """

    assignment: Assignment
    day: datetime.date
    kind: str
    why: str


def due_on_days_off(assignments: Iterable[Assignment], days: SchoolDays) -> list[ClosedDue]:
    """Those of the assignments that are due on a day without class. Asks the database nothing."""
    found = []
    for assignment in assignments:
        day = timezone.localdate(assignment.due_at)
        if off := days.day_off(day):
            found.append(ClosedDue(assignment, day, off[0], off[1] or str(DayOff(off[0]).label)))
    return found


def to_move_for(teacher: Person, now: datetime.datetime) -> list[ClosedDue]:
    """A teacher's due dates to come that fall on a day without class. One query."""
    taught = taught_by(teacher, timezone.localdate(now))
    coming = Assignment.objects.filter(teaching__in=taught.answered, due_at__gt=now).standing()
    by_school: dict[int, list[Assignment]] = {}
    for assignment in coming.select_related("homework").only(
        "public_id", "due_at", "teaching", "homework__title"
    ):
        assignment.teaching = taught.teachings[assignment.teaching_id]
        by_school.setdefault(assignment.teaching.school_class.school_id, []).append(assignment)
    return [
        closed
        for school, some in by_school.items()
        for closed in due_on_days_off(some, taught.days[school])
    ]
