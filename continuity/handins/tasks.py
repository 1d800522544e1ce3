"""Tasks of hand-ins. Each may run twice."""

import logging
import secrets

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from continuity.enums import HandInState, PartKind
from continuity.models import HandIn, HandInPage, HandInPart
from courses.documents import services as documents
from courses.documents.exceptions import PdfBroken
from courses.documents.values import JPEG, PDF, BoundSheet
from courses.jobs.values import job

logger = logging.getLogger(__name__)


MOST_BROKEN = 3  # pages that may each use up their time: letters wait behind them


@job("papers")
def bind_photos(pk: int) -> None:
    """Bind the pages of a hand-in to one upright PDF, once.

    Killed in the middle, or without its storage, it begins again.
    """
    named = ("student", "assignment__homework", "assignment__teaching__school_class")
    handin = HandIn.objects.select_related(*named).get(pk=pk)
    if handin.pdf or handin.state == HandInState.COLLECTING:
        return
    try:
        content = documents.bind_images(
            _sheets(handin), title=_title_of(handin), language=settings.LANGUAGE_CODE
        )
    except PdfBroken:
        logger.exception("Hand-in %s can't be bound", handin.receipt_number)
        HandIn.objects.filter(pk=pk).update(pdf_failed="PdfBroken")
        return
    bound = HandIn(pk=pk)
    bound.pdf.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    with transaction.atomic():
        handin = HandIn.objects.select_for_update().get(pk=pk)
        if handin.pdf:
            bound.pdf.storage.delete(bound.pdf.name or "")
            return
        handin.pdf = bound.pdf.name
        handin.save(update_fields=["pdf"])


def _title_of(handin: HandIn) -> str:
    """The PDF's title: it names the student, because the file is also read outside the site."""
    return (
        f"{handin.assignment.homework.title} ({handin.student.display_name},"
        f" {handin.assignment.teaching.school_class.name})"
    )


def _sheets(handin: HandIn):
    for part in handin.parts.exclude(kind=PartKind.SOUND):
        with part.file.open("rb") as file:
            yield BoundSheet(file.read(), PDF if part.kind == PartKind.PDF else JPEG, part.turned)


@job("papers")
def draw_pages(pk: int) -> None:
    """Draw the pages of a hand-in's PDFs, each once.

    One that can't be drawn is remembered, and stays a link to the PDF.
    """
    parts = HandInPart.objects.filter(handin=pk, kind=PartKind.PDF).prefetch_related("drawn")
    broken = 0
    for part in parts:
        missing = set(range(1, part.pages + 1)) - {page.number for page in part.drawn.all()}
        if not missing:
            continue
        with part.file.open("rb") as file:
            content = file.read()
        for number in sorted(missing):
            broken += not _draw(part, number, content if broken < MOST_BROKEN else None)


def _draw(part: HandInPart, number: int, content: bytes | None) -> bool:
    """Draw a page of a PDF; return whether there is a picture. Without content none is tried."""
    page = HandInPage(part=part, number=number)
    try:
        if content is None:
            raise PdfBroken
        picture = documents.picture_of_page(content, number, turned=part.turned)
    except PdfBroken:
        logger.warning("Page %s of the PDF %s can't be drawn", number, part.public_id)
    else:
        page.file.save(f"{secrets.token_hex(16)}.jpg", ContentFile(picture.content), save=False)
        page.width, page.height = picture.width, picture.height
    kept = {"file": page.file.name or "", "width": page.width, "height": page.height}
    _page, is_new = HandInPage.objects.get_or_create(part=part, number=number, defaults=kept)
    if page.file and not is_new:
        page.file.storage.delete(str(page.file.name))  # another worker was first
    return bool(page.file)
