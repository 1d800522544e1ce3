"""Who opens resources."""

from django.contrib.auth.models import AnonymousUser

from courses.launches.models import Launch
from courses.people.models import Person
from courses.people.permissions import is_student, is_teacher


def opens_resources(person: Person | AnonymousUser) -> bool:
    return is_teacher(person) or is_student(person)


def reads_own_launches(person: Person | AnonymousUser) -> bool:
    """Also who has left all schools since: the openings are theirs for six months."""
    if opens_resources(person):
        return True
    return person.is_authenticated and Launch.objects.filter(person=person).exists()
