"""Who opens resources, and who reads how often they are opened."""

from django.contrib.auth.models import AnonymousUser

from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_student, is_teacher


def opens_resources(person: Person | AnonymousUser) -> bool:
    return is_teacher(person) or is_student(person)


def sees_launches(person: Person | AnonymousUser) -> bool:
    """Numbers by school and week, no person: the Region, which pays for the subscriptions."""
    return person.is_authenticated and (person.is_superuser or Role.OFFICER in person.roles)
