"""Who takes a teacher's class on given dates."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.models.persons import Membership


class StandInQuerySet(models.QuerySet):
    def of_members(self, day: datetime.date):
        """Those of teachers who belong to the class's school on that day, for teachings that
        haven't ended by then.
        """
        school = OuterRef("teaching__school_class__school")
        there = (
            Membership.objects.on(day)
            .teaching()
            .filter(organisation=school, person=OuterRef("teacher"))
        )
        return self.filter(
            Q(teaching__until__isnull=True) | Q(teaching__until__gt=day), Exists(there)
        )

    def from_day(self, day: datetime.date):
        """Those that hold on that day or later, of teachers who belong to the class's school when
        they begin or, if they have, on that day.
        """
        begins = Greatest(OuterRef("first_day"), Value(day, models.DateField()))
        there = Membership.objects.teaching().filter(
            Q(until__isnull=True) | Q(until__gte=begins),
            organisation=OuterRef("teaching__school_class__school"),
            person=OuterRef("teacher"),
            since__lte=begins,
        )
        ongoing = Q(teaching__until__isnull=True) | Q(teaching__until__gt=day)
        return self.filter(ongoing, Exists(there), last_day__gte=day)

    def on(self, day: datetime.date):
        """Those that hold on that day."""
        return self.of_members(day).filter(first_day__lte=day, last_day__gte=day)


class StandIn(models.Model):
    """Who takes a teacher's class on given dates, both included.

    On these dates only, the class is open to them.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    teaching = models.ForeignKey("courses.Teaching", models.CASCADE, related_name="stand_ins")
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="stand_ins",
        verbose_name=_("stand-in"),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    objects = StandInQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["teaching", "teacher", "first_day"], name="stand_in_once"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="stand_in_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} for {self.teaching}"
