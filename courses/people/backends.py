"""Logging in with a login or an email address, whatever the capitals; and the store of sessions,
which know their person.
"""

import datetime
from typing import cast

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends import db
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from courses.people.models import LoginSession, Person

# A session on a shared computer ends with the browser; a browser that is never closed, after this.
SHARED_AT_MOST = datetime.timedelta(hours=4)


def person_named(typed: str) -> Person | None:
    """Return the person by login or by email address.

    The login first, so that nobody takes another's place by writing their login as an address.
    """
    typed = typed.strip().lower()
    return Person.objects.filter(login=typed).first() or Person.objects.with_address(typed).first()


class LoginOrMailBackend(ModelBackend):
    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or password is None:
            return None
        person = person_named(username)
        if person is None:
            make_password(
                password
            )  # as long as a wrong password takes: the clock must not tell who is known
            return None
        if person.check_password(password) and self.user_can_authenticate(person):
            return person
        return None


class SessionStore(db.SessionStore):
    """Django's own, with the person, the device and the moment in columns of the row."""

    @classmethod
    def get_model_class(cls):
        return LoginSession

    def create_model_instance(self, data):
        row = cast(LoginSession, super().create_model_instance(data))
        row.person_id = data.get(SESSION_KEY)
        row.device, row.is_shared = data.get("device", ""), data.get("is_shared", False)
        row.began_at = parse_datetime(data.get("began_at", "")) or timezone.now()
        if row.is_shared:
            ends_at = parse_datetime(data.get("ends_at", "")) or row.began_at + SHARED_AT_MOST
            row.expire_date = min(ends_at, row.began_at + SHARED_AT_MOST)
        return row
