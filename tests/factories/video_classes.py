"""A video class with its dates."""

import datetime

from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.continuity import part_of

DAY = datetime.timedelta(days=1)

JANUARY = datetime.date(2027, 1, 12)  # a Tuesday


def published(given, starts_at):
    return part_of(
        given, timezone.localdate(starts_at) - timezone.localdate(starts_at).weekday() * DAY
    )


def hours(start, minutes=55) -> Hours:
    return Hours(start, start + datetime.timedelta(minutes=minutes))
