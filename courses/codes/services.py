"""Codes on paper: made for students, used once, taken back by the next ones."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from courses.codes import rules
from courses.codes.exceptions import CodeEnded, CodeUsed
from courses.codes.models import PaperCode
from courses.codes.queries import may_have_codes
from courses.people.enums import Role
from courses.people.models import Organisation, Person
from courses.people.services.first_passwords import first_password
from courses.people.services.log_lines import LogLine, log_all

SALT = "courses.codes"
ON_A_SLIP = 5


@dataclass(frozen=True)
class CodeSlip:
    """Slip of paper for one student."""

    student: Person
    codes: list[str]
    ends_on: datetime.date


def give(
    students: Sequence[Person],
    *,
    school: Organisation,
    by: Person,
    press: str,
    now: datetime.datetime,
    anew: bool = False,
) -> list[CodeSlip]:
    """Five codes for each who has none; each code is known to its paper alone.

    `anew`: also for those who have some, which stop working. Else whoever was given a slip since the
    page was read, as by a colleague, is left out, and that slip stays good.
    `press`: names the form that was sent. Of a double press both slips are good: the browser shows
    what answers the second, and either may be written last.
    """
    day = timezone.localdate(now)
    ends_on = rules.end_of_term(day)
    earlier = PaperCode.objects.filter(school=school, used_at=None).exclude(press=press)
    with transaction.atomic():
        allowed = may_have_codes([school]).filter(pk__in=[one.pk for one in students])
        held = Person.objects.select_for_update(no_key=True).filter(pk__in=allowed.values("pk"))
        wanted = set(held.order_by("pk").values_list("pk", flat=True))
        if not anew:
            # Read once they are held: what a colleague is giving at this moment is seen.
            given = earlier.good_on(day).filter(student__in=wanted)
            wanted -= set(given.values_list("student", flat=True))
        slips = [
            CodeSlip(one, [first_password() for _n in range(ON_A_SLIP)], ends_on)
            for one in students
            if one.pk in wanted
        ]
        earlier.filter(student__in=wanted).delete()
        PaperCode.objects.bulk_create(
            PaperCode(
                student=slip.student,
                school=school,
                mark=_mark(slip.student, code),
                made_at=now,
                made_by=by,
                press=press,
                ends_on=ends_on,
            )
            for slip in slips
            for code in slip.codes
        )
        log_all([LogLine(slip.student, "codes.give") for slip in slips], by=by)
    return slips


def use(student: Person, typed: str, now: datetime.datetime) -> bool:
    """Whether it is a code of the student that is still good; it isn't any more afterwards. Of two
    browsers that send it at once, one gets in. Raises `CodeUsed`, `CodeEnded`.
    """
    code = rules.as_printed(typed)
    if not code:
        return False
    schools = student.places_as(Role.STUDENT)
    if not may_have_codes(schools).filter(pk=student.pk).exists():
        return False
    day = timezone.localdate(now)
    of_paper = PaperCode.objects.filter(
        student=student, mark=_mark(student, code), school__in=schools
    )
    if of_paper.good_on(day).update(used_at=now):
        return True
    if row := of_paper.first():
        raise CodeUsed(moment=row.used_at) if row.used_at else CodeEnded(day=row.ends_on)
    return False


def left(student: Person, now: datetime.datetime) -> int:
    """Codes that are still good."""
    return PaperCode.objects.good_on(timezone.localdate(now)).filter(student=student).count()


def _mark(student: Person, code: str) -> str:
    return salted_hmac(SALT, f"{student.pk}\n{code}", algorithm="sha256").hexdigest()
