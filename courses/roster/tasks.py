"""Work for the worker. Each may run twice."""

from courses.jobs.values import job
from courses.roster.services import applying, undoing


@job("default")
def apply_on(pk: int) -> int:
    """Apply the next piece of a set that somebody said yes to."""
    return applying.apply_piece(pk)


@job("default")
def undo_on(pk: int) -> int:
    """Take back the next piece of an import."""
    return undoing.undo_piece(pk)
