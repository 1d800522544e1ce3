"""The queue of the worker: rows of this database, so a task is enqueued in the transaction of its fact."""

from django.conf import settings
from django_tasks_db.models import DBTaskResult


def path_now(path: str) -> str:
    """Where a task lies today that a row names by this path."""
    return settings.TASKS_MOVED.get(path, path)


def rename_moved_tasks() -> int:
    """Give rows that name a task by an earlier path its path of today. May run twice. Says how many."""
    rows = DBTaskResult.objects.filter(task_path__in=settings.TASKS_MOVED)
    paths = rows.order_by().values_list("task_path", flat=True).distinct()
    return sum(rows.filter(task_path=path).update(task_path=path_now(path)) for path in list(paths))
