"""Whether a student was heard of: weeks opened, weeks handed over on paper, calls."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import REACHED, CallResult
from courses.documents.values import public_id

# Who takes a call and doesn't note it within that time doesn't keep others from calling.
TAKEN_FOR = datetime.timedelta(days=1)
UNDONE_WITHIN = datetime.timedelta(days=1)  # by who noted it


class WeekOpening(models.Model):
    """A student opened a page of their own week on that day of Paris.

    One row a day: neither the hour nor the page nor the device.
    """

    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="week_openings"
    )
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "day"], name="week_opening_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.day}"


class PaperHandover(models.Model):
    """A week on paper was handed to a student on that day (case C38)."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="paper_handovers"
    )
    handed_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-handed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "handed_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="paper_handover_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.handed_on}"


class CallQuerySet(models.QuerySet):
    def open(self):
        """Taken, neither noted nor given back; it may have lapsed."""
        return self.filter(noted_at__isnull=True, given_back_at__isnull=True)

    def taken(self, now: datetime.datetime):
        """Open and not lapsed: somebody is about to call."""
        return self.open().filter(taken_at__gt=now - TAKEN_FOR)

    def noted(self):
        """Calls that were made, without those undone."""
        return self.filter(noted_at__isnull=False, undone_at__isnull=True)


class Call(models.Model):
    """One person takes it on to call a student or their family, and notes what came of it.

    No text: a result out of a closed list, and perhaps when to call again.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    key = models.UUIDField(
        unique=True, null=True, blank=True, help_text="The form's own: sent twice is one call."
    )
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calls")
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    given_back_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=CallResult, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    next_on = models.DateField(_("next call"), null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(noted_at__isnull=True, given_back_at__isnull=True),
                name="call_open_once_a_student",
            ),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, result="", next_on__isnull=True)
                | Q(noted_at__isnull=False, given_back_at__isnull=True) & ~Q(result=""),
                name="call_noted_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | ~Q(result__in=REACHED),
                name="call_again_only_if_not_reached",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(noted_at__isnull=False),
                name="call_undone_after_noted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.result or '?'}"

    @property
    def has_reached(self) -> bool:
        return self.result in REACHED

    def has_lapsed(self, now: datetime.datetime) -> bool:
        """Whether somebody else may take the call."""
        return self.taken_at <= now - TAKEN_FOR

    def can_be_undone(self, now: datetime.datetime) -> bool:
        return (
            self.noted_at is not None
            and self.undone_at is None
            and now < self.noted_at + UNDONE_WITHIN
        )
