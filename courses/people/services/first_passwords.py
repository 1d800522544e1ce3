"""First passwords of students, who have no email address: made here, printed once, kept nowhere in
the clear.
"""

import datetime
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from wagtail.log_actions import log

from courses.people.exceptions import SlipsMadeSince
from courses.people.models import LoginSession, Person, SchoolClass, today
from courses.people.queries.students import students_of
from courses.people.services.logins import PAPER_UNUSED

# Read aloud and typed without mistakes: no letter that looks like another, no figure that looks
# like a letter.
CONSONANTS, VOWELS, FIGURES = "bdfgkmnprtvz", "aeiou", "23456789"
SYLLABLES_A_GROUP = 2
HASHED_AT_ONCE = 4


@dataclass(frozen=True)
class Slip:
    """Slip of paper handed to a student."""

    name: str
    login: str
    password: str
    school_class: str = ""


def first_password() -> str:
    """Two groups of letters around one of figures: kanu-7342-fopi."""
    letters = [
        "".join(
            secrets.choice(CONSONANTS) + secrets.choice(VOWELS)
            for _syllable in range(SYLLABLES_A_GROUP)
        )
        for _group in range(2)
    ]
    return f"{letters[0]}-{''.join(secrets.choice(FIGURES) for _figure in range(4))}-{letters[1]}"


def give_first_passwords(
    people: list[Person],
    *,
    now: datetime.datetime,
    school_class: SchoolClass | None = None,
    by: Person | None = None,
) -> list[Slip]:
    """New passwords for accounts that nobody has opened yet, or whose owner asked for one; earlier
    slips stop working.

    Of two that are made at once the later press wins, whichever is hashed first: a browser shows
    what answers the last one. Holds the accounts at the end. Raises `SlipsMadeSince`.
    """
    passwords = [first_password() for _person in people]
    # A fifth of a second each, on purpose: side by side, and before the transaction.
    with ThreadPoolExecutor(HASHED_AT_ONCE) as hashing:
        hashes = list(hashing.map(make_password, passwords))
    ends_at = now + PAPER_UNUSED
    with transaction.atomic():
        held = Person.objects.select_for_update(no_key=True).filter(
            pk__in=[one.pk for one in people]
        )
        if any((one.paper_password_ends_at or now) > ends_at for one in held.order_by("pk")):
            raise SlipsMadeSince
        for person, hashed in zip(people, hashes, strict=True):
            person.password, person.paper_password_ends_at = hashed, ends_at
            log(instance=person, action="people.first_password", user=by)
        Person.objects.bulk_update(people, ["password", "paper_password_ends_at"])
        LoginSession.objects.filter(person__in=people).delete()
    name = school_class.name if school_class else ""
    return [
        Slip(person.display_name, person.login, password, name)
        for person, password in zip(people, passwords, strict=True)
    ]


def without_a_first_login(school_class: SchoolClass) -> list[Person]:
    """Students of the class, and no more than that, who have never been in: theirs are the slips to
    print.
    """
    new = students_of([school_class.school]).filter(last_login__isnull=True, email__isnull=True)
    return list(school_class.students_on(today()).filter(pk__in=new.values("pk")))
