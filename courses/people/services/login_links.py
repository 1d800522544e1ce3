"""Logging in by a link in an email, for a day on which an ENT doesn't answer or a password is away."""

import datetime

from django.db import transaction
from django.utils import timezone

from courses.mail import services as mail
from courses.mail.models import Letter
from courses.people.enums import Letters
from courses.people.models import Person
from courses.people.models.logins import login_links
from courses.people.services.accounts import SECONDS_PER_LETTER
from courses.people.services.identities import doubt_keys
from courses.people.services.logins import end_other_sessions


def ask_for_link(address: str) -> Letter | None:
    """Post the letter with the link, if that is somebody's address. The page says the same either
    way.
    """
    person = Person.objects.with_address(address).filter(is_active=True).first()
    if person is None:
        return None
    moment = int(timezone.now().timestamp()) // SECONDS_PER_LETTER
    last = int(person.last_login.timestamp()) if person.last_login else 0
    key = f"login-link:{person.pk}:{last}:{moment}"
    return mail.post(Letters.LOGIN_LINK, about=person, to=person, key=key)


def whose_link(public_id: str, token: str) -> Person | None:
    person = Person.objects.filter(public_id=public_id, is_active=True).first()
    return person if person and login_links.check_token(person, token) else None


def use_link(public_id: str, token: str, now: datetime.datetime) -> Person | None:
    """Whose it is; it opens nothing any more afterwards. Of two presses at once one gets in.

    An account without a password may be open by a key, too, as a set opened it: whoever reads its
    emails shows that it is in use, and the key has to be confirmed. Sessions that it began end.
    """
    with transaction.atomic():
        held = Person.objects.select_for_update(no_key=True).filter(public_id=public_id)
        person = held.filter(is_active=True).first()
        if person is None or not login_links.check_token(person, token):
            return None
        person.last_login = now
        person.save(update_fields=["last_login"])
        if not person.has_usable_password() and doubt_keys(person):
            end_other_sessions(people=[person], keep=None)
    return person
