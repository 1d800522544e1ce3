"""Why not: students and teachers of a class. Pure; the database is asked by the callers.

What is half-open ends on a day that doesn't count any more.
"""

import datetime
from collections.abc import Iterable

from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.exceptions import (
    AlreadyInClass,
    AlreadyStoodInFor,
    AlreadyTeaches,
    InAClassElsewhere,
    InAnotherClass,
    NotAStudentThere,
    NotATeacherThere,
    NotInTheYearOfTheClass,
    OutsideTheTeaching,
    PeriodEndsBeforeItBegins,
    StandInLeaves,
    StandsInForOneself,
)
from courses.people.models import (
    ClassMembership,
    Membership,
    Person,
    SchoolClass,
    StandIn,
    Subject,
    Teaching,
)
from courses.people.models.classes import school_year
from courses.people.rules.memberships import is_there, last_day_there, stays_there


def overlap(
    since: datetime.date,
    until: datetime.date | None,
    other: Membership | ClassMembership | Teaching,
) -> bool:
    """Whether both half-open periods share a day; one that begins when the other ends doesn't."""
    return since < (other.until or datetime.date.max) and other.since < (until or datetime.date.max)


def why_not_join_class(
    student: Person,
    school_class: SchoolClass,
    since: datetime.date,
    *,
    held: Iterable[Membership],
    others: Iterable[ClassMembership],
    today: datetime.date,
) -> Refusal | None:
    """`held`: the student's memberships of organisations; `others`: of classes, with the class.

    From `since`, without end.
    """
    if not stays_there(Role.STUDENT, school_class.school, since, held, today=today):
        return NotAStudentThere(
            student=student.display_name, school=school_class.school.name, day=since
        )
    if refusal := why_not_in_year(school_class, since):
        return refusal
    for other in others:
        if overlap(since, None, other):
            said = {
                "student": student.display_name,
                "school_class": other.school_class.name,
                "since": other.since,
            }
            if other.school_class_id == school_class.pk:
                return AlreadyInClass(**said)
            if school_class.is_a_whole_class and other.school_class.is_a_whole_class:
                if other.school_class.school_id != school_class.school_id:
                    return InAClassElsewhere(student=student.display_name)
                return InAnotherClass(**said)
    return None


def why_not_in_year(school_class: SchoolClass, day: datetime.date) -> Refusal | None:
    """Allow days of the class's year: in August a year ends and the next has begun."""
    years = {school_year(day), school_year(day - datetime.timedelta(days=31))}
    if school_class.school_year in years:
        return None
    return NotInTheYearOfTheClass(day=day, school_class=school_class.name)


def why_not_teach(
    teacher: Person,
    subject: Subject,
    school_class: SchoolClass,
    since: datetime.date,
    until: datetime.date | None,
    *,
    held: Iterable[Membership],
    others: Iterable[Teaching],
) -> Refusal | None:
    """`others`: what is taught in that class otherwise."""
    if until and until <= since:
        return PeriodEndsBeforeItBegins(since=since, until=until)
    if not is_there(Role.TEACHER, school_class.school, since, held):
        return NotATeacherThere(
            teacher=teacher.display_name, school=school_class.school.name, day=since
        )
    for other in others:
        if (
            other.teacher_id == teacher.pk
            and other.subject_id == subject.pk
            and overlap(since, until, other)
        ):
            return AlreadyTeaches(
                teacher=teacher.display_name, subject=subject.title, school_class=school_class.name
            )
    return None


def why_not_stand_in(
    teaching: Teaching,
    teacher: Person,
    first_day: datetime.date,
    last_day: datetime.date,
    *,
    held: Iterable[Membership],
    others: Iterable[StandIn],
) -> Refusal | None:
    """Both days included. `others`: the stand-ins of that teaching, with their teachers."""
    held = list(held)
    school_class = teaching.school_class
    if last_day < first_day:
        return PeriodEndsBeforeItBegins(since=first_day, until=last_day)
    if teacher.pk == teaching.teacher_id:
        return StandsInForOneself(teacher=teacher.display_name)
    if first_day < teaching.since or (teaching.until and last_day >= teaching.until):
        return OutsideTheTeaching(subject=teaching.subject.title, school_class=school_class.name)
    if not is_there(Role.TEACHER, school_class.school, first_day, held):
        return NotATeacherThere(
            teacher=teacher.display_name, school=school_class.school.name, day=first_day
        )
    last_there = last_day_there(Role.TEACHER, school_class.school, first_day, held)
    if last_there and last_there < last_day:
        return StandInLeaves(
            teacher=teacher.display_name, school=school_class.school.name, day=last_there
        )
    for other in others:
        if first_day <= other.last_day and other.first_day <= last_day:
            return AlreadyStoodInFor(
                teacher=other.teacher.display_name, first=other.first_day, last=other.last_day
            )
    return None
