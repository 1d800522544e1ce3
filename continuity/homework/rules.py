"""Why not, about homework. Asks the database nothing."""

from datetime import date, datetime

from django.utils import timezone

from continuity.homework.exceptions import (
    CorrectionBeforeDue,
    DueBeforeItIsGiven,
    DueInThePast,
    ExtensionEndsBeforeItBegins,
    ExtensionNotLater,
    LateAtOnce,
    PastRestoring,
)
from continuity.models import Feedback
from continuity.models.homework import RESTORED_WITHIN
from continuity.school.exceptions import EndsAfterTheSchoolYear
from courses.exceptions import Refusal
from courses.people.models.classes import end_of_school_year


def why_not_due(
    due_at: datetime,
    *,
    school_class: str,
    given_on: date,
    correction_at: datetime | None,
    now: datetime,
) -> Refusal | None:
    """Why a class can't have this new date, or None.

    A day without class is flagged, never refused or moved (case C6).
    """
    if due_at <= now:
        return DueInThePast(school_class=school_class)
    if timezone.localdate(due_at) < given_on:
        return DueBeforeItIsGiven(school_class=school_class)
    return why_not_corrected_then(correction_at, due_at=due_at, school_class=school_class)


def why_not_move_due(
    due_at: datetime,
    *,
    was: datetime,
    school_class: str,
    would_be_late: int,
    correction_at: datetime | None,
) -> Refusal | None:
    """Later is always possible. Earlier is not, once it makes somebody late who isn't."""
    if due_at < was and would_be_late:
        return LateAtOnce(school_class=school_class, students=would_be_late)
    return why_not_corrected_then(correction_at, due_at=due_at, school_class=school_class)


def why_not_corrected_then(
    correction_at: datetime | None, *, due_at: datetime, school_class: str
) -> Refusal | None:
    return (
        CorrectionBeforeDue(school_class=school_class)
        if correction_at and correction_at < due_at
        else None
    )


def why_not_extend(due_at: datetime, *, class_due_at: datetime) -> Refusal | None:
    return ExtensionNotLater(due=class_due_at) if due_at <= class_due_at else None


def why_not_extend_always(first_day: date, last_day: date | None) -> Refusal | None:
    if last_day and last_day < first_day:
        return ExtensionEndsBeforeItBegins()
    if last_day and last_day > (
        until := end_of_school_year(first_day)
    ):  # erased with that year: continuity/register
        return EndsAfterTheSchoolYear(last=last_day, until=until)
    return None


def why_not_restore(deleted_at: datetime, now: datetime) -> Refusal | None:
    return PastRestoring() if now - deleted_at >= RESTORED_WITHIN else None


def is_asked_again(answer: Feedback | None) -> bool:
    """The teacher returned it with “do again”: what comes then isn't late."""
    return answer is not None and answer.asks_again
