"""A student's places in classes are put back as they were, where a change was a mistake."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log

from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Organisation, Person, SchoolClass
from courses.people.models.classes import school_year
from courses.people.signals import classes_changed

type Place = list[Any]  # class, first day, first day that is over, as JSON has them


def places_of(
    student: Person, school: Organisation, day: datetime.date, *, whole: bool | None = None
) -> list[Place]:
    """Where the student was, is and will be in the school year of that day, of the school's whole
    classes, of its groups, or of both (None). One query.
    """
    rows = student.class_memberships.filter(
        school_class__school=school, school_class__school_year=school_year(day)
    ).order_by("school_class", "since")
    if whole is not None:
        is_class = Q(school_class__kind=ClassKind.CLASS)
        rows = rows.filter(is_class if whole else ~is_class)
    return [
        [row.school_class_id, f"{row.since}", f"{row.until}" if row.until else None] for row in rows
    ]


def put_back_places(
    *, student: Person, before: list[Place], after: list[Place], by: Person | None
) -> None:
    """Undo the step from `before` to `after`, both from `places_of`. A class that isn't there any
    more is left out.

    Holds the student's row until commit.
    """
    gone = [place for place in after if place not in before]
    back = [place for place in before if place not in after]
    if not gone and not back:
        return
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        held = list(student.class_memberships.values_list("school_class", "since", "until"))
        for school_class, since, until in gone:
            student.class_memberships.filter(
                school_class=school_class, since=since, until=until
            ).delete()
        classes = SchoolClass.objects.in_bulk([place[0] for place in back])
        for pk, since, until in back:
            if pk in classes:
                ClassMembership.objects.create(
                    student=student, school_class_id=pk, since=since, until=until
                )
        log(instance=student, action="classes.put_back", user=by)
        classes_changed.send(ClassMembership, student_id=student.pk, before=held, by=by)
