"""Work for the worker. It may run twice."""

import logging
import secrets

from django.core.files.base import ContentFile

from continuity.models import LessonPaper
from continuity.plans.documents import lesson_pdf
from courses.documents.exceptions import PdfUnavailable
from courses.jobs.values import job

logger = logging.getLogger(__name__)


@job("papers")
def draw_lesson(pk: int) -> None:
    """Draw a lesson as it stands, once. Killed in the middle, it begins again."""
    paper = LessonPaper.objects.select_related("lesson__author", "lesson__subject").filter(pk=pk).first()
    if paper is None or paper.file:
        return
    try:
        content = lesson_pdf(paper)
    except (PdfUnavailable, OSError) as error:
        logger.warning("The lesson %s isn't drawn: %s", paper.lesson.public_id, error)
        LessonPaper.objects.filter(pk=pk, file="").update(failed=type(error).__name__)
        return
    drawn = LessonPaper()
    drawn.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    if not LessonPaper.objects.filter(pk=pk, file="").update(file=drawn.file.name, failed=""):
        drawn.file.delete(save=False)  # another worker was first, or the paper is gone
