"""A student's places in classes are put back as they were, where a change was a mistake."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Organisation, Person, SchoolClass
from courses.people.models.classes import school_year
from courses.people.services.held_students import hold_students
from courses.people.services.log_lines import LogLine, log_all
from courses.people.signals import classes_changed

type Place = list[Any]  # class, first day, first day that is over, as JSON has them


def places_of(
    students: Iterable[Person],
    school: Organisation,
    day: datetime.date,
    *,
    whole: bool | None = None,
) -> dict[int, list[Place]]:
    """Where each student was, is and will be in the school year of that day, of the school's whole
    classes, of its groups, or of both (None); by the student's pk. One query.
    """
    pks = [student.pk for student in students]
    rows = ClassMembership.objects.filter(
        student__in=pks, school_class__school=school, school_class__school_year=school_year(day)
    ).order_by("school_class_id", "since")
    if whole is not None:
        is_class = Q(school_class__kind=ClassKind.CLASS)
        rows = rows.filter(is_class if whole else ~is_class)
    found: dict[int, list[Place]] = {pk: [] for pk in pks}
    for pk, school_class, since, until in rows.values_list(
        "student", "school_class", "since", "until"
    ):
        found[pk].append([school_class, f"{since}", f"{until}" if until else None])
    return found


@dataclass(frozen=True)
class PlacesStep:
    """What changed of a student's places, both sides from `places_of`."""

    student: Person
    before: list[Place]
    after: list[Place]

    @property
    def gone(self) -> list[Place]:
        return [place for place in self.after if place not in self.before]

    @property
    def back(self) -> list[Place]:
        return [place for place in self.before if place not in self.after]


def put_back_places(steps: Iterable[PlacesStep], *, by: Person | None) -> None:
    """Undo these steps, each of another student. A class that isn't there any more is left out.

    Holds the students' rows until commit. As many statements as for one student.
    """
    of_student = {step.student: step for step in steps if step.gone or step.back}
    if not of_student:
        return
    with transaction.atomic():
        held = hold_students(of_student)
        gone = [
            place.pk
            for one in held
            for place in one.places
            if [place.school_class_id, f"{place.since}", f"{place.until}" if place.until else None]
            in of_student[one.student].gone
        ]
        if gone:
            ClassMembership.objects.filter(pk__in=gone).delete()
        back = [(one.student, place) for one in held for place in of_student[one.student].back]
        there = SchoolClass.objects.in_bulk({place[0] for _student, place in back})
        ClassMembership.objects.bulk_create(
            ClassMembership(student=student, school_class_id=pk, since=since, until=until)
            for student, (pk, since, until) in back
            if pk in there
        )
        log_all((LogLine(one.student, "classes.put_back") for one in held), by=by)
        before = {one.student.pk: one.stays for one in held}
        classes_changed.send(ClassMembership, before=before, by=by)
