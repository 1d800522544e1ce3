"""Tasks of equipment. Each may run twice."""

import hashlib
import logging
import secrets

from django.core.files.base import ContentFile
from django.db import transaction

from continuity.enums import Letters
from continuity.equipment.documents.agreement import sheet
from continuity.models import LoanAgreement
from courses.documents import services as documents
from courses.documents.exceptions import PdfUnavailable
from courses.jobs.values import job
from courses.mail.services import post

logger = logging.getLogger(__name__)


@job("papers")
def draw_agreement(pk: int) -> None:
    """Draw the sheet with what is signed by now; once it is handed over, for the last time, unless the desk
    corrects who signed.
    """
    related = ("school", "student", "drawn_up_by", "loan__lent_by", "signed_by")
    agreement = LoanAgreement.objects.select_related(*related).filter(pk=pk).first()
    if agreement is None or agreement.drawn_as == agreement.stage:
        return
    stage = agreement.stage
    try:
        content = sheet(agreement)
    except PdfUnavailable as error:
        logger.warning("The agreement %s isn't on paper yet: %s", agreement.public_id, error)
        return
    drawn = LoanAgreement()
    drawn.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    with documents.kept_if_done(drawn.file), transaction.atomic():
        held = LoanAgreement.objects.select_for_update().get(pk=pk)
        is_as_drawn = (held.stage, held.signed_by_id) == (stage, agreement.signed_by_id)
        if not is_as_drawn or held.drawn_as == stage:
            documents.forget([drawn.file])  # signed or corrected meanwhile: another task draws that
            return
        if held.file:
            documents.forget([held.file])
        held.file, held.drawn_as = drawn.file.name, stage
        held.checksum = hashlib.sha256(content).hexdigest()
        held.save(update_fields=["file", "checksum", "drawn_as"])
        if held.is_final and held.signed_by:
            again = held.corrections.count() or ""
            key = f"agreement:{held.pk}:kept{again}"
            post(Letters.AGREEMENT_KEPT, about=held, to=held.signed_by, key=key)
