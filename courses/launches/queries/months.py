"""From when on people who opened a resource are counted."""

import datetime

from django.db.models import Min
from django.utils import timezone

from courses.dates import month_before, month_of
from courses.launches.models import Launch
from courses.launches.values import MONTHS_OF_THE_LEDGER

CLOSES_ON = 3  # of the next month


def month_of_first_launch(today: datetime.date) -> datetime.date:
    """This month while there is none: earlier ones are never counted."""
    first = Launch.objects.aggregate(at=Min("at"))["at"]
    return month_of(timezone.localdate(first) if first else today)


def months_over(today: datetime.date) -> list[datetime.date]:
    """Those that are closed if they aren't yet, the newest first; older ones never will be."""
    last = month_before(today)
    months = [last if today.day >= CLOSES_ON else month_before(last)]
    while len(months) < MONTHS_OF_THE_LEDGER:
        months.append(month_before(months[-1]))
    return months
