"""Deletes what is finer than published figures, a month after its week, whether that could be closed or
not. Identifiers and keys go when their day or week is closed; where it isn't, the register deletes them
after two weeks (cms.indicators.register).
"""

import datetime

from cms.indicators.models import (
    ClosedWeek,
    DayCount,
    HourCount,
    HourFigure,
    HourPeople,
    PageTally,
    WeekFigure,
)
from cms.indicators.values import moments
from courses.dates import midnight, paris_day

# Numbers that are finer than what is published, or hidden, and what they are needed for: a look at how
# a figure came about. Then they go.
FINE_COUNTS_FOR = datetime.timedelta(days=30)


def first_week_kept(now: datetime.datetime) -> datetime.date:
    """The Monday of the oldest week of which hours and days are kept."""
    return moments.monday_of(paris_day(now) - FINE_COUNTS_FOR)


def forget_fine_counts(now: datetime.datetime) -> None:
    """Delete hours and days of weeks that have been over for `FINE_COUNTS_FOR`. May run twice."""
    first = first_week_kept(now)
    for model in (PageTally, HourCount, HourPeople):
        model.objects.filter(hour__lt=midnight(first)).delete()
    DayCount.objects.filter(day__lt=first).delete()


def forget_hidden_numbers(now: datetime.datetime) -> int:
    """Set the hidden numbers of weeks that have been closed for `FINE_COUNTS_FOR` to 0; returns how many
    there were. Published ones, and which are hidden, stay. May run twice.
    """
    old = ClosedWeek.objects.filter(closed_at__lt=now - FINE_COUNTS_FOR).values("week")
    return sum(
        model.objects.filter(week__in=old).forget_hidden() for model in (WeekFigure, HourFigure)
    )
