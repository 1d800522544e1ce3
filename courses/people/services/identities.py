"""Keys of directories on accounts: put on by a school's set, confirmed and taken off by their owner."""

import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.mail import services as mail
from courses.people.enums import Letters
from courses.people.models import Identity, Organisation, Person
from courses.people.services import logins
from courses.people.services.logins import Attempt


def put_key(
    *, person: Person, namespace: str, value: str, by: Person, school: Organisation | None = None
) -> Identity:
    """On an account that has an owner, who is told: it opens nothing until it is confirmed. A
    student's opens the account at once: the account is the school's. `school`: where it was said.
    """
    with transaction.atomic():
        confirmed_at = None if person.is_adult else timezone.now()
        identity = Identity.objects.create(
            person=person, namespace=namespace, value=value, confirmed_at=confirmed_at
        )
        if person.is_adult:
            mail.post(
                Letters.KEY_PUT,
                about=person,
                to=person,
                key=f"key:{identity.pk}",
                details={
                    "identity": identity.pk,
                    "by": by.display_name,
                    "school": school.name if school else "",
                    "day": f"{timezone.localdate()}",
                },
            )
        place = {"school": school.pk} if school else None
        log(instance=person, action="roster.key", user=by, data=place)
    return identity


def doubt_keys(person: Person) -> bool:
    """Keys of an adult open the account only once its password was typed, as if just put on: a set
    may have put another's beside its address. Whether one opened it until now.
    """
    adults = Person.objects.adults().filter(pk=person.pk)
    held = Identity.objects.filter(person__in=adults).exclude(confirmed_at=None)
    return bool(held.update(confirmed_at=None))


def confirm(identity: Identity, *, password: str, attempt: Attempt, now: datetime.datetime) -> bool:
    """Whether it was the password of the account, typed by somebody whom the directory's server calls
    so. Raises `TooManyAttempts`. The password of a slip is no proof: others print it.
    """
    person = identity.person
    right = logins.is_right(attempt, person=person, password=password, now=now)
    if not right or person.paper_password_ends_at:
        return False
    return bool(Identity.objects.filter(pk=identity.pk).update(confirmed_at=now))  # or taken off


def take_key_off(*, identity: Identity, by: Person, keep: str | None = None) -> None:
    """With what the sets said of it, and with the account's sessions but the one to `keep`: a login
    by the key may have begun them. A later set asks again who it is. The owner reads who did it.
    """
    person = identity.person
    with transaction.atomic():
        log(instance=person, action="people.key_off", user=by)
        if by.pk != person.pk and person.is_adult:
            mail.post(
                Letters.KEY_OFF,
                about=person,
                to=person,
                key=f"key-off:{identity.pk}",
                details={"by": by.display_name, "day": f"{timezone.localdate()}"},
            )
        identity.delete()
        logins.end_other_sessions(people=[person], keep=keep)
