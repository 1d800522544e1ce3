"""Who may, in continuity: predicates on a person, and on a person and a thing.

A stand-in may on their dates only.
"""

import datetime

from django.contrib.auth.models import AnonymousUser

from continuity.models import RollCall
from continuity.models.roll_call import students_looked_after_by
from courses.people.enums import Role
from courses.people.models import Organisation, Person, SchoolClass, Teaching
from courses.people.models.classes import holds_on
from courses.people.permissions import PersonRequest, is_leader, is_student, is_teacher


def is_staff_of_a_school(person: Person | AnonymousUser) -> bool:
    return is_teacher(person) or is_leader(person)


def in_a_school(person: Person | AnonymousUser) -> bool:
    """Whoever lives the week: students, teachers and leaders."""
    return is_student(person) or is_staff_of_a_school(person)


def student_shown(request: PersonRequest) -> Person:
    """The student whose week, homework, answers and rolls the page shows; asks the database nothing.

    Today it is the reader, `request.user`. Language, theme, rights and who does something (`by`) go
    by the reader, what stands on the page by the student. Staff have nothing of a student: for them
    a query about this person finds nothing.
    """
    return request.user


def teaches(person: Person, teaching: Teaching, day: datetime.date | None = None) -> bool:
    """Gives this teaching on that day (today if not said), or stands in for it on that very day."""
    return Teaching.objects.open_to(person, day).filter(pk=teaching.pk).exists()


def is_tutor_of(
    person: Person, school_class: SchoolClass, day: datetime.date | None = None
) -> bool:
    return SchoolClass.objects.tutored_by(person, day).filter(pk=school_class.pk).exists()


def leads(person: Person, school: Organisation) -> bool:
    return school in person.places_as(Role.LEADER)


def is_in(person: Person, school_class: SchoolClass, day: datetime.date) -> bool:
    """A student of the class on that day."""
    return school_class.memberships.filter(holds_on(day), student=person).exists()


def may_read_plans_of(person: Person, school_class: SchoolClass) -> bool:
    """Read without editing: the class tutor and the school's leaders (and whoever teaches there)."""
    return (
        leads(person, school_class.school)
        or is_tutor_of(person, school_class)
        or SchoolClass.objects.taught_by(person).filter(pk=school_class.pk).exists()
    )


def writes_in(person: Person, roll: RollCall) -> bool:
    """As `writable_by`; a leader, where nobody else could finish what was begun."""
    same = RollCall.objects.filter(pk=roll.pk)
    return same.writable_by(person).exists() or same.left_to_leader(person).exists()


def leads_school_of(person: Person, roll: RollCall) -> bool:
    return roll.teaching.school_class.school_id in {
        school.pk for school in person.places_as(Role.LEADER)
    }


def looks_after_somebody_on(person: Person, roll: RollCall) -> bool:
    return roll.lines.filter(student__in=students_looked_after_by(person)).exists()
