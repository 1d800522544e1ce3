"""Words of the pages that the roof keeps itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The language that advisers write in first; the other tree follows it.
SOURCE_LANGUAGE = "fr"
TARGET_LANGUAGE = "en"


class Tone(models.TextChoices):
    """How a callout looks; the words say it, too."""

    CALM = "calm", _("Quiet")
    DONE = "done", _("Good to know")
    WAIT = "wait", _("Take care")
    WARN = "warn", _("Important")
    MOVED = "moved", _("Changed")
    CLOSED = "closed", _("When schools are closed")


SIGNS = {
    Tone.CALM: "info",
    Tone.DONE: "circle-check",
    Tone.WAIT: "hourglass",
    Tone.WARN: "triangle-alert",
    Tone.MOVED: "arrow-right",
    Tone.CLOSED: "house",
}
# Tones that have no colour of their own.
LOOKS_LIKE = {Tone.CLOSED: Tone.WAIT}


class State(models.TextChoices):
    """Where a page stands in one language. A page is only ever behind in the language that follows."""

    MISSING = "missing", pgettext_lazy("state of a page", "missing")
    DRAFT = "draft", pgettext_lazy("state of a page", "draft")
    LIVE = "live", pgettext_lazy("state of a page", "online")
    IN_STEP = "in_step", pgettext_lazy("state of a page", "in step")
    BEHIND = "behind", pgettext_lazy("state of a page", "behind")


class Change(models.TextChoices):
    """What happened to a passage of the source since the other language was last in step."""

    CHANGED = "changed", pgettext_lazy("passage", "changed")
    ADDED = "added", pgettext_lazy("passage", "added")
    REMOVED = "removed", pgettext_lazy("passage", "removed")
