"""Queues of the worker, by name."""

from collections.abc import Callable

from django.tasks import Task, task

# The worker takes the highest first: a letter waits for the job at hand at most, never for the papers of a whole school.
PRIORITY_OF_QUEUE = {"mail": 20, "default": 0, "papers": -20, "links": -40}


def job(queue: str = "default") -> Callable[[Callable], Task]:
    """Declare a task of the worker: a row of this database, in that queue, with its priority."""
    return task(backend="jobs", queue_name=queue, priority=PRIORITY_OF_QUEUE[queue])
