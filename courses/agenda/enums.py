"""The words for meetings and for what calendars are told."""

from django.db import models


class CalendarMethod(models.TextChoices):
    """iTIP methods (RFC 5546) that we send."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
