"""A lesson as a PDF."""

import base64

from django.conf import settings
from django.utils import translation

from continuity.models import Attachment, LessonPaper
from courses.documents.services import pdf


def lesson_pdf(paper: LessonPaper) -> bytes:
    """A4, with pictures inside it and formulas in letters, in its author's language. Raises `PdfUnavailable`."""
    lesson = paper.lesson
    attachments = list(lesson.attachments.all())
    context = {
        "lesson": lesson,
        "language": lesson.author.language,
        "asked_at": paper.asked_at,
        "pictures": [(one.number, _inside(one), one.alt) for one in attachments if one.is_picture],
        "files": [one for one in attachments if not one.is_picture],
        "is_demo": settings.ONE_CLICK_LOGINS,
    }
    with translation.override(lesson.author.language):
        return pdf("continuity/plans/documents/lesson.html", context, stylesheet="documents.css")


def _inside(picture: Attachment) -> str:
    """The drawing of PDFs calls no host and reads no storage: the picture goes along in its address."""
    with picture.file.open("rb") as file:
        return f"data:{picture.media_type};base64,{base64.b64encode(file.read()).decode()}"
