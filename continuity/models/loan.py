"""Loans: things of a school's pool handed to a student, and how each came back."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import LineOutcome, LossReason, Signatory
from continuity.models.equipment import MOST_EUROS
from courses.documents.values import public_id


class LoanQuerySet(models.QuerySet):
    def open(self):
        """Something of it is still out."""
        return self.filter(ended_at__isnull=True)

    def shown_in(self, school):
        """Made by the school, or followed its student there."""
        return self.filter(Q(school=school) | Q(goes_to=school))

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
    goes_to = models.ForeignKey(
        "courses.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The student's next school: the loan follows there, the things stay `school`'s.",
    )
    goes_since = models.DateTimeField(null=True, blank=True)
    let_go_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ["-lent_at", "-pk"]
        indexes = [models.Index(fields=["school", "ended_at"], name="loan_open_in_school")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_as__in=Signatory.values), name="loan_is_signed"
            ),
            models.CheckConstraint(
                condition=Q(goes_to=None, goes_since=None, let_go_by=None)
                | Q(goes_to__isnull=False, goes_since__isnull=False, let_go_by__isnull=False)
                & ~Q(goes_to=models.F("school")),
                name="loan_follows_to_another_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {timezone.localdate(self.lent_at)}"

    @property
    def shown_in_pks(self) -> list[int]:
        """The pks of its schools. The same as `LoanQuerySet.shown_in`."""
        return [pk for pk in (self.school_id, self.goes_to_id) if pk]


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
            models.UniqueConstraint(
                fields=["loan", "thing"],
                condition=~Q(outcome=LineOutcome.SWAPPED),
                name="loan_line_item_once_a_loan",
            ),
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


class ReturnCorrection(models.Model):
    """What had been noted of a return, and what is right. The line says the latter."""

    line = models.ForeignKey(LoanLine, models.CASCADE, related_name="corrections")
    was = models.CharField(max_length=8, choices=LineOutcome)
    was_erased = models.BooleanField()
    was_back_at = models.DateTimeField()
    was_returned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=8, choices=LineOutcome, blank=True, help_text="Empty: it is out after all."
    )
    is_erased = models.BooleanField()
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line.thing}, {self.was} → {self.outcome or 'out'}"


class LossEstimate(models.Model):
    """What a damage or a loss may cost, for the school's accountant. The newest one holds."""

    line = models.ForeignKey(LoanLine, models.CASCADE, related_name="estimates")
    euros = models.PositiveSmallIntegerField(
        _("estimate, in euros"), validators=[MaxValueValidator(MOST_EUROS)]
    )
    reason = models.CharField(_("what it is of"), max_length=8, choices=LossReason)
    estimated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    estimated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=LossReason.values), name="loss_estimate_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line.thing}, {self.euros} €"
