"""Dates to which no trainer came."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.enums import SessionState


class MissedDateQuerySet(models.QuerySet):
    def owed(self):
        """Instead of which there is no other date yet, the oldest first: the same as
        `rules.is_date_owed`. A cancelled session owes none, and owes it again if it is restored.
        """
        found = self.filter(settled_at=None).exclude(session__state=SessionState.CANCELLED)
        return found.order_by("at", "pk")


class MissedDate(models.Model):
    """No trainer came: the meeting is cancelled after its start, and another date is owed, until
    one is added (`made_up_by`) or a planner says why none is (`settled_words`). Is the date that was
    added cancelled, one is owed again.
    """

    session = models.ForeignKey("training.Session", models.CASCADE, related_name="missed_dates")
    meeting = models.OneToOneField("courses.Meeting", models.CASCADE, related_name="missed_date")
    words = models.CharField(_("what happened"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    made_up_by = models.ForeignKey(
        "courses.Meeting",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text="The date that was added instead.",
    )
    settled_words = models.CharField(_("why no other date"), max_length=300, blank=True)

    objects = MissedDateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settled_words="")
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="missed_date_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)
