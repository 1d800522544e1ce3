"""The words for letters."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    WITHDRAWN = "withdrawn", _("no longer needed")
