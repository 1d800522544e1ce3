"""The last day of a loan."""

import datetime

from continuity.equipment.exceptions import LoanTooLong
from courses.exceptions import Refusal
from courses.people.models.classes import end_of_next_school_year


def why_too_long(due_on: datetime.date, *, today: datetime.date) -> Refusal | None:
    """At most until the end of the next school year, as a day can be typed."""
    last = end_of_next_school_year(today)
    return LoanTooLong(day=last) if due_on > last else None
