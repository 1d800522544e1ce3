"""Items taken out of a plan, stored so that they can be restored."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from continuity.models.plan import PlanPart
from courses.documents.values import public_id


class RemovedItem(models.Model):
    """An item that stood in a part: its columns as they were, who had ticked it, who had asked for
    help. Erased after thirty days.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    part = models.ForeignKey(PlanPart, models.CASCADE, related_name="removed_items")
    item_public_id = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=160)
    kept = models.JSONField(default=dict)
    removed_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-removed_at", "-pk"]

    def __str__(self) -> str:
        return self.title
