"""What is lent under which terms: drawn up, signed or refused, kept as it was signed."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import AgreementWay, Signatory
from continuity.models.loan import Loan
from continuity.storage import private
from courses.documents.values import public_id
from courses.people.values import folded


class LoanAgreementQuerySet(models.QuerySet):
    def kept_by(self, person):
        """Those of the schools that lend by this person's hands."""
        return self.filter(school__in=person.keeps_students_of)

    def shown_in(self, school):
        """Drawn up by the school, or its loan is shown there."""
        return self.filter(Q(school=school) | Q(loan__in=Loan.objects.shown_in(school)))

    def open(self):
        """Nothing is handed over yet: to be signed, signed, or refused and the school calls."""
        return self.filter(loan__isnull=True, taken_off_at__isnull=True)

    def standing(self):
        """To be signed, or signed and to be handed over."""
        return self.open().filter(refused_at__isnull=True)

    def to_sign(self, day):
        """Neither signed nor refused, with a last day that isn’t over on that day."""
        return self.standing().filter(signed_at__isnull=True, terms__due_on__gte=day.isoformat())

    def holding(self, day):
        """Those whose signature held their things at the end of that day: until the hand-over, until
        they are taken off the list, or until their last day is over.
        """
        return self.filter(
            Q(loan__isnull=True) | Q(loan__lent_at__date__gt=day),
            Q(taken_off_at__isnull=True) | Q(taken_off_at__date__gt=day),
            signed_at__date__lte=day,
            terms__due_on__gte=day.isoformat(),
        )

    def not_drawn(self):
        """Those whose file doesn't say yet what is signed or handed over."""
        lent = Q(loan__isnull=False) & ~Q(drawn_as="lent")
        signed = Q(loan__isnull=True, signed_at__isnull=False) & ~Q(drawn_as="signed")
        fresh = Q(signed_at__isnull=True, refused_at__isnull=True, drawn_as="")
        return self.filter(lent | signed | fresh, Q(loan__isnull=False) | Q(taken_off_at=None))


class LoanAgreement(models.Model):
    """The terms of one loan, before it or with it.

    `terms` is plain data and never changed: sheet and page show it, the fingerprint is of it. The
    file is drawn by the worker, with what is signed so far; after the hand-over only if the desk
    corrects who signed.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    key = models.UUIDField(unique=True, help_text="The desk's own: sent twice is one agreement.")
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="+")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="agreements")
    terms = models.JSONField()
    drawn_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_up_at = models.DateTimeField(default=timezone.now)
    loan = models.OneToOneField(
        "continuity.Loan", models.CASCADE, null=True, blank=True, related_name="agreement"
    )
    replaces = models.ForeignKey(
        "continuity.LoanLine",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replacements",
        help_text="The broken or lost thing in whose place this is lent.",
    )
    way = models.CharField(max_length=8, choices=AgreementWay, blank=True)
    signed_as = models.CharField(_("signed by"), max_length=8, choices=Signatory, blank=True)
    signed_name = models.CharField(_("name"), max_length=80, blank=True)
    signature = models.FileField(
        upload_to="signatures/",
        storage=private,
        blank=True,
        help_text="PNG: drawn at the counter, beside the name. Its shape alone, no speed or pressure.",
    )
    signature_checksum = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the drawing; it stands on the sheet."
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose account or link it was; of paper, and at the counter, whom the desk named.",
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    taken_off_at = models.DateTimeField(
        null=True, blank=True, help_text="The desk called, or wants another one."
    )
    file = models.FileField(upload_to="agreements/", storage=private, blank=True)
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file.")
    drawn_as = models.CharField(
        max_length=8, blank=True, help_text="How far things were when the file was drawn."
    )

    file_sums = {"file": "checksum", "signature": "signature_checksum"}
    objects = LoanAgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-drawn_up_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, way="", signed_as="", signed_name="")
                | Q(
                    signed_at__isnull=False,
                    way__in=AgreementWay.values,
                    signed_as__in=Signatory.values,
                ),
                name="agreement_signed_or_not",
            ),
            models.CheckConstraint(
                condition=Q(signature="", signature_checksum="")
                | Q(way=AgreementWay.COUNTER) & ~Q(signature="") & ~Q(signature_checksum=""),
                name="agreement_drawn_at_the_counter",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | Q(signed_at__isnull=True),
                name="agreement_refused_or_signed",
            ),
            models.CheckConstraint(
                condition=Q(loan__isnull=True) | Q(signed_at__isnull=False, taken_off_at=None),
                name="agreement_lent_if_signed",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(loan__isnull=False),
                name="agreement_replaces_a_thing_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {timezone.localdate(self.drawn_up_at)}"

    @property
    def stage(self) -> str:
        """How far it is: `drawn`, `signed` or `lent`. What a file was drawn as is compared with it."""
        if self.loan_id:
            return "lent"
        return "signed" if self.signed_at else "drawn"

    @property
    def numbers(self) -> str:
        """Of the things, as they stand in the terms."""
        return ", ".join(one["number"] for one in self.terms["things"])

    @property
    def is_theirs(self) -> bool:
        """True if the school's own sheet was signed: there is no text of ours."""
        return not any(self.terms["clauses"].values())

    @property
    def named(self) -> set[str]:
        """Public ids of its things."""
        return {one["public_id"] for one in self.terms["things"]}

    @property
    def due_on(self) -> datetime.date:
        """The last day as it stands in the text; that of the loan may be another one by now."""
        return datetime.date.fromisoformat(self.terms["due_on"])

    @property
    def stands(self) -> bool:
        """True if it is to be signed, or signed and to be handed over."""
        return not (self.refused_at or self.taken_off_at or self.loan_id)

    @property
    def is_open(self) -> bool:
        """True if it can still be signed or refused."""
        return not (self.signed_at or self.refused_at or self.taken_off_at or self.loan_id)

    @property
    def is_to_sign(self) -> bool:
        """True if it can be signed today, as `to_sign`."""
        return self.is_open and not self.is_over

    @property
    def is_over(self) -> bool:
        """True if its last day has passed: nothing is signed or handed over by it any more."""
        return self.due_on < timezone.localdate()

    @property
    def is_final(self) -> bool:
        """True if the file is the one that is kept."""
        return bool(self.file) and self.drawn_as == "lent"

    @property
    def is_named_by_desk(self) -> bool:
        """True if it was for the desk to say who signed. Without `signed_by` it named no guardian:
        another adult signed, or nobody was asked.
        """
        at_school = self.way in (AgreementWay.COUNTER, AgreementWay.PAPER)
        return at_school and self.signed_as == Signatory.GUARDIAN

    @property
    def named_apart(self) -> str:
        """The name of whom the desk named, unless it was typed as the signature."""
        name = self.signed_by.display_name if self.is_named_by_desk and self.signed_by else ""
        return "" if folded(name) == folded(self.signed_name) else name


class SignatoryCorrection(models.Model):
    """Whom the desk had named as signing, and whom it named instead; None is no guardian whom the
    school has entered. The agreement says the latter.
    """

    agreement = models.ForeignKey(LoanAgreement, models.CASCADE, related_name="corrections")
    was = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.agreement}, {self.was or 'other'} → {self.signed_by or 'other'}"
