"""Loans: things of a school's pool handed to a student, and how each came back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import LineOutcome, Signatory
from courses.documents.values import public_id


class LoanQuerySet(models.QuerySet):
    def open(self):
        """Something of it is still out."""
        return self.filter(ended_at__isnull=True)

    def kept_by(self, person):
        """Those of the schools that lend by this person's hands."""
        return self.filter(school__in=person.keeps_students_of)


class Loan(models.Model):
    """Things lent to one student under a signed agreement, until a day (inclusive).

    It ends when every thing is back or lost, not on its last day.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    key = models.UUIDField(unique=True, help_text="The form's own: sent twice is one loan.")
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="loans")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="loans")
    lent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lent_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("last day"))
    signed_as = models.CharField(_("signed by"), max_length=8, choices=Signatory)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_reminded = models.BooleanField(
        default=True, db_default=True, help_text="The desk can stop reminders of the last day."
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ["-lent_at", "-pk"]
        indexes = [models.Index(fields=["school", "ended_at"], name="loan_open_in_school")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_as__in=Signatory.values), name="loan_is_signed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.student}, {timezone.localdate(self.lent_at)}"


class LoanLine(models.Model):
    """One thing of a loan: out, or back in some way."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    loan = models.ForeignKey(Loan, models.CASCADE, related_name="lines")
    thing = models.ForeignKey("continuity.EquipmentItem", models.PROTECT, related_name="lines")
    outcome = models.CharField(max_length=8, choices=LineOutcome, blank=True)
    back_at = models.DateTimeField(null=True, blank=True)
    returned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_erased = models.BooleanField(
        default=False, help_text="Who took it back says that its data of the student are erased."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["thing"],
                condition=Q(back_at__isnull=True),
                name="loan_line_item_out_once",
            ),
            models.UniqueConstraint(fields=["loan", "thing"], name="loan_line_item_once_a_loan"),
            models.CheckConstraint(
                condition=Q(back_at__isnull=True, returned_to__isnull=True, outcome="")
                | Q(
                    back_at__isnull=False,
                    returned_to__isnull=False,
                    outcome__in=LineOutcome.values,
                ),
                name="loan_line_returned_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing}, {self.outcome or 'out'}"
