"""Extensions as staff read and keep them.

A student's own are part of their due dates, see `due`.
"""

import datetime
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils import timezone

from continuity.models import Assignment, Extension
from courses.people.enums import Role
from courses.people.models import ClassMembership, Person, SchoolClass, Teaching
from courses.people.models.classes import holds_on
from courses.people.models.persons import today


def kept_by(person: Person) -> models.QuerySet[Extension]:
    """Personal ones by whoever teaches the class; standing ones by the student's class tutor and
    the school's leaders.
    """
    tutored = ClassMembership.objects.filter(
        holds_on(today()), school_class__in=SchoolClass.objects.tutored_by(person)
    )
    led = person.places_as(Role.LEADER)
    return Extension.objects.standing().filter(
        Q(assignment__in=Assignment.objects.open_to(person))
        | Q(assignment__isnull=True, student__in=tutored.values("student"))
        | Q(assignment__isnull=True, school__in=led)
    )


@dataclass(frozen=True)
class OfClass:
    always: list[Extension]
    personal: list[Extension]


def of_class(
    school_class: SchoolClass, person: Person, *, sees_all: bool, now: datetime.datetime
) -> OfClass:
    """Those of the class's students that still matter: standing ones, and personal ones on this
    class's homework to come.

    `sees_all`: of every subject; else of what the person teaches. Two queries.
    """
    students = school_class.memberships.filter(holds_on(timezone.localdate(now))).values("student")
    found = (
        Extension.objects.standing()
        .filter(student__in=students)
        .select_related("student", "granted_by")
    )
    always = found.filter(assignment__isnull=True).filter(
        Q(last_day__isnull=True) | Q(last_day__gte=timezone.localdate(now))
    )
    personal = found.filter(
        assignment__teaching__school_class=school_class,
        assignment__homework__deleted_at__isnull=True,
        due_at__gt=now,
    )
    if not sees_all:
        personal = personal.filter(assignment__teaching__in=Teaching.objects.answered_by(person))
    personal = personal.select_related("assignment__homework").order_by("due_at", "pk")
    return OfClass(
        list(always.order_by("student__family_name", "student__given_name", "pk")), list(personal)
    )


def class_to_go_back_to(extension: Extension, person: Person) -> SchoolClass | None:
    """The student's class, of those that the person sees."""
    of_student = SchoolClass.objects.of_student(extension.student)
    return (
        of_student.filter(pk__in=SchoolClass.objects.visible_to(person).values("pk"))
        .order_by("kind", "pk")
        .first()
    )
