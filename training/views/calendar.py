"""The planner's month: each date of each session on its day, drafts and cancelled dates too; one
page to print.
"""

import datetime
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courses.agenda.enums import DayOff
from courses.agenda.queries import ONE_DAY, bank_holiday, public_day_off
from courses.dates import FIRST_YEAR, LAST_YEAR
from courses.people.permissions import PersonRequest, is_planner, requires
from training.forms.month import MonthForm
from training.queries.calendar import MonthDate, MonthDay, month_of_sessions
from training.queries.filling import lacks_people
from training.views.planning import how_a_session_stands
from training.views.rows import StateBadge

LONGEST_MONTH = datetime.timedelta(days=31)


@dataclass(frozen=True)
class MonthEntry:
    date: MonthDate
    standing: StateBadge
    lacks_people: bool


@dataclass(frozen=True)
class ShownMonthDay:
    """`off`: why there is no class on that day, with its French name; of Sundays only bank
    holidays.
    """

    day: datetime.date
    entries: list[MonthEntry]
    off: tuple[DayOff, str] | None


@requires(is_planner)
def planning_month(request: PersonRequest) -> HttpResponse:
    """Whole weeks from Monday to Sunday; on a phone a list of the days that have something, or no class."""
    form, now = MonthForm(request.GET), timezone.now()
    form.is_valid()
    first = form.cleaned_data.get("month") or timezone.localdate(now).replace(day=1)
    days = month_of_sessions(request.user, first)
    held = [date for one in days for date in one.dates if not date.occurrence.cancelled]
    context = {
        "month": first,
        "before": _within_years((first - ONE_DAY).replace(day=1)),
        "after": _within_years((first + LONGEST_MONTH).replace(day=1)),
        "blanks": range(first.weekday()),
        "days": [_shown(one, now) for one in days],
        "count": len(held),
        "is_empty": not any(one.dates for one in days),
        "series": list(
            {date.session.pk: date for one in days for date in one.dates if date.in_words}.values()
        ),
        "today": timezone.localdate(now),
    }
    return render(request, "training/planning/month.html", context)


def _shown(one: MonthDay, now: datetime.datetime) -> ShownMonthDay:
    entries = [
        MonthEntry(
            date,
            how_a_session_stands(date.session, now),
            date.session.is_open and lacks_people(date.session, now),
        )
        for date in one.dates
    ]
    return ShownMonthDay(one.day, entries, _day_off_shown(one.day))


def _day_off_shown(day: datetime.date) -> tuple[DayOff, str] | None:
    if name := bank_holiday(day):
        return DayOff.BANK_HOLIDAY, name
    off = public_day_off(day)
    return None if off and off[0] == DayOff.SUNDAY else off


def _within_years(first: datetime.date) -> datetime.date | None:
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else None
