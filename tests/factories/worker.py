"""The worker, inside a test."""

import time_machine
from django.db import connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from training.values import CHANGES_WAIT


def run_worker(name: str = "worker", most: int | None = None) -> None:
    """Do everything that is due, then stop: what `db_worker --backend=jobs --queue-name=* --batch`
    does, without its signals.

    So it may run in a thread, and leaves the test run's own Ctrl-C alone. `most`: stop after that
    many tasks.
    """
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="jobs",
        startup_delay=False,
        max_tasks=most,
        worker_id=name,
    )
    if not connection.in_atomic_block:
        worker.run()
        return
    # Inside a test's own transaction the worker would close its connection: the same, task by task.
    due = DBTaskResult.objects.ready().filter(backend_name="jobs")
    while (most is None or most > 0) and (task := due.first()):
        task.claim(name)
        worker.run_task(task)
        most = most if most is None else most - 1


def run_worker_after_the_pause() -> None:
    """As `run_worker`, once changes of dates no longer wait for further ones."""
    with time_machine.travel(timezone.now() + CHANGES_WAIT, tick=True):
        run_worker()
