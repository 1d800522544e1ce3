"""Work for the worker. Each may run twice."""

from django.utils import timezone

from courses.jobs.values import job
from courses.roster.services import academy, applying, folder, undoing


@job("default")
def apply_on(pk: int) -> int:
    """Apply the next piece of a set that somebody said yes to."""
    return applying.apply_piece(pk)


@job("default")
def undo_on(pk: int) -> int:
    """Take back the next piece of an import."""
    return undoing.undo_piece(pk)


@job("default")
def take_from_folder(pk: int) -> int:
    """Receive the archives that rest in a school's folder."""
    return folder.take(pk, timezone.now())


@job("default")
def take_academy_sets() -> int:
    """Receive the sets of the whole académie that rest in the folder."""
    return academy.take(timezone.now())
