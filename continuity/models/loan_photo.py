"""Photos beside a loan: the state of its things, and the sheet that was signed on paper."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from continuity.enums import PhotoOf
from continuity.models.loan import Loan
from continuity.storage import private
from courses.documents.values import public_id


class LoanPhoto(models.Model):
    """Taken by the desk; erased with its loan. Of a removed one the row stays, without the file."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    loan = models.ForeignKey(Loan, models.CASCADE, related_name="photos")
    shows = models.CharField(max_length=8, choices=PhotoOf)
    file = models.FileField(upload_to="loan-photos/", storage=private, blank=True)
    checksum = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what was sent: sent twice is one photo."
    )
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "shows", "checksum"],
                condition=Q(removed_at__isnull=True),
                name="loan_photo_sent_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True) & ~Q(file="")
                | Q(removed_at__isnull=False, file="", checksum=""),
                name="loan_photo_there_or_removed",
            ),
            models.CheckConstraint(
                condition=Q(shows__in=PhotoOf.values), name="loan_photo_shows_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan}, {self.shows}"
