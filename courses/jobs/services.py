"""The queue of the worker: rows of this database, so a task is enqueued in the transaction of its
fact.

And the claims of periodic jobs: of two ticks at once, one runs each job.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.db.models import Case, F, Value, When
from django.tasks import Task, TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from courses.jobs.models import LONG_AGO, PeriodicRun
from courses.jobs.values import EVERY_MINUTE, name_of

logger = logging.getLogger(__name__)

STUCK = datetime.timedelta(minutes=15)  # no task of ours takes so long
MOST_WORKERS = 3
KEPT = datetime.timedelta(days=14)
A_DAY = datetime.timedelta(days=1)
IN_THE_QUEUE = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def path_now(path: str) -> str:
    """Where a task lies today that a row names by this path."""
    return settings.TASKS_MOVED.get(path, path)


def rename_moved_tasks() -> int:
    """Give rows that name a task by an earlier path its path of today.

    May run twice. Says how many.
    """
    rows = DBTaskResult.objects.filter(task_path__in=settings.TASKS_MOVED)
    paths = rows.order_by().values_list("task_path", flat=True).distinct()
    return sum(rows.filter(task_path=path).update(task_path=path_now(path)) for path in list(paths))


def enqueue_missing(
    task: Task,
    calls: Iterable[tuple],
    *,
    but_not: Sequence[str] = IN_THE_QUEUE,
    now: datetime.datetime | None = None,
) -> int:
    """For sweeps: enqueue the task for those of its arguments that no row of the queue has yet, and
    say for how many.

    Without it a dead worker finds, for each thing undone, one task for each minute that it was
    away. `but_not`: the states of rows that count as in the queue. What failed is tried again after
    2, 4, 8 minutes and so on, at last once a day.
    """
    rows = DBTaskResult.objects.filter(status__in=but_not, task_path=task.module_path).values_list(
        "args_kwargs", flat=True
    )
    queued = {tuple(row["args"]) for row in rows} | _failed_lately(task, now or timezone.now())
    missing = [call for call in dict.fromkeys(calls) if call not in queued]
    for call in missing:
        task.enqueue(*call)
    return len(missing)


def _failed_lately(task: Task, now: datetime.datetime) -> set[tuple]:
    """Arguments for which it is too early to try again."""
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, task_path=task.module_path, finished_at__isnull=False
    )
    times, last = Counter[tuple](), dict[tuple, datetime.datetime]()
    for row in failed.order_by("finished_at").values("args_kwargs", "finished_at"):
        call = tuple(row["args_kwargs"]["args"])
        times[call] += 1
        last[call] = row["finished_at"] or now
    return {
        call
        for call, at in last.items()
        if now < at + min(datetime.timedelta(minutes=2 ** min(times[call], 11)), A_DAY)
    }


def sweep_tasks(now: datetime.datetime) -> int:
    """Put back what a killed worker left running, of every room: tasks may run twice. Forget what
    ended two weeks ago.

    A task that was taken by three workers, and by none to its end, is given up: it may be what
    kills them.
    """
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()
    return _put_back(DBTaskResult.objects.running().filter(started_at__lt=now - STUCK), now)


def put_back_of_killed(*, worker_id: str, now: datetime.datetime) -> int:
    """For a worker that starts: put back what the process before it held under the same name, at
    once instead of after `STUCK`. As `sweep_tasks`, it gives up what three workers have left.
    """
    return _put_back(_held_by(worker_id), now)


def give_back(*, worker_id: str) -> int:
    """The tasks that this worker holds as running, after it has lost the database: to be done
    again.
    """
    held = [task.pk for task in _held_by(worker_id)]
    return (
        DBTaskResult.objects.running()
        .filter(pk__in=held)
        .update(status=TaskResultStatus.READY, started_at=None, run_after=get_date_max())
    )


def _held_by(worker_id: str) -> list[DBTaskResult]:
    return [task for task in DBTaskResult.objects.running() if task.worker_ids[-1:] == [worker_id]]


def _put_back(tasks: Iterable[DBTaskResult], now: datetime.datetime) -> int:
    """Those that nobody has taken or ended since they were read. Returns how many."""
    back = 0
    for task in tasks:
        as_it_was = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
        if len(task.worker_ids) >= MOST_WORKERS:
            logger.error(
                "task %s of %s was left by %s workers: given up",
                task.pk,
                task.task_path,
                MOST_WORKERS,
            )
            as_it_was.update(status=TaskResultStatus.FAILED, finished_at=now)
        else:
            back += as_it_was.update(
                status=TaskResultStatus.READY, started_at=None, run_after=get_date_max()
            )
    return back


def claim(hook: Callable, now: datetime.datetime) -> bool:
    """Whether this tick is to run the job now: it is due, and one conditional UPDATE was ours."""
    name, schedule = name_of(hook), getattr(hook, "period", EVERY_MINUTE)
    PeriodicRun.objects.bulk_create([PeriodicRun(name=name)], ignore_conflicts=True)
    run = PeriodicRun.objects.filter(name=name)
    due = run.claimable(due_at=schedule.due_at(now), period=schedule.period, now=now)
    is_ahead = When(succeeded_at__gt=now, then=Value(LONG_AGO))
    succeeded_at = Case(is_ahead, default=F("succeeded_at"))
    return bool(due.update(started_at=now, ended_at=None, succeeded_at=succeeded_at))


def ended(hook: Callable, started_at: datetime.datetime, *, succeeded: bool) -> None:
    """The job that was claimed at `started_at` is over.

    Nothing, if another tick has taken it since.
    """
    result = {"succeeded_at": started_at} if succeeded else {}
    PeriodicRun.objects.filter(name=name_of(hook), started_at=started_at).update(
        ended_at=timezone.now(), **result
    )
