"""Classes, who is in them and who looks after them. Overlaps are refused here, under a lock: SQLite
has no exclusion constraint.

Memberships of a class are half-open: `until` is the first day on which one holds no more.
"""

import datetime
from collections.abc import Iterable
from operator import attrgetter

from django.db import transaction
from django.db.models import QuerySet
from wagtail.log_actions import log

from courses.people.enums import Role
from courses.people.exceptions import ClassNameTaken, NotATeacherThere
from courses.people.models import (
    ClassMembership,
    Organisation,
    Person,
    SchoolClass,
    Tutorship,
    today,
)
from courses.people.models.classes import holds_on, school_year
from courses.people.rules.class_changes import ClassChange, change_of_class
from courses.people.rules.classes import why_not_join_class
from courses.people.rules.memberships import is_there
from courses.people.signals import classes_changed

type Stays = list[tuple[int, datetime.date, datetime.date | None]]  # class, first day, end


def open_class(
    *, school: Organisation, kind: str, name: str, level: str = "", by: Person | None = None
) -> SchoolClass:
    """A class, group or option of the current school year.

    Holds the school's row until commit. Raises `ClassNameTaken`.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school.pk)
        year = school_year(today())
        if SchoolClass.objects.filter(school=school, school_year=year, name__iexact=name).exists():
            raise ClassNameTaken(name=name)
        school_class = SchoolClass.objects.create(
            school=school, kind=kind, name=name, level=level, school_year=year
        )
        log(instance=school_class, action="classes.open", user=by)
    return school_class


def join_class(
    *,
    student: Person,
    school_class: SchoolClass,
    since: datetime.date | None = None,
    by: Person | None = None,
) -> ClassMembership:
    """Put the student into the class from that day on. Joining twice on the same day gives the same
    membership.

    Holds the student's row until commit. Raises a `Refusal`: not a student there, in the class or
    in another whole class already.
    """
    since = since or today()
    with transaction.atomic():
        before = _hold(student)
        others = list(student.class_memberships.select_related("school_class"))
        if same := next(
            (
                m
                for m in others
                if m.school_class_id == school_class.pk and m.since == since and m.until is None
            ),
            None,
        ):
            return same
        if refusal := why_not_join_class(
            student,
            school_class,
            since,
            held=student.memberships.all(),
            others=others,
            today=today(),
        ):
            raise refusal
        membership = ClassMembership.objects.create(
            student=student, school_class=school_class, since=since
        )
        log(instance=student, action="classes.join", user=by, data={"class": school_class.name})
        _tell(student, before, by)
    return membership


def draw(
    *,
    students: Iterable[Person],
    school_class: SchoolClass,
    since: datetime.date | None = None,
    by: Person | None = None,
) -> list[ClassMembership]:
    """All of them into a group, or nobody. As `join_class`."""
    with transaction.atomic():
        return [
            join_class(student=student, school_class=school_class, since=since, by=by)
            for student in sorted(students, key=attrgetter("pk"))  # as others hold them
        ]


def leave_class(
    *,
    student: Person,
    school_class: SchoolClass,
    until: datetime.date | None = None,
    by: Person | None = None,
) -> ClassMembership | None:
    """End the open membership: `until` is the first day that doesn't count. What was done in the
    class is kept.

    One that would not have had a day is taken away: then the answer is None, as for somebody who
    isn't in the class. Holds the student's row until commit.
    """
    until = until or today()
    with transaction.atomic():
        before = _hold(student)
        membership = student.class_memberships.filter(
            school_class=school_class, until__isnull=True
        ).first()
        if membership is None:
            return None
        ended = _leave(membership, until, by)
        _tell(student, before, by)
    return ended


def leave_all_classes(
    *, student: Person, school: Organisation, until: datetime.date, by: Person | None = None
) -> None:
    """End all of the school's; what was entered ahead is cancelled. As `leave_class`."""
    with transaction.atomic():
        before = _hold(student)
        for membership in _held_after(student, school, until):
            _leave(membership, until, by)
        _tell(student, before, by)


def lost_by_leaving(
    student: Person, school: Organisation, until: datetime.date
) -> list[ClassMembership]:
    """Those that `leave_all_classes` takes away for good: they would not have had a day."""
    return [one for one in _held_after(student, school, until) if _has_no_day(one, until)]


