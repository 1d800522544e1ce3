"""Why a leave or an exemption can't be entered. Pure."""

import datetime

from continuity.enums import ExemptionKind
from continuity.school.exceptions import (
    EndsAfterTheSchoolYear,
    ExemptionEndsBeforeItBegins,
    OnlyALeaveKeepsWorking,
)
from courses.exceptions import Refusal
from courses.people.models.classes import end_of_school_year


def why_not_exempt(
    *, kind: str, first_day: datetime.date, last_day: datetime.date | None, keeps_working: bool
) -> Refusal | None:
    if last_day and last_day < first_day:
        return ExemptionEndsBeforeItBegins(first=first_day, last=last_day)
    if last_day and last_day > (
        until := end_of_school_year(first_day)
    ):  # erased with that year: continuity/register
        return EndsAfterTheSchoolYear(last=last_day, until=until)
    if keeps_working and kind != ExemptionKind.LEAVE:
        return OnlyALeaveKeepsWorking()
    return None
