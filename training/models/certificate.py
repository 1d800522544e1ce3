"""The printable proof: numbered without holes, verifiable, revocable."""

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import verify_code


def private_storage():
    return storages["private"]


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(person=person)


class Certificate(models.Model):
    """Internal id, number (a counter per school year) and verify code are three things.

    `content` is frozen in both languages when it is issued: {"fr": {…}, "en": {…}} of plain
    strings. The file is drawn once by the worker, hashed, kept. `replaces` is the place of
    corrected versions.
    """

    number = models.CharField(_("number"), max_length=16, unique=True)
    code = models.CharField(max_length=19, unique=True, default=verify_code, editable=False)
    enrolment = models.ForeignKey("training.Enrolment", models.PROTECT, related_name="certificates")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates"
    )
    content = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    file = models.FileField(upload_to="certificates/%Y", storage=private_storage, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    shows_name = models.BooleanField(_("show my whole name on the public page"), default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(_("reason"), max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, blank=True
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(replaces__isnull=True),
                name="certificate_once_per_enrolment",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None
