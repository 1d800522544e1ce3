"""Codes on paper of a class, student by student."""

import datetime
from dataclasses import dataclass, field

from courses.codes.models import PaperCode
from courses.people.models import Person, SchoolClass


@dataclass
class StudentCodes:
    """How many are left, until when, and when the others were used."""

    student: Person
    left: int = 0
    ends_on: datetime.date | None = None
    used: list[datetime.datetime] = field(default_factory=list)


def codes_of(school_class: SchoolClass, day: datetime.date) -> list[StudentCodes]:
    """Of each student of the class on that day. Two queries."""
    found = {one.pk: StudentCodes(one) for one in school_class.students_on(day)}
    rows = PaperCode.objects.filter(school=school_class.school, student__in=found)
    for row in rows.order_by("used_at", "pk"):
        one = found[row.student_id]
        if row.used_at:
            one.used.append(row.used_at)
        elif row.ends_on >= day:
            one.left += 1
            one.ends_on = max(one.ends_on or row.ends_on, row.ends_on)
    return list(found.values())
