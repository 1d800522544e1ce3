"""Refusals of a request before any view sees it."""

from django.core.exceptions import BadRequest


class FormCutOnItsWay(BadRequest):
    """The line ended in the middle of a form: nothing of it is taken."""
