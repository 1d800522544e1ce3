"""Silence and signs of life."""

import datetime

from continuity.models import WeekOpening
from courses.agenda.queries import ONE_WEEK, monday_of
from tests.factories.continuity import SchoolClassFactory, part_of, teaching

# With the usual moment, Wednesday 25 November 2026: five school days before it.
FIVE_DAYS_AGO = datetime.date(2026, 11, 17)  # five full days lie between it and that Wednesday


def planned_class(*, weeks: int = 14, until: datetime.date = datetime.date(2026, 11, 25), **fields):
    """A class with a published plan for each of the last weeks; and who teaches it."""
    of = teaching(SchoolClassFactory(**fields))
    monday = monday_of(until)
    for week in range(weeks):
        part_of(of, monday - week * ONE_WEEK)
    return of


def opened(student, day: datetime.date) -> None:
    WeekOpening.objects.get_or_create(student=student, day=day)
