"""Logging in with a login or a mail address, whatever the capitals."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password

from courses.people.models import Person


def counted_as(request, credentials) -> str:
    """The name under which failed attempts are counted: other capitals are not a new start."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return typed.strip().lower()


class LoginOrMailBackend(ModelBackend):
    """The login first, so that nobody takes another's place by writing their login as an address."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or password is None:
            return None
        typed = username.strip().lower()
        person = Person.objects.filter(login=typed).first() or Person.objects.with_address(typed).first()
        if person is None:
            make_password(password)  # as long as a wrong password takes: the clock must not tell who is known
            return None
        if person.check_password(password) and self.user_can_authenticate(person):
            return person
        return None
