"""A school's timetables from files, in a known number of queries."""

import datetime

from courses.agenda.models import ClassHour
from courses.agenda.queries import ONE_DAY
from courses.people.models import Organisation
from courses.timetables.enums import HourChangeKind, TimetableState
from courses.timetables.models import TimetableImport

SHOWN = 20  # imports in the list


def imports_of(school: Organisation) -> list[TimetableImport]:
    """The latest ones. One query."""
    return list(TimetableImport.objects.filter(school=school).select_related("by")[:SHOWN])


def last_applied(school: Organisation) -> TimetableImport | None:
    return TimetableImport.objects.filter(school=school, state=TimetableState.APPLIED).first()


def next_monday(day: datetime.date) -> datetime.date:
    """The first Monday after that day."""
    return day + (8 - day.isoweekday()) * ONE_DAY


def hours_made(one: TimetableImport) -> list[ClassHour]:
    """The hours that it began and that are there. One query."""
    made = one.changes.filter(kind=HourChangeKind.NEW, hour__isnull=False).values("hour")
    return list(
        ClassHour.objects.filter(pk__in=made).select_related(
            "teaching__school_class", "teaching__subject"
        )
    )
