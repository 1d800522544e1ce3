"""Queues of the worker, by name, what waits, and periods of the tick's jobs."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.tasks import Task, task

PARIS = ZoneInfo("Europe/Paris")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

# The worker takes the highest first: a letter waits for the job at hand at most, never for the
# papers of a whole school.
PRIORITY_OF_QUEUE = {"mail": 20, "default": 0, "papers": -20, "links": -40}

# A job that could have begun so long ago makes its queue late: pages say so where people wait.
LATE_AFTER = {
    "mail": datetime.timedelta(minutes=5),
    "default": datetime.timedelta(minutes=5),
    "papers": datetime.timedelta(minutes=5),
    "links": datetime.timedelta(days=1),
}


def job(queue: str = "default") -> Callable[[Callable], Task]:
    """Declare a task of the worker: a row of this database, in that queue, with its priority."""
    return task(backend="jobs", queue_name=queue, priority=PRIORITY_OF_QUEUE[queue])


@dataclass(frozen=True)
class Every:
    """Periods that follow each other without a gap, counted from 1970."""

    period: datetime.timedelta

    def due_at(self, now: datetime.datetime) -> datetime.datetime:
        """The beginning of the period that `now` lies in."""
        return now - (now - EPOCH) % self.period


@dataclass(frozen=True)
class Daily:
    """Once a day at that time on a clock in Paris."""

    at: datetime.time
    period = datetime.timedelta(days=1)

    def due_at(self, now: datetime.datetime) -> datetime.datetime:
        """The last such time at or before `now`.

        In the night without 2:30, it is 3:30; of two, the first.
        """
        day = now.astimezone(PARIS).date()
        today = datetime.datetime.combine(day, self.at, tzinfo=PARIS).astimezone(datetime.UTC)
        if today <= now:
            return today
        return datetime.datetime.combine(day - self.period, self.at, tzinfo=PARIS).astimezone(
            datetime.UTC
        )


@dataclass(frozen=True)
class Backlog:
    """Things that wait for a process behind the site: how many, and since when the oldest does."""

    name: str  # for machines
    title: str
    number: int
    oldest_at: datetime.datetime | None
    late_after: datetime.timedelta

    def wait(self, now: datetime.datetime) -> datetime.timedelta:
        return max(now - (self.oldest_at or now), datetime.timedelta())

    def is_late(self, now: datetime.datetime) -> bool:
        return self.wait(now) > self.late_after


def name_of(hook: Callable) -> str:
    """Package and function: a job that moves within its package keeps its row; one that is renamed
    runs once more.
    """
    return f"{hook.__module__.partition('.')[0]}.{hook.__name__}"


@dataclass(frozen=True)
class JobLine:
    """A periodic job of the tick, and how it went."""

    name: str
    succeeded_at: datetime.datetime | None  # None: never
    is_running: bool
    has_failed: bool
    is_overdue: bool

    @property
    def is_fine(self) -> bool:
        return not self.has_failed and not self.is_overdue


EVERY_MINUTE = Every(datetime.timedelta(minutes=1))


def every(*, minutes: int) -> Callable[[Callable], Callable]:
    """Declare how often the tick asks this hook; a period that was missed is made up for once."""
    return _with_period(Every(datetime.timedelta(minutes=minutes)))


def daily(hour: int, minute: int) -> Callable[[Callable], Callable]:
    """Declare that the tick asks this hook once a day from that time (Paris) on; the next tick does
    what was missed.
    """
    return _with_period(Daily(datetime.time(hour, minute)))


def _with_period(period: Every | Daily) -> Callable[[Callable], Callable]:
    def declare(hook: Callable) -> Callable:
        hook.__dict__.update(period=period)
        return hook

    return declare
