"""The words for letters."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKeys(StrEnum):
    """Base of each package's `Letters`: keys that are kept in rows (`Letter.kind`), such as
    `training.seat_confirmed`.

    A function says with `courses.mail.registry.writes` which key it writes.
    """


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    WITHDRAWN = "withdrawn", _("no longer needed")
