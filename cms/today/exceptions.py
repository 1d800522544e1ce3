"""Refusals of a request before any view sees it."""

from django.core.exceptions import BadRequest


class FormCutOnItsWay(BadRequest):
    """The line ended in the middle of a form: nothing of it is taken."""


class FilesNotTaken(Exception):
    """Files of a form found no room, or the database couldn't say who sends them (`__cause__`).

    An error of ours: its page gives the fields back, and nothing of the form is saved.
    """
