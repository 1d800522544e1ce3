"""What a family says of a thing that is out: broken, lost, stolen. The desk decides what follows."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from continuity.enums import ReportKind


class LoanReport(models.Model):
    """One open report a thing of a loan; its state follows only when the desk takes it back."""

    line = models.ForeignKey("continuity.LoanLine", models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=8, choices=ReportKind)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(settled_at__isnull=True),
                name="loan_report_open_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values), name="loan_report_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.kind}"
