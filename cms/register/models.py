"""Erased accounts, so that a restored backup loses them again, and numbers of rows erased a day, as
a proof.
"""

from django.db import models
from django.utils import timezone


class ErasedAccount(models.Model):
    """An account whose person is gone from it.

    The public id alone: it leads to nothing but the anonymous row.
    """

    person_public_id = models.CharField(max_length=12, unique=True)
    erased_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.person_public_id


class ErasedCount(models.Model):
    """Number of rows of one model, and of files with them, erased on one day because their time was
    over.
    """

    day = models.DateField()
    model = models.CharField(max_length=80)
    rows = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "model"]
        constraints = [
            models.UniqueConstraint(fields=["day", "model"], name="erased_count_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.model}: {self.rows}"
