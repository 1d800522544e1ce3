"""A page's PDF follows its publication: drawn by the worker, kept while the page is live, taken
away with it.
"""

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from wagtail.models import Page

from cms.guidance import tasks
from cms.guidance.models import GuidancePage, PagePdf
from courses.digest.services import tell
from courses.documents import services as documents
from courses.jobs import services as jobs


def ask_for_pdf(page: Page) -> None:
    """The worker looks whether the paper still says what the page says; republishing an unchanged
    page draws nothing.
    """
    if isinstance(page, GuidancePage):
        tasks.draw_page.enqueue(page.pk)


def keeps_saying(page: GuidancePage, digest: str) -> bool:
    """Whether the existing PDF says the same; if so it is dated as drawn now."""
    return bool(PagePdf.objects.filter(page=page.pk, digest=digest).update(drawn_at=timezone.now()))


def keep_pdf(page: GuidancePage, digest: str, content: bytes) -> None:
    """The file that the worker drew takes the place of the one before.

    A page that was taken down meanwhile gets none.
    """
    drawn = PagePdf()
    drawn.file.save(f"{get_random_string(24)}.pdf", ContentFile(content), save=False)
    with documents.kept_if_done(drawn.file), transaction.atomic():
        if not GuidancePage.objects.select_for_update().live().filter(pk=page.pk).exists():
            drawn.file.delete(save=False)
            return
        paper = PagePdf.objects.filter(page=page.pk).first() or PagePdf(page_id=page.pk)
        old = paper.file
        paper.digest, paper.size, paper.drawn_at = digest, len(content), timezone.now()
        paper.file = drawn.file.name
        paper.save()
        tell(f"page:{page.translation_key}")
        if old:
            documents.forget([old])


def take_pdf_away(page: Page) -> None:
    """Delete the PDF of a page that isn't live any more. May run twice."""
    throw_away(PagePdf.objects.filter(page=page.pk))


def throw_away(papers: Iterable[PagePdf]) -> None:
    """The rows, and once that is committed their files."""
    for paper in papers:
        with transaction.atomic():
            paper.delete()
            documents.forget([paper.file])


def draw_what_is_missing() -> None:
    """Pages published since their paper was drawn: a worker was killed, or can't draw.

    And papers of pages that are live no more.
    """
    true = PagePdf.objects.filter(drawn_at__gte=F("page__last_published_at"))
    missing = GuidancePage.objects.live().exclude(pk__in=true.values("page"))
    jobs.enqueue_missing(tasks.draw_page, missing.values_list("pk"))
    throw_away(PagePdf.objects.exclude(page__live=True))
