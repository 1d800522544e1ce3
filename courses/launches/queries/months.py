"""From when on people who opened a resource are counted."""

import datetime

from django.db.models import Min
from django.utils import timezone

from courses.dates import month_of
from courses.launches.models import Launch


def month_of_first_launch(today: datetime.date) -> datetime.date:
    """This month while there is none: earlier ones are never counted."""
    first = Launch.objects.aggregate(at=Min("at"))["at"]
    return month_of(timezone.localdate(first) if first else today)
