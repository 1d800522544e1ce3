"""State of a line of a file."""

from django.db import models
from django.utils.translation import pgettext_lazy


class LineState(models.TextChoices):
    NEW = "new", pgettext_lazy("line of a table", "new")
    CHANGED = "changed", pgettext_lazy("line of a table", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("line of a table", "unchanged")
    WRONG = "wrong", pgettext_lazy("line of a table", "to correct")
