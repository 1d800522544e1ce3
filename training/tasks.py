"""Work for the worker. Each may run twice."""

import hashlib
import logging
import secrets

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from courses.documents import services as documents
from courses.documents.exceptions import PdfUnavailable
from courses.jobs.values import job
from courses.mail.services import post
from training.documents.certificate import certificate_pdf
from training.documents.delivery import delivery_note_pdf
from training.enums import Letters
from training.models import Certificate, DeliveryNote
from training.services import invitations

logger = logging.getLogger(__name__)


@job("default")
def invite_teachers(pk: int, after: int) -> int:
    """Write the next invitations to a session, to teachers after that primary key."""
    return invitations.write_batch(pk, after)


@job("papers")
def draw_certificate(pk: int) -> None:
    """Draw, hash and keep the file, once; post it to its holder.

    Killed in the middle, it begins again. A version that was replaced before isn't drawn any more.
    """
    certificate = Certificate.objects.get(pk=pk)
    if certificate.drawn_at or certificate.replacement:
        return
    try:
        content = certificate_pdf(certificate)
    except PdfUnavailable as error:
        logger.warning("Certificate %s isn't drawn yet: %s", certificate.number, error)
        return
    drawn = Certificate(pk=pk)
    drawn.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    with documents.kept_if_done(drawn.file), transaction.atomic():
        certificate = Certificate.objects.select_for_update().select_related("person").get(pk=pk)
        if certificate.drawn_at:
            drawn.file.delete(save=False)  # another worker was first
            return
        certificate.file = drawn.file.name
        certificate.sha256, certificate.drawn_at = (
            hashlib.sha256(content).hexdigest(),
            timezone.now(),
        )
        certificate.save(update_fields=["file", "sha256", "drawn_at"])
        is_corrected = certificate.replaces_id is not None
        post(
            Letters.CERTIFICATE_CORRECTED if is_corrected else Letters.CERTIFICATE_ISSUED,
            about=certificate,
            to=certificate.person,
            key=f"certificate:{certificate.pk}:issued",
        )


@job("papers")
def draw_delivery_note(pk: int) -> None:
    """Draw, hash and keep the file, once. Killed in the middle, it begins again."""
    note = DeliveryNote.objects.select_related("provider", "replaces").get(pk=pk)
    if note.drawn_at:
        return
    try:
        content = delivery_note_pdf(note)
    except PdfUnavailable as error:
        logger.warning("Delivery note %s isn't drawn yet: %s", note.number, error)
        return
    drawn = DeliveryNote(pk=pk)
    drawn.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    with documents.kept_if_done(drawn.file), transaction.atomic():
        note = DeliveryNote.objects.select_for_update(of=("self",)).get(pk=pk)
        if note.drawn_at:
            drawn.file.delete(save=False)  # another worker was first
            return
        note.file = drawn.file.name
        note.sha256, note.drawn_at = hashlib.sha256(content).hexdigest(), timezone.now()
        note.save(update_fields=["file", "sha256", "drawn_at"])
