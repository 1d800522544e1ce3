"""How long the worker's queues are, and which are late: one rule for pages, health and metrics."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Count, F, Min, When
from django_tasks_db.models import DBTaskResult, get_date_max

from courses.jobs.values import LATE_AFTER, PRIORITY_OF_QUEUE


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
