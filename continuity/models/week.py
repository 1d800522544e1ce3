"""What a student takes along of the week: a calendar feed under a secret address."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def feed_secret() -> str:
    """192 random bits: whoever has the address reads the feed, and it can't be guessed."""
    return secrets.token_urlsafe(24)


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
