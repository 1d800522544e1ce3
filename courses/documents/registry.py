"""Kinds of papers. A row holds the key of its kind; the room that knows it says how it is drawn,
and who reads it.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from wagtail import hooks

from courses.documents.enums import PAPERS_HOOK
from courses.documents.values import PDF, ZIP

KEPT = datetime.timedelta(days=14)


@dataclass(frozen=True)
class PaperPage:
    """Texts of a paper's page for its reader, in the active language."""

    heading: str
    lead: str
    content: str  # what is on it, in one sentence
    instead: str  # where the same can be read if it can't be drawn
    back_url: str
    back_label: str
    file_name: str


@dataclass(frozen=True)
class PaperKind:
    """`draw(paper)` gives the PDF, as things stood at `paper.asked_at`, and raises
    `PdfUnavailable` or `OSError`; None if nothing is left.

    `page(paper, person)` gives what its page says to that person; None to those who may not read
    it.
    """

    key: str
    draw: Callable[[Any], bytes | None]
    page: Callable[[Any, Any], PaperPage | None]

    media_type = PDF
    ending = "pdf"
    kept = KEPT


@dataclass(frozen=True)
class ArchiveKind:
    """Many files in one ZIP. `fill(paper, file)` writes it into the open file, part by part, and
    yields how many parts are done, and of how many. Raises `OSError`.

    It is kept for `kept` from when it was asked for.
    """

    key: str
    fill: Callable[[Any, IO[bytes]], Iterator[tuple[int, int]]]
    page: Callable[[Any, Any], PaperPage | None]
    kept: datetime.timedelta

    media_type = ZIP
    ending = "zip"


def kinds() -> dict[str, PaperKind | ArchiveKind]:
    """Return the kinds of every product that runs, by their keys."""
    return {kind.key: kind for answer in hooks.get_hooks(PAPERS_HOOK) for kind in answer()}


def kind_of(key: str) -> PaperKind | ArchiveKind | None:
    """None, if no product that runs knows it."""
    return kinds().get(key)
