"""Work for the worker. Each may run twice."""

import logging

from cms.guidance.documents import page_pdf, what_it_says
from cms.guidance.models import GuidancePage, Pair
from cms.guidance.services import links, papers
from courses.documents.exceptions import PdfUnavailable
from courses.jobs.values import job

logger = logging.getLogger(__name__)


@job("links")
def look_at_links(pk: int) -> None:
    """Both languages of one page; of a page that is gone meanwhile, nothing."""
    if pair := Pair.objects.with_pages().filter(pk=pk).first():
        links.look(pair)


@job("papers")
def draw_page(pk: int) -> None:
    """Draw the paper of a live page, unless the one that is there says the same."""
    page = GuidancePage.objects.live().filter(pk=pk).first()
    if page is None or page.pair is None:
        return
    digest = what_it_says(page)
    if papers.keeps_saying(page, digest):
        return
    try:
        content = page_pdf(page)
    except PdfUnavailable as error:
        logger.warning("The page “%s” isn't on paper yet: %s", page.title, error)
        return
    papers.keep_pdf(page, digest, content)
