"""Deletes small numbers of closed weeks that nobody may read, a month after the close."""

import datetime

from cms.indicators.models import ClosedWeek, HourFigure, WeekFigure
from cms.indicators.services.weeks import FINE_COUNTS_FOR


def forget_hidden_numbers(now: datetime.datetime) -> int:
    """Set the hidden numbers of weeks that have been closed for `FINE_COUNTS_FOR` to 0; returns how many
    there were. Published ones, and which are hidden, stay. May run twice.
    """
    old = ClosedWeek.objects.filter(closed_at__lt=now - FINE_COUNTS_FOR).values("week")
    return sum(
        model.objects.filter(week__in=old).forget_hidden() for model in (WeekFigure, HourFigure)
    )
