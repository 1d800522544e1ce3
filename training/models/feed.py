"""The secret address under which a calendar program reads one person's trainings."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.agenda.values import feed_secret


class CalendarFeed(models.Model):
    """One for each teacher or trainer who asked for it. A new secret makes the old one worthless."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="training_feed"
    )
    secret = models.CharField(max_length=40, unique=True, default=feed_secret)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.person}"
