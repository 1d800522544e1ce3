"""Days that aren't closed yet."""

import datetime

from django.db.models import Min

from cms.indicators.enums import KeySpan
from cms.indicators.models import ClosedDay, CountingKey, HourCount, PageTally
from cms.indicators.values import moments
from courses.dates import paris_day


def open_days(today: datetime.date) -> list[datetime.date]:
    """Each day before today that isn't closed, the oldest first, from the first that was closed or of which
    anything is counted: a day without a page view is closed, too.
    """
    closed = set(ClosedDay.objects.values_list("day", flat=True))
    first = min([*_counted_since(), *closed], default=today)
    days = (first + number * moments.DAY for number in range((today - first).days))
    return [day for day in days if day not in closed]


def _counted_since() -> list[datetime.date]:
    """The first day of each table that counting writes; an empty one has none."""
    keys = CountingKey.objects.filter(span=KeySpan.DAY)
    days = [keys.aggregate(first=Min("first_day"))["first"]]
    for model in (PageTally, HourCount):
        hour = model.objects.aggregate(first=Min("hour"))["first"]
        days.append(hour and paris_day(hour))
    return [day for day in days if day]
