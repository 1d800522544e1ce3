"""Letters after a meeting: the sheet to close, the certificate that is there, corrected or not, the
one that no longer holds.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import MailFile, Message
from courses.people.models import Person
from training.documents.certificate import file_name, verify_address
from training.enums import Letters
from training.models import Certificate, CertificateRequest, Sheet
from training.notifications.evaluation import asked_of
from training.queries.leading import leads


@writes(
    Letters.SHEET_TO_CLOSE,
    because=gettext_lazy("an attendance sheet of yours is still open"),
    may_wait=True,
)
def sheet_to_close(sheet: Sheet, *, to: Person, details: dict) -> Message | None:
    """A day after the meeting; no longer needed once the sheet is closed, nor by who left the
    provider.
    """
    if sheet.is_closed or sheet.meeting.is_cancelled or not leads(to, sheet.meeting):
        return None
    context = {
        "to": to,
        "sheet": sheet,
        "session": sheet.session,
        "url": absolute(reverse("training:sheet", args=[sheet.public_id])),
    }
    return letter(
        "training/mail/sheet_to_close",
        _("The attendance sheet of “%(title)s” is still open") % {"title": sheet.session.title},
        context,
    )


@writes(Letters.CERTIFICATE_ISSUED, because=gettext_lazy("your certificate is ready"))
def certificate_issued(certificate: Certificate, *, to: Person, details: dict) -> Message | None:
    """The certificate with its file; no longer needed when it was revoked or replaced meanwhile. It
    asks for the evaluation, too, where that is open and no letter of its own went.
    """
    subject = _("Your certificate of training, no. %(number)s") % {"number": certificate.number}
    asked = {"evaluation": asked_of(certificate.enrolment)}
    return _with_file("training/mail/certificate_issued", subject, certificate, to, **asked)


@writes(Letters.CERTIFICATE_CORRECTED, because=gettext_lazy("your certificate is corrected"))
def certificate_corrected(certificate: Certificate, *, to: Person, details: dict) -> Message | None:
    """The new version, with its file and what it replaces."""
    subject = _("Your corrected certificate, no. %(number)s") % {"number": certificate.number}
    return _with_file("training/mail/certificate_corrected", subject, certificate, to)


def _with_file(
    template: str, subject: str, certificate: Certificate, to: Person, **more: object
) -> Message | None:
    if certificate.is_revoked or certificate.replacement or not certificate.file:
        return None
    with certificate.file.open() as file:
        attached = MailFile(file_name(certificate), file.read(), "application/pdf")
    return letter(template, subject, _about(certificate, to) | more, attachments=[attached])


@writes(
    Letters.CERTIFICATE_NOT_CORRECTED,
    because=gettext_lazy("you asked for a correction of your certificate"),
)
def certificate_not_corrected(
    request: CertificateRequest, *, to: Person, details: dict
) -> Message | None:
    """Why the certificate stays as it is."""
    certificate = request.certificate
    subject = _("Your certificate no. %(number)s is not corrected") % {"number": certificate.number}
    context = _about(certificate, to) | {"request": request}
    return letter("training/mail/certificate_not_corrected", subject, context)


@writes(Letters.CERTIFICATE_REVOKED, because=gettext_lazy("a certificate of yours was revoked"))
def certificate_revoked(certificate: Certificate, *, to: Person, details: dict) -> Message | None:
    """Why it no longer holds."""
    subject = _("Your certificate no. %(number)s is revoked") % {"number": certificate.number}
    return letter("training/mail/certificate_revoked", subject, _about(certificate, to))


def _about(certificate: Certificate, to: Person) -> dict:
    return {
        "to": to,
        "certificate": certificate,
        "words": certificate.content["en" if to.language == "en" else "fr"],
        "url": absolute(reverse("training:certificates")),
        "verify_url": verify_address(certificate),
        "presence_url": absolute(
            reverse("training:presence", args=[certificate.enrolment.session.public_id])
        ),
    }
