"""Work for the worker. It may run twice."""

import logging
import secrets

from django.core.files.base import ContentFile

from courses.documents.exceptions import PdfUnavailable
from courses.documents.models import Paper
from courses.documents.registry import kind_of
from courses.jobs.values import job

logger = logging.getLogger(__name__)


@job("papers")
def draw_paper(pk: int) -> None:
    """Draw a paper as things stood when it was asked for, once.

    Killed in the middle, it begins again.
    """
    paper = Paper.objects.select_related("owner").filter(pk=pk).first()
    if paper is None or paper.file:
        return
    kind = kind_of(paper.kind)
    drawn = Paper()
    try:
        content = kind.draw(paper) if kind else None
        if content is None:
            paper.delete()  # what it was to show is gone
            return
        drawn.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(content), save=False)
    except (PdfUnavailable, OSError) as error:
        logger.warning("The paper %s of %s isn't drawn: %s", paper.public_id, paper.kind, error)
        Paper.objects.filter(pk=pk, file="").update(failed=type(error).__name__)
        return
    if not Paper.objects.filter(pk=pk, file="").update(file=drawn.file.name, failed=""):
        drawn.file.delete(save=False)  # another worker was first, or the paper is gone
