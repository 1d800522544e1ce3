"""Work for the worker. It may run twice."""

import logging
import secrets

from django.core.files.base import ContentFile

from continuity.models import WeekPaper
from continuity.week.documents import week_pdf
from continuity.week.queries.week import week_of
from courses.documents.exceptions import PdfUnavailable
from courses.jobs.values import job

logger = logging.getLogger(__name__)


@job("papers")
def draw_week(pk: int) -> None:
    """Draw a student's week as it stood when it was asked for, once. Killed in the middle, it begins again."""
    paper = WeekPaper.objects.select_related("student").filter(pk=pk).first()
    if paper is None or paper.file:
        return
    try:
        content = week_pdf(paper, week_of(paper.student, paper.monday, paper.asked_at))
    except PdfUnavailable as error:
        logger.warning("The week of %s isn't drawn: %s", paper.monday, error)
        WeekPaper.objects.filter(pk=pk, file="").update(failed="PdfUnavailable")
        return
    drawn = WeekPaper()
    drawn.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    if not WeekPaper.objects.filter(pk=pk, file="").update(file=drawn.file.name, failed=""):
        drawn.file.delete(save=False)  # another worker was first, or the sheet is gone
