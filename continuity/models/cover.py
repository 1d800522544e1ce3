"""A plan for a class whose teacher is away."""

import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from continuity.enums import CoverState
from continuity.models.plan import PlanItem
from courses.documents.values import public_id


class CoverQuerySet(models.QuerySet):
    def standing(self):
        """Those whose absence still stands."""
        return self.filter(state=CoverState.OPEN)

    def with_the_state_of_its_hour(self):
        """`is_ready`: students see something for that hour."""
        shown = PlanItem.objects.shown().filter(
            part=OuterRef("part"), day=OuterRef("day"), class_hour=OuterRef("class_hour")
        )
        return self.annotate(is_ready=Exists(shown))

    def missing(self):
        """Students see nothing yet for that hour."""
        return self.standing().with_the_state_of_its_hour().filter(is_ready=False)

    def to_come(self, now: datetime.datetime):
        return self.filter(ends_at__gt=now)

    def of_teacher(self, person):
        return self.filter(absence__teacher=person)

    def with_all(self):
        return self.select_related(
            "absence__teacher",
            "teaching__subject",
            "teaching__school_class__school",
            "part__plan",
            "item",
            "class_hour",
        ).order_by("starts_at", "pk")


class Cover(models.Model):
    """One class hour that falls into a teacher's absence, and the draft opened for it.

    Gone again with the absence, unless written in.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    absence = models.ForeignKey("courses.Absence", models.CASCADE, related_name="covers")
    teaching = models.ForeignKey("courses.Teaching", models.PROTECT, related_name="covers")
    class_hour = models.ForeignKey(
        "courses.ClassHour", models.SET_NULL, null=True, related_name="+"
    )
    part = models.ForeignKey(
        "continuity.PlanPart", models.SET_NULL, null=True, blank=True, related_name="covers"
    )
    item = models.OneToOneField(
        "continuity.PlanItem", models.SET_NULL, null=True, blank=True, related_name="cover"
    )
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CoverState, default=CoverState.OPEN)
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        help_text="Of the item as it was prefilled: another one was written in.",
    )
    opened_at = models.DateTimeField(default=timezone.now)

    objects = CoverQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["absence", "teaching", "starts_at"], name="cover_once_an_hour"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=F("starts_at")), name="cover_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teaching}, {timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"
