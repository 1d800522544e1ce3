"""Codes on paper of classes, student by student."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from courses.codes.models import PaperCode
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Organisation, Person, SchoolClass
from courses.people.models.persons import PersonQuerySet
from courses.people.queries.students import students_of

ORDER_OF_THE_ROLL = ("family_name", "given_name", "pk")


@dataclass
class StudentCodes:
    """How many are left, until when, and when the others were used.

    `may_have`: the account opens a student's week at this school and no more.
    """

    student: Person
    school_class: SchoolClass
    may_have: bool
    left: int = 0
    ends_on: datetime.date | None = None
    used: list[datetime.datetime] = field(default_factory=list)

    @property
    def is_without(self) -> bool:
        return self.may_have and not self.left


def may_have_codes(schools: Iterable[Organisation]) -> PersonQuerySet:
    """Whoever prints a slip can log in with it: so no account that opens more than a student's week."""
    return students_of(schools).filter(is_active=True)


def codes_of(
    school: Organisation, classes: Iterable[SchoolClass], day: datetime.date
) -> list[StudentCodes]:
    """Of each student of these classes of the school on that day, class by class; who is in two
    stands in the first. Three queries.
    """
    found: dict[int, StudentCodes] = {}
    may_have = set(may_have_codes([school]).values_list("pk", flat=True))
    held = ClassMembership.objects.on(day).filter(school_class__in=classes)
    for one in held.select_related("student", "school_class").order_by(
        "school_class__name", "school_class_id", *(f"student__{name}" for name in ORDER_OF_THE_ROLL)
    ):
        codes = StudentCodes(one.student, one.school_class, one.student_id in may_have)
        found.setdefault(one.student_id, codes)
    rows = PaperCode.objects.filter(school=school, student__in=found)
    for row in rows.order_by("used_at", "pk"):
        one = found[row.student_id]
        if row.used_at:
            one.used.append(row.used_at)
        elif row.ends_on >= day:
            one.left += 1
            one.ends_on = max(one.ends_on or row.ends_on, row.ends_on)
    return list(found.values())


def whole_classes(school: Organisation) -> QuerySet[SchoolClass]:
    """Of this school year; groups and options hold the same students."""
    return SchoolClass.objects.of_year().filter(school=school, kind=ClassKind.CLASS)
