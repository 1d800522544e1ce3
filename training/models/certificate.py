"""The printable proof: numbered without holes, verifiable, revocable, replaced when corrected."""

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id, verify_code
from training.enums import RequestedChange, RequestState


def private_storage():
    return storages["private"]


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(person=person)

    def current(self):
        """Those that no corrected version has replaced."""
        return self.filter(replaced_by__isnull=True)


class Certificate(models.Model):
    """Internal id, number (a counter per school year) and verify code are three things.

    `content` is frozen in both languages when it is issued: {"fr": {…}, "en": {…}} of plain
    strings. `minutes` is the attested time, for sums. The file is drawn once by the worker, hashed,
    kept. A correction is a new row that `replaces` the earlier one, with a code and a file of its
    own.
    """

    number = models.CharField(_("number"), max_length=16, unique=True)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    code = models.CharField(max_length=19, unique=True, default=verify_code, editable=False)
    enrolment = models.ForeignKey("training.Enrolment", models.PROTECT, related_name="certificates")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates"
    )
    content = models.JSONField()
    minutes = models.PositiveIntegerField(_("minutes"))
    issued_at = models.DateTimeField(default=timezone.now)
    file = models.FileField(upload_to="certificates/%Y", storage=private_storage, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    shows_name = models.BooleanField(_("show my whole name on the public page"), default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # The earlier version is over first, ten years after its own date: the later one stays.
    replaces = models.OneToOneField(
        "self", models.SET_NULL, related_name="replaced_by", null=True, blank=True
    )

    file_sums = {"file": "sha256"}
    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "version"], name="certificate_version_once_per_enrolment"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def words(self) -> dict[str, str]:
        """The certificate's texts, which never change, in the active language."""
        return self.content["en" if translation.get_language() == "en" else "fr"]

    @property
    def replacement(self) -> "Certificate | None":
        """The corrected version, if there is one."""
        return getattr(self, "replaced_by", None)


class CertificateRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=RequestState.OPEN)

    def answerable_by(self, person):
        """Nobody answers a request of their own."""
        return self.exclude(certificate__person=person)


class CertificateRequest(models.Model):
    """The holder's request to correct the name or the time on a certificate, and its answer; or
    withdrawn by the holder before any.

    One is open at a time for each certificate. `answer` is what the planner wrote: always with a
    refusal.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="requests")
    change = models.CharField(max_length=5, choices=RequestedChange)
    wanted_name = models.CharField(max_length=250, blank=True, help_text="As it is printed.")
    wanted_minutes = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=RequestState, default=RequestState.OPEN)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CertificateRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state=RequestState.OPEN),
                name="certificate_request_open_once",
            ),
            models.CheckConstraint(
                condition=(
                    Q(change=RequestedChange.NAME, wanted_minutes__isnull=True) & ~Q(wanted_name="")
                )
                | Q(change=RequestedChange.HOURS, wanted_minutes__isnull=False, wanted_name=""),
                name="certificate_request_wants_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(RequestState.OPEN, RequestState.WITHDRAWN),
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    answer="",
                )
                | Q(
                    state=RequestState.REPLACED,
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                )
                | (
                    Q(
                        state=RequestState.REFUSED,
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                    & ~Q(answer="")
                ),
                name="certificate_request_refused_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate}, {self.get_change_display()}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN

    @property
    def is_withdrawn(self) -> bool:
        return self.state == RequestState.WITHDRAWN
