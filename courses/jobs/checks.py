"""A task that was moved and isn't found would fail only when the worker takes its row."""

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.tasks import Task
from django.utils.module_loading import import_string


def check_moved_tasks(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Each path on the right of TASKS_MOVED is a task's, unless its product isn't installed."""
    return [
        Error(f"TASKS_MOVED: {was} is now {path}, where there is no task.", id="jobs.E001")
        for was, path in settings.TASKS_MOVED.items()
        if apps.is_installed(path.partition(".")[0]) and not _is_task(path)
    ]


def _is_task(path: str) -> bool:
    try:
        return isinstance(import_string(path), Task)
    except ImportError:
        return False
