"""Codes on paper: made for students, used once, taken back by the next ones."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from wagtail.log_actions import log

from courses.codes import rules
from courses.codes.models import PaperCode
from courses.people.enums import Role
from courses.people.models import Organisation, Person
from courses.people.services.first_passwords import first_password

SALT = "courses.codes"
ON_A_SLIP = 5


@dataclass(frozen=True)
class CodeSlip:
    """Slip of paper for one student."""

    name: str
    login: str
    codes: list[str]
    ends_on: datetime.date


def give(
    students: Iterable[Person],
    *,
    school: Organisation,
    by: Person,
    press: str,
    now: datetime.datetime,
) -> list[CodeSlip]:
    """Five codes for each; those of an earlier slip that weren't used stop working. Each is known
    to its paper alone.

    `press`: names the form that was sent. Of a double press both slips are good: the browser shows
    what answers the second, and either may be written last.
    """
    ends_on = rules.end_of_term(timezone.localdate(now))
    made = [(student, [first_password() for _n in range(ON_A_SLIP)]) for student in students]
    rows = [
        PaperCode(
            student=student,
            school=school,
            mark=_mark(student, code),
            made_at=now,
            made_by=by,
            press=press,
            ends_on=ends_on,
        )
        for student, codes in made
        for code in codes
    ]
    earlier = PaperCode.objects.filter(school=school, used_at=None).exclude(press=press)
    with transaction.atomic():
        earlier.filter(student__in=[student.pk for student, _codes in made]).delete()
        PaperCode.objects.bulk_create(rows)
        for student, _codes in made:
            log(instance=student, action="codes.give", user=by)
    return [
        CodeSlip(student.display_name, student.login, codes, ends_on) for student, codes in made
    ]


def use(student: Person, typed: str, now: datetime.datetime) -> bool:
    """Whether it is a code of the student that is still good; it isn't any more afterwards. Of two
    browsers that send it at once, one gets in.
    """
    code = rules.as_printed(typed)
    if not code:
        return False
    good = PaperCode.objects.good_on(timezone.localdate(now)).filter(
        student=student,
        mark=_mark(student, code),
        school__in=[school.pk for school in student.places_as(Role.STUDENT)],
    )
    return bool(good.update(used_at=now))


def left(student: Person, now: datetime.datetime) -> int:
    """Codes that are still good."""
    return PaperCode.objects.good_on(timezone.localdate(now)).filter(student=student).count()


def _mark(student: Person, code: str) -> str:
    return salted_hmac(SALT, f"{student.pk}\n{code}", algorithm="sha256").hexdigest()
