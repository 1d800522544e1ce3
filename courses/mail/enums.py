"""The words for letters."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LetterKeys(StrEnum):
    """Base of each package's `Letters`: keys that are kept in rows (`Letter.kind`), such as
    `training.seat_confirmed`.

    A function says with `courses.mail.registry.writes` which key it writes.
    """


class Letters(LetterKeys):
    """Letters of the outbox itself."""

    DIGEST = "mail.digest"


class MailRhythm(models.TextChoices):
    """How a person gets what may wait."""

    AT_ONCE = "at_once", _("each at once")
    DAILY = "daily", _("one email a day, from Monday to Friday at 17:00")
    WEEKLY = "weekly", _("one email a week, on Friday at 17:00")


class ReminderTimes(models.TextChoices):
    """Which reminders a person wants before each date of a training."""

    BOTH = "both", _("two: the day before, and an hour before")
    DAY = "day", _("one, the day before")
    HOUR = "hour", _("one, an hour before")
    NONE = "none", pgettext_lazy("reminders", "none")


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    GATHERED = "gathered", _("waiting for the summary")
    SUMMED_UP = "summed_up", _("in a summary")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    WITHDRAWN = "withdrawn", _("no longer needed")
