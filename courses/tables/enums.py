"""State of a line of a file."""

from django.db import models
from django.utils.translation import ngettext, pgettext_lazy


class LineState(models.TextChoices):
    NEW = "new", pgettext_lazy("line of a table", "new")
    CHANGED = "changed", pgettext_lazy("line of a table", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("line of a table", "unchanged")
    WRONG = "wrong", pgettext_lazy("line of a table", "to correct")

    def counted(self, lines: int) -> str:
        """How many lines are so, in words."""
        words = {
            LineState.NEW: ngettext("%(lines)s new line", "%(lines)s new lines", lines),
            LineState.CHANGED: ngettext("%(lines)s changed line", "%(lines)s changed lines", lines),
            LineState.UNCHANGED: ngettext(
                "%(lines)s unchanged line", "%(lines)s unchanged lines", lines
            ),
            LineState.WRONG: ngettext(
                "%(lines)s line to correct", "%(lines)s lines to correct", lines
            ),
        }
        return words[self] % {"lines": lines}
