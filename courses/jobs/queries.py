"""How long the worker's queues are and which are late, which periodic jobs failed or are overdue: one
rule for pages, health and metrics.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, F, Min, When
from django_tasks_db.models import DBTaskResult, get_date_max

from courses.jobs.models import AHEAD, LONG_AGO, PeriodicRun
from courses.jobs.values import EVERY_MINUTE, LATE_AFTER, PRIORITY_OF_QUEUE, JobLine, name_of

# A job that should have begun so long ago: a lease of ten minutes, and some.
OVERDUE = datetime.timedelta(minutes=15)


@dataclass(frozen=True)
class JobQueue:
    """A queue of the worker: jobs that could begin now."""

    name: str
    jobs: int = 0
    oldest_due_at: datetime.datetime | None = None

    def wait(self, now: datetime.datetime) -> datetime.timedelta:
        """How long the oldest job has waited."""
        return max(now - (self.oldest_due_at or now), datetime.timedelta())

    def is_late(self, now: datetime.datetime) -> bool:
        return self.wait(now) > LATE_AFTER.get(self.name, LATE_AFTER["default"])


def queue_states() -> list[JobQueue]:
    """Each queue, the most urgent first. One query."""
    due_at = Case(When(run_after=get_date_max(), then=F("enqueued_at")), default=F("run_after"))
    ready = DBTaskResult.objects.ready().order_by().values("queue_name")
    found = {
        row["queue_name"]: JobQueue(row["queue_name"], row["jobs"], row["oldest"])
        for row in ready.annotate(jobs=Count("pk"), oldest=Min(due_at))
    }
    names = [*PRIORITY_OF_QUEUE, *sorted(found.keys() - PRIORITY_OF_QUEUE.keys())]
    return [found.get(name, JobQueue(name)) for name in names]


def delay_of(queue: str, now: datetime.datetime) -> datetime.timedelta | None:
    """How late the queue is; None while it is in time."""
    state = next((one for one in queue_states() if one.name == queue), JobQueue(queue))
    return state.wait(now) if state.is_late(now) else None


def jobs_before(queue: str, moment: datetime.datetime) -> int:
    """Those of the queue that wait for longer than what was asked for at that moment."""
    return DBTaskResult.objects.ready().filter(queue_name=queue, enqueued_at__lt=moment).count()


def job_lines(hooks: Iterable[Callable], now: datetime.datetime) -> list[JobLine]:
    """How each of these periodic jobs went, those to look at first. One query.

    The row of a job that a release removed stays in the table and isn't among `hooks`.
    """
    rows = PeriodicRun.objects.in_bulk()
    lines = []
    for hook in hooks:
        row = rows.get(name_of(hook)) or PeriodicRun(name=name_of(hook))
        due_at = getattr(hook, "period", EVERY_MINUTE).due_at(now - OVERDUE)
        lines.append(
            JobLine(
                name=row.name,
                succeeded_at=row.succeeded_at if row.succeeded_at > LONG_AGO else None,
                is_running=row.ended_at is None,
                has_failed=row.ended_at is not None and row.succeeded_at < row.started_at,
                is_overdue=not due_at <= row.succeeded_at <= now + AHEAD,
            )
        )
    return sorted(lines, key=lambda line: (line.is_fine, line.name))
