"""What a student takes along of the week: a calendar feed under a secret address, and sheets of paper."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from continuity.storage import private
from courses.documents.values import public_id


def feed_secret() -> str:
    """192 random bits: whoever has the address reads the feed, and it can't be guessed."""
    return secrets.token_urlsafe(24)


class FeedKey(models.Model):
    """The address under which a calendar program reads one student's week. A new one makes the old one worthless."""

    student = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_key")
    secret = models.CharField(max_length=40, unique=True, default=feed_secret)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.student}"


class WeekPaper(models.Model):
    """One student's week as a PDF, as it stood when it was asked for: the worker draws it, and it is gone after two weeks."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="week_papers")
    monday = models.DateField()
    language = models.CharField(max_length=2)
    fingerprint = models.CharField(max_length=64, help_text="Of all that it says: asked for again without a change, it is the same sheet.")
    asked_at = models.DateTimeField(default=timezone.now)
    file = models.FileField(upload_to="week-papers/", storage=private, blank=True)
    failed = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["student", "monday", "language", "fingerprint"], name="week_paper_once"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="week_paper_begins_on_a_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.monday}"
