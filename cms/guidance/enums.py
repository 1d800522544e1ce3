"""Words of the pages that the roof keeps itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tone(models.TextChoices):
    """How a callout looks; the words say it, too."""

    CALM = "calm", _("Quiet")
    DONE = "done", _("Good to know")
    WAIT = "wait", _("Take care")
    WARN = "warn", _("Important")
    MOVED = "moved", _("Changed")


SIGNS = {Tone.CALM: "info", Tone.DONE: "circle-check", Tone.WAIT: "hourglass", Tone.WARN: "triangle-alert", Tone.MOVED: "arrow-right"}
