"""Work for the worker. It may run twice."""

import logging
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile, File

from courses.documents.exceptions import PdfUnavailable
from courses.documents.models import Paper
from courses.documents.registry import ArchiveKind, PaperKind, kind_of
from courses.jobs.values import job

logger = logging.getLogger(__name__)

TOLD_EVERY = 1.0  # seconds between two updates of how far an archive is


@job("papers")
def draw_paper(pk: int) -> None:
    """Draw a paper as things stood when it was asked for, once.

    Killed in the middle, it begins again.
    """
    paper = Paper.objects.select_related("owner").filter(pk=pk).first()
    if paper is None or paper.file:
        return
    kind = kind_of(paper.kind)
    if kind is None:
        paper.delete()
        return
    drawn = Paper()
    try:
        with _made(kind, paper) as content:
            if content is None:
                paper.delete()  # what it was to show is gone
                return
            drawn.file.save(f"{secrets.token_hex(16)}.{kind.ending}", content, save=False)
    except (PdfUnavailable, OSError) as error:
        logger.warning("The paper %s of %s isn't drawn: %s", paper.public_id, paper.kind, error)
        Paper.objects.filter(pk=pk, file="").update(failed=type(error).__name__)
        return
    if not Paper.objects.filter(pk=pk, file="").update(file=drawn.file.name, failed=""):
        drawn.file.delete(save=False)  # another worker was first, or the paper is gone


@contextmanager
def _made(kind: PaperKind | ArchiveKind, paper: Paper) -> Iterator[File | None]:
    """The content of the file. An archive is written to disk, so that memory never holds it; how
    far it is, its row says.
    """
    if isinstance(kind, PaperKind):
        content = kind.draw(paper)
        yield None if content is None else ContentFile(content)
        return
    with tempfile.TemporaryFile() as file:
        told = 0.0
        for done, parts in kind.fill(paper, file):
            if time.monotonic() - told >= TOLD_EVERY or done == parts:
                Paper.objects.filter(pk=paper.pk).update(parts=parts, parts_done=done)
                told = time.monotonic()
        file.seek(0)
        yield File(file)
