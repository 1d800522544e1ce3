"""Keys of the calendar feed of a student's week, at a secret address."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.agenda.values import feed_secret


class FeedKey(models.Model):
    """The address under which a calendar program reads one student's week.

    A new one makes the old one worthless.
    """

    student = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_key"
    )
    secret = models.CharField(max_length=40, unique=True, default=feed_secret)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.student}"
