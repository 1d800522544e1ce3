"""Who may name the servers that say who somebody is."""

from django.contrib.auth.models import AnonymousUser

from courses.people.models import Person


def keeps_identity_providers(person: Person | AnonymousUser) -> bool:
    """Whoever names a server can log in as everybody who has an identifier there, students and
    leaders among them. So no role carries it: a superuser, made on the server's command line.
    """
    return person.is_authenticated and person.is_superuser
