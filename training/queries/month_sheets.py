"""Dates of a month and their sheets, of all providers or one."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.agenda.models import Meeting
from courses.agenda.models.meetings import MeetingQuerySet
from courses.dates import month_bounds
from courses.people.models import Organisation
from training.enums import SessionState, SheetState
from training.models import Sheet


def meetings_in(month: datetime.date) -> MeetingQuerySet:
    """Dates in a month that weren't called off, or to which no trainer came; the earliest first.

    Of a session that was called off after some of its dates, these count: only those that weren't over
    were cancelled with it.
    """
    return meetings_between(*month_bounds(month))


def meetings_between(first: datetime.datetime, last: datetime.datetime) -> MeetingQuerySet:
    found = Meeting.objects.filter(
        Q(occurrence__cancelled=False) | Q(missed_date__isnull=False),
        occurrence__start__gte=first,
        occurrence__start__lt=last,
        series__training_session__isnull=False,
    )
    return found.exclude(series__training_session__state=SessionState.DRAFT).in_time_order()


def without_closed_sheet(month: datetime.date) -> MeetingQuerySet:
    closed = Sheet.objects.filter(meeting=OuterRef("pk"), state=SheetState.CLOSED)
    return meetings_in(month).going_on().filter(~Exists(closed))


def has_open_sheets(month: datetime.date, provider: Organisation | None = None) -> bool:
    """Of all providers, if none is named."""
    found = without_closed_sheet(month)
    if provider:
        found = found.filter(series__training_session__provider=provider)
    return found.exists()


def closed_sheets_in(month: datetime.date, provider: Organisation | None = None) -> QuerySet[Sheet]:
    """Of all providers, if none is named."""
    of_provider = {"session__provider": provider} if provider else {}
    return Sheet.objects.filter(
        state=SheetState.CLOSED, meeting__in=meetings_in(month).going_on().order_by(), **of_provider
    ).select_related("meeting__occurrence", "session__training__resource")
