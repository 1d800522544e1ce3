"""Why a loan whose student has left the school can't follow to another one. Pure."""

import datetime

from continuity.equipment.exceptions import LastDayHasPassed, LeftThere, LoanHasEnded, StillHere
from continuity.models import Loan
from courses.exceptions import Refusal
from courses.people.models import Organisation


def why_not_follow(
    loan: Loan, to: Organisation, *, schools: list[Organisation], today: datetime.date
) -> Refusal | None:
    """`schools`: those of which the student is one today."""
    name = loan.student.display_name
    if loan.ended_at:
        return LoanHasEnded()
    if loan.school in schools:
        return StillHere(student=name)
    if to not in schools:
        return LeftThere(student=name, school=to.name)
    return LastDayHasPassed() if loan.due_on < today else None
