"""Who wishes for a resource that their school doesn't have, or not for them."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence
from courses.people.models import Membership


class ResourceWishQuerySet(models.QuerySet):
    def unfulfilled(self, day):
        """Those of schools that have no licence for all their teachers on the day for which it is
        wished, or on `day` once that is past; of people who teach there on `day` or will.
        """
        for_all = Licence.objects.filter(
            school=OuterRef("school"),
            resource=OuterRef("resource"),
            scope=LicenceScope.WHOLE_SCHOOL,
        )
        teaches = Membership.objects.teaching().filter(
            Q(until__isnull=True) | Q(until__gte=day),
            person=OuterRef("person"),
            organisation=OuterRef("school"),
        )
        is_past = Q(wanted_on__lte=day)
        return self.filter(
            (is_past & ~Exists(for_all.on(day)))
            | (~is_past & ~Exists(for_all.on(OuterRef("wanted_on")))),
            Exists(teaches),
        )

    def untold(self):
        return self.filter(told_at=None)

    def numbers(self):
        """How many teachers, by resource and school."""
        return (
            self.order_by()
            .values(
                "resource__name",
                "resource__provider__public_id",
                "resource__provider__name",
                "school__name",
                "school__city",
            )
            .annotate(teachers=Count("person", distinct=True))
            .order_by("resource__name", "school__name", "school__city")
        )

    def teachers_by_resource(self):
        """(Resource, how many teachers): who teaches in two schools counts once."""
        return (
            self.order_by()
            .values("resource__name")
            .annotate(teachers=Count("person", distinct=True))
            .order_by("resource__name")
            .values_list("resource__name", "teachers")
        )


class ResourceWish(models.Model):
    """Kept until it is taken back. Others read numbers, never who wishes."""

    resource = models.ForeignKey("courses.Resource", models.CASCADE, related_name="wishes")
    school = models.ForeignKey("courses.Organisation", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes")
    asked_at = models.DateTimeField(default=timezone.now)
    wanted_on = models.DateField(
        default=timezone.localdate, help_text="The day of a session that no licence covers."
    )
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
