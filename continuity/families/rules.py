"""Why not: notices of absence; who reads a signature. Pure; the database is asked by the callers."""

import datetime

from continuity.families.exceptions import (
    AbsenceEndsBeforeItBegins,
    AbsenceHasBegun,
    AbsenceIsOver,
    AbsenceTooFar,
    AbsenceTooLong,
    MayOnlyBeTold,
    TooManyNotices,
)
from continuity.models import LoanAgreement
from courses.exceptions import Refusal
from courses.people.enums import GuardianQuality
from courses.people.models import Person
from courses.people.models.classes import end_of_school_year
from courses.people.values import folded

LONGEST = 30  # days, both ends included
MOST_TO_COME = 10


def why_not_announce(
    first_day: datetime.date,
    last_day: datetime.date,
    *,
    quality: str,
    to_come: int,
    today: datetime.date,
) -> Refusal | None:
    """`to_come`: the guardian's standing notices for this student that aren't over."""
    if quality != GuardianQuality.AUTHORITY:
        return MayOnlyBeTold()
    if first_day < today:
        return AbsenceIsOver(day=first_day)
    if last_day < first_day:
        return AbsenceEndsBeforeItBegins()
    if (last_day - first_day).days >= LONGEST:
        return AbsenceTooLong(days=LONGEST)
    if last_day > end_of_school_year(today):
        return AbsenceTooFar()
    if to_come >= MOST_TO_COME:
        return TooManyNotices(number=to_come)
    return None


def why_not_change_motive(
    last_day: datetime.date, *, quality: str, today: datetime.date
) -> Refusal | None:
    """Until the last day, which counts."""
    if quality != GuardianQuality.AUTHORITY:
        return MayOnlyBeTold()
    return AbsenceIsOver(day=last_day) if last_day < today else None


def why_not_withdraw(first_day: datetime.date, *, today: datetime.date) -> Refusal | None:
    """Until the first day, which counts."""
    return AbsenceHasBegun() if first_day < today else None


def reads_signature(agreement: LoanAgreement, guardian: Person) -> bool:
    """Who signed reads it; another guardian of the student doesn't. Of an adult whom the desk didn't
    name, the typed name says who it was.
    """
    if agreement.signed_by_id:
        return agreement.signed_by_id == guardian.pk
    if not agreement.signed_name:
        return True
    return folded(agreement.signed_name) == folded(guardian.display_name)