def _held_after(
    student: Person, school: Organisation, day: datetime.date
) -> QuerySet[ClassMembership]:
    held = student.class_memberships.filter(school_class__school=school)
    return held.exclude(until__lte=day).select_related("school_class")


def _leave(
    membership: ClassMembership, until: datetime.date, by: Person | None
) -> ClassMembership | None:
    name = membership.school_class.name
    log(instance=membership.student, action="classes.leave", user=by, data={"class": name})
    return _end(membership, until)


def take_back(
    *, student: Person, school: Organisation, on: datetime.date, by: Person | None = None
) -> int:
    """Open the memberships of this year's classes of the school again that ended on that day.

    Says how many.
    """
    with transaction.atomic():
        before = _hold(student)
        year = school_year(today())
        ended = student.class_memberships.filter(
            school_class__school=school, school_class__school_year=year, until=on
        )
        opened = student.class_memberships.filter(until=None).values("school_class")
        number = ended.exclude(school_class__in=opened).update(until=None)
        _tell(student, before, by)
    return number


def change_class(
    *, student: Person, to: SchoolClass, on: datetime.date | None = None, by: Person | None = None
) -> ClassChange:
    """From that day on the student is in `to` and in no other class of that school; groups and
    options stay as they are. As `change_of_class`, whose answer is saved.

    Holds the student's row until commit. Idempotent. Raises a `Refusal`.
    """
    on = on or today()
    with transaction.atomic():
        before = _hold(student)
        change = change_of_class(
            student,
            to,
            on,
            held=student.memberships.all(),
            memberships=student.class_memberships.select_related("school_class"),
            today=today(),
        )
        if change.changes_something:
            _save(change, student)
            log(
                instance=student,
                action="classes.change",
                user=by,
                data={
                    "from": change.left_on(on),
                    "to": to.name,
                    "since": change.place.since.isoformat(),
                    "cancelled": [stay.school_class.name for stay in change.cancelled(today())],
                },
            )
            _tell(student, before, by)
    return change


def _save(change: ClassChange, student: Person) -> None:
    kept = {stay.row for stay in change.after}
    for stay in change.before:
        if stay.row and stay.row not in kept:
            stay.row.delete()
    for stay in change.after:  # in order: one ends before it begins anew
        row = stay.row or ClassMembership(student=student, school_class=stay.school_class)
        if stay.row is None or (row.since, row.until) != (stay.since, stay.until):
            row.since, row.until = stay.since, stay.until
            row.save()


def _tell(student: Person, before: Stays, by: Person | None) -> None:
    classes_changed.send(ClassMembership, student_id=student.pk, before=before, by=by)


def _has_no_day(membership: ClassMembership | Tutorship, until: datetime.date) -> bool:
    return until <= membership.since


def _end[Period: (ClassMembership, Tutorship)](
    membership: Period, until: datetime.date
) -> Period | None:
    if _has_no_day(membership, until):
        membership.delete()
        return None
    membership.until = until
    membership.save(update_fields=["until"])
    return membership


def look_after(
    *, school_class: SchoolClass, teacher: Person, by: Person | None = None
) -> Tutorship:
    """Make the teacher the class's tutor from today; who was it before is it no more.

    Holds the class's row until commit.
    """
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        if not is_there(Role.TEACHER, school_class.school, today(), teacher.memberships.all()):
            raise NotATeacherThere(
                teacher=teacher.display_name, school=school_class.school.name, day=today()
            )
        current = list(school_class.tutorships.filter(holds_on(today())))
        if already := next(
            (tutorship for tutorship in current if tutorship.teacher_id == teacher.pk), None
        ):
            return already
        for tutorship in current:
            _end(tutorship, today())
        tutorship = Tutorship.objects.create(
            school_class=school_class, teacher=teacher, since=today()
        )
        log(
            instance=school_class,
            action="classes.look_after",
            user=by,
            data={"teacher": teacher.display_name},
        )
    return tutorship


def _hold(student: Person) -> Stays:
    Person.objects.select_for_update().get(pk=student.pk)
    return list(student.class_memberships.values_list("school_class", "since", "until"))
