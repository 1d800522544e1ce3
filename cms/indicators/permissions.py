"""Who reads figures: the Region and the académie all of them, a school's leader their own."""

from django.contrib.auth.models import AnonymousUser

from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_leader, is_registrar


def reads_figures_of_the_region(person: Person | AnonymousUser) -> bool:
    """The Region's officers, the académie's registrars. No name comes with it."""
    return person.is_authenticated and (is_registrar(person) or Role.OFFICER in person.roles)


def reads_figures(person: Person | AnonymousUser) -> bool:
    """These, and school leaders: of which schools, the query says."""
    return reads_figures_of_the_region(person) or is_leader(person)
