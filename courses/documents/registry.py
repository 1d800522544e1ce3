"""Kinds of papers. A row holds the key of its kind; the room that knows it says how it is drawn,
and who reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wagtail import hooks

from courses.documents.enums import PAPERS_HOOK


@dataclass(frozen=True)
class PaperPage:
    """What the page of a paper says to its reader, in the active language."""

    heading: str
    lead: str
    content: str  # what is on it, in one sentence
    instead: str  # where the same can be read if it can't be drawn
    back_url: str
    back_label: str
    file_name: str


@dataclass(frozen=True)
class PaperKind:
    """`draw(paper)` gives the file, as things stood at `paper.asked_at`, and raises
    `PdfUnavailable` or `OSError`; None if nothing is left.

    `page(paper, person)` gives what its page says to that person; None to those who may not read
    it.
    """

    key: str
    draw: Callable[[Any], bytes | None]
    page: Callable[[Any, Any], PaperPage | None]


def kind_of(key: str) -> PaperKind | None:
    """None, if no product that runs knows it."""
    kinds = {kind.key: kind for answer in hooks.get_hooks(PAPERS_HOOK) for kind in answer()}
    return kinds.get(key)
