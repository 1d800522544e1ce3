"""What guardians send and choose: notices of absence, and no weekly email."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import Motive
from courses.documents.values import public_id
from courses.people.models import Guardianship


class AbsenceNoticeQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(withdrawn_at__isnull=True)

    def on_days(self, first: datetime.date, last: datetime.date):
        """Standing ones about at least one of these days, whoever told it."""
        return self.standing().filter(first_day__lte=last, last_day__gte=first)

    def between(self, first: datetime.date, last: datetime.date):
        """What staff read: told by guardians whose right is in force."""
        in_force = Guardianship.objects.in_force().order_by()
        return self.on_days(first, last).filter(guardianship__in=in_force)


class AbsenceNotice(models.Model):
    """A guardian tells beforehand that the student will be away: days, both included, and a motive
    of the closed list or none. It excuses nobody by itself: the school decides.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    guardianship = models.ForeignKey(
        "courses.Guardianship", models.CASCADE, related_name="absence_notices"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    motive = models.CharField(_("motive"), max_length=10, choices=Motive, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["guardianship", "first_day", "last_day"],
                condition=Q(withdrawn_at__isnull=True),
                name="absence_notice_once",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="absence_notice_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%d/%m/%Y}"


class NoFamilyMails(models.Model):
    """A guardian who wants no weekly email about the children."""

    guardian = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="no_family_mails"
    )
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.guardian}"
