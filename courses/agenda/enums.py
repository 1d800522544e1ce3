"""The words for meetings and for what calendars are told."""

from django.db import models


class CalendarMethod(models.TextChoices):
    """iTIP methods (RFC 5546) that we send."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


OUR_CALENDAR = "passerelle"  # the slug of the one calendar of django-scheduler that our series are in
