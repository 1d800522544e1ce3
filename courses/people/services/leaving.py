"""Somebody has left: the account keeps its rows, and loses its person."""

import datetime

from courses.people.models import Person


def anonymise(person: Person, *, now: datetime.datetime) -> None:
    """No name, no address, no password: nothing in the row says who it was. Called with the row locked."""
    person.login = f"erased-{person.public_id}".lower()
    person.email = None
    person.given_name = person.family_name = person.usage_name = ""
    person.last_login = None
    person.is_active = person.is_superuser = False
    person.erased_at = now
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
