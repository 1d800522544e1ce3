"""Needs of equipment: who asked for what, in which order a school's criteria put them, and what was
decided.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from continuity.enums import (
    Connection,
    Criterion,
    Device,
    NeedKind,
    NeedOrigin,
    NeedReason,
    NeedVerdict,
)
from continuity.models.survey import MOST_SHARING
from courses.documents.values import public_id


class LendingCriteria(models.Model):
    """The order in which a school serves needs, as it was published on a day. The newest holds;
    earlier ones stay, since decisions were helped by them.
    """

    school = models.ForeignKey(
        "courses.Organisation", models.PROTECT, related_name="lending_criteria"
    )
    codes = models.CharField(max_length=120, help_text="Of `Criterion`, the first comes first.")
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.school}, {self.codes}"

    @property
    def order(self) -> list[Criterion]:
        return [Criterion(code) for code in self.codes.split(",")]


class EquipmentNeedQuerySet(models.QuerySet):
    def open(self):
        """Neither served nor refused nor withdrawn."""
        return self.filter(closed_at__isnull=True)

    def waiting(self):
        """Open, and nobody has said yes."""
        return self.open().exclude(verdict=NeedVerdict.YES)

    def kept_by(self, person):
        return self.filter(school__in=person.keeps_students_of)


class EquipmentNeed(models.Model):
    """Somebody asks that a student be lent a device or a connection. Closed answers, no text.

    `verdict`: the newest decision's. `loan`: the one that served it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="needs")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="needs")
    wants = models.CharField(_("what is needed"), max_length=10, choices=NeedKind)
    device = models.CharField(max_length=9, choices=Device, blank=True)
    shared_with = models.PositiveSmallIntegerField(null=True, blank=True)
    connection = models.CharField(max_length=9, choices=Connection, blank=True)
    asked_as = models.CharField(max_length=8, choices=NeedOrigin)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=5, choices=NeedVerdict, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    loan = models.ForeignKey(
        "continuity.Loan", models.SET_NULL, null=True, blank=True, related_name="needs"
    )

    objects = EquipmentNeedQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "student", "wants"],
                condition=Q(closed_at__isnull=True),
                name="need_open_once_a_student",
            ),
            models.CheckConstraint(condition=Q(wants__in=NeedKind.values), name="need_kind_known"),
            models.CheckConstraint(
                condition=Q(shared_with__isnull=True)
                | Q(device=Device.SHARED, shared_with__range=(1, MOST_SHARING)),
                name="need_shared_only_if_shared",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(closed_at__isnull=False),
                name="need_withdrawn_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.wants}"

    @property
    def ended_by_leaving(self) -> bool:
        """Closed because the student left the school."""
        is_answered = self.withdrawn_at or self.loan_id or self.verdict == NeedVerdict.NO
        return self.closed_at is not None and not is_answered

    @property
    def ending(self) -> str:
        """Of a closed one: why it is closed."""
        if self.withdrawn_at:
            return gettext("Withdrawn")
        if self.loan_id:
            return gettext("Served by a loan")
        if self.ended_by_leaving:
            return gettext("Closed: the student has left this school.")
        return gettext("Refused")


class NeedDecision(models.Model):
    """A person decided, helped by an order: both are kept, and the family reads them.

    `place` among those who waited, and `met`: the criteria that put the need there.
    """

    need = models.ForeignKey(EquipmentNeed, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=5, choices=NeedVerdict)
    reason = models.CharField(max_length=11, choices=NeedReason)
    words = models.CharField(max_length=200, blank=True)
    place = models.PositiveSmallIntegerField()
    met = models.CharField(max_length=120, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.need}, {self.verdict}"

    @property
    def criteria_met(self) -> list[Criterion]:
        return [Criterion(code) for code in self.met.split(",") if code]
