"""When each periodic job last ran."""

import datetime

from django.db import models
from django.db.models import F, Q

LEASE = datetime.timedelta(minutes=10)  # a job that has not ended by then is taken to have crashed
REST = datetime.timedelta(minutes=10)  # at most, after a failure

AHEAD = datetime.timedelta(minutes=10)  # a row of later than that was written by a wrong clock
LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class PeriodicRunQuerySet(models.QuerySet):
    def claimable(
        self, *, due_at: datetime.datetime, period: datetime.timedelta, now: datetime.datetime
    ):
        """Not done since `due_at`, not running in another tick, not failed just now; or claimed by a
        clock that was ahead.
        """
        is_free = Q(ended_at__isnull=False) | Q(started_at__lte=now - LEASE)
        went_well = Q(succeeded_at__gte=F("started_at"))
        has_rested = Q(started_at__lte=now - min(period, REST) + datetime.timedelta(seconds=30))
        is_due = Q(is_free, went_well | has_rested, succeeded_at__lt=due_at)
        is_ahead = Q(started_at__gt=now + AHEAD) | Q(succeeded_at__gt=now + AHEAD)
        return self.filter(is_due | is_ahead)


class PeriodicRun(models.Model):
    """One row for each periodic job of the tick.

    `started_at` is its last claim; `ended_at` is empty while it runs.
    """

    name = models.CharField(max_length=150, primary_key=True, help_text="Package and function.")
    started_at = models.DateTimeField(default=LONG_AGO)
    ended_at = models.DateTimeField(null=True, default=LONG_AGO)
    succeeded_at = models.DateTimeField(default=LONG_AGO)

    objects = PeriodicRunQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
