"""A plan for a class whose teacher is away."""

from django.db import models
from django.utils import timezone

from continuity.enums import CoverState
from courses.documents.values import public_id


class Cover(models.Model):
    """One class hour that falls into a teacher's absence, and the draft opened for it. Gone again with the absence, unless written in."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    absence = models.ForeignKey("courses.Absence", models.CASCADE, related_name="covers")
    teaching = models.ForeignKey("courses.Teaching", models.PROTECT, related_name="covers")
    class_hour = models.ForeignKey("courses.ClassHour", models.SET_NULL, null=True, related_name="+")
    part = models.ForeignKey("continuity.PlanPart", models.SET_NULL, null=True, blank=True, related_name="covers")
    item = models.OneToOneField("continuity.PlanItem", models.SET_NULL, null=True, blank=True, related_name="cover")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CoverState, default=CoverState.OPEN)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="Of the item as it was prefilled: another one was written in.")
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["absence", "teaching", "starts_at"], name="cover_once_an_hour")]

    def __str__(self) -> str:
        return f"{self.teaching}, {timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"
