"""What a family says of a thing that is out: broken, lost, stolen. The desk decides what follows."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone

from continuity.enums import ReportKind


class LoanReportQuerySet(models.QuerySet):
    def open(self):
        """Not dealt with; the gravest first, then the newest."""
        gravity = Case(
            *(When(kind=kind, then=place) for place, kind in enumerate(ReportKind.values))
        )
        return self.filter(settled_at__isnull=True).order_by(gravity.desc(), "-reported_at", "-pk")


class LoanReport(models.Model):
    """One open report of each person on a thing of a loan; its state follows only when the desk takes
    it back.
    """

    line = models.ForeignKey("continuity.LoanLine", models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=8, choices=ReportKind)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = LoanReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "reported_by"],
                condition=Q(settled_at__isnull=True),
                name="loan_report_open_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values), name="loan_report_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.kind}"
