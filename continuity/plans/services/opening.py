"""A student opened their week: a sign of life, one row a day."""

import datetime

from continuity.models import WeekOpening
from courses.people.models import Person


def note(*, student: Person, day: datetime.date) -> None:
    """One statement (INSERT … ON CONFLICT DO NOTHING), however often it is called that day."""
    WeekOpening.objects.bulk_create([WeekOpening(student=student, day=day)], ignore_conflicts=True)
