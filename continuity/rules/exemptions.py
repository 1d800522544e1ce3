"""Why a leave or an exemption can't be entered. Pure."""

import datetime

from continuity.enums import ExemptionKind
from continuity.exceptions.school import ExemptionEndsBeforeItBegins, OnlyALeaveKeepsWorking
from courses.exceptions import Refusal


def why_not_exempt(*, kind: str, first_day: datetime.date, last_day: datetime.date | None, keeps_working: bool) -> Refusal | None:
    if last_day and last_day < first_day:
        return ExemptionEndsBeforeItBegins(first=first_day, last=last_day)
    if keeps_working and kind != ExemptionKind.LEAVE:
        return OnlyALeaveKeepsWorking()
    return None
