"""Who wishes for a resource that their school doesn't have, or not for them."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence


class ResourceWishQuerySet(models.QuerySet):
    def unfulfilled(self, day):
        """Those of schools that have no licence for all their teachers that day."""
        for_all = Licence.objects.on(day).filter(
            school=OuterRef("school"),
            resource=OuterRef("resource"),
            scope=LicenceScope.WHOLE_SCHOOL,
        )
        return self.filter(~Exists(for_all))

    def untold(self):
        return self.filter(told_at=None)

    def numbers(self):
        """How many teachers, by resource and school."""
        return (
            self.order_by()
            .values("resource__name", "school__name", "school__city")
            .annotate(teachers=Count("person", distinct=True))
            .order_by("resource__name", "school__name", "school__city")
        )


class ResourceWish(models.Model):
    """Kept until it is taken back. Others read numbers, never who wishes."""

    resource = models.ForeignKey("courses.Resource", models.CASCADE, related_name="wishes")
    school = models.ForeignKey("courses.Organisation", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes")
    asked_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the school's leaders were written to."
    )

    objects = ResourceWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for a resource")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "school", "person"], name="wish_once_per_school"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(told_at__gte=models.F("asked_at")),
                name="wish_told_after_it_was_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}, {self.school}"
