"""Dates of a month and their sheets, of all providers or one."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.agenda.models import Meeting
from courses.agenda.models.meetings import MeetingQuerySet
from courses.dates import month_bounds
from courses.people.models import Organisation
from training.enums import SessionState, SheetState
from training.models import Sheet
from training.register import period_of


def meetings_in(month: datetime.date, *, until: datetime.date | None = None) -> MeetingQuerySet:
    """Dates in a month that weren't called off, or to which no trainer came; the earliest first. With
    `until` (the first day of a later month) those of all months from one to the other.

    Of a session that was called off after some of its dates, these count: only those that weren't over
    were cancelled with it.
    """
    return meetings_between(month_bounds(month)[0], month_bounds(until or month)[1])


def meetings_between(first: datetime.datetime, last: datetime.datetime) -> MeetingQuerySet:
    found = Meeting.objects.filter(
        Q(occurrence__cancelled=False) | Q(missed_date__isnull=False),
        occurrence__start__gte=first,
        occurrence__start__lt=last,
        series__training_session__isnull=False,
    )
    return found.exclude(series__training_session__state=SessionState.DRAFT).in_time_order()


def without_closed_sheet(
    month: datetime.date, *, until: datetime.date | None = None
) -> MeetingQuerySet:
    closed = Sheet.objects.filter(meeting=OuterRef("pk"), state=SheetState.CLOSED)
    return meetings_in(month, until=until).going_on().filter(~Exists(closed))


def has_open_sheets(month: datetime.date) -> bool:
    """Of any provider."""
    return without_closed_sheet(month).exists()


def has_lost_lines(month: datetime.date, now: datetime.datetime) -> bool:
    """Whether the register erases lines of the month's sheets; those of a session that ended on its
    first day go first.
    """
    return month_bounds(month)[0] < period_of("training.SheetLine").cutoff(now)


def closed_sheets_in(
    month: datetime.date,
    provider: Organisation | None = None,
    *,
    until: datetime.date | None = None,
) -> QuerySet[Sheet]:
    """Of all providers, if none is named."""
    of_provider = {"session__provider": provider} if provider else {}
    meetings = meetings_in(month, until=until).going_on().order_by()
    return Sheet.objects.filter(
        state=SheetState.CLOSED, meeting__in=meetings, **of_provider
    ).select_related("meeting__occurrence", "session__training__resource")
