"""Columns, rows and cells of a file; one change and one problem of a line."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext

EMPTIED = "-"  # in a cell: delete what is there
FORMULA_SIGNS = frozenset("=+-@")
FORMULA_STARTS = FORMULA_SIGNS | {"\t", "\r"}  # spreadsheets skip the last two and run what follows
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class Column:
    """One column: its heading in English and in French, both understood, and how its cells are
    read.

    `read` turns the text of a filled cell into a value, or raises a `Refusal`. `longest` is in
    characters; 0 is no limit.
    """

    key: str
    english: str
    french: str
    help: str | Promise
    is_required: bool = False  # the file must have the column
    read: Callable[[str], Any] = str
    longest: int = 0
    can_be_emptied: bool = False  # by EMPTIED
    if_empty: Any = None  # the value of an empty cell
    must_be_filled: str | Promise = ""  # the sentence about an empty cell
    others: tuple[str, ...] = ()  # further headings that are understood, as other tools write them

    @property
    def heading(self) -> str:
        return self.english if translation.get_language() == "en" else self.french


@dataclass(frozen=True)
class FileRow:
    """A line under the headings, by the columns' keys; `number` as a spreadsheet counts."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class CellChange:
    column: str
    was: str
    now: str


@dataclass(frozen=True)
class Problem:
    column: str
    reason: str
    remedy: str = ""


def day_of(typed: str) -> datetime.date:
    """2026-09-01 or 01/09/2026. Raises ValueError."""
    match = DATE.fullmatch(typed)
    if match is None:
        raise ValueError(typed)
    year, month, day, french_day, french_month, french_year = match.groups()
    return datetime.date(
        int(year or french_year), int(month or french_month), int(day or french_day)
    )


def words_of(cell: str) -> list[str]:
    """Several codes in one cell, between spaces, commas or bars."""
    return [word for word in re.split(r"[\s,|]+", cell) if word]


def cell_of(value: Any) -> str:
    """The text from which a column reads this value again.

    Lists are codes, with a space between them.
    """
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is True:
        return gettext("yes")
    return "" if value is None or value is False else str(value)


def safe_cell(text: str) -> str:
    """Return the text as it goes into a file: what a spreadsheet would take for a formula gets an
    apostrophe.
    """
    return f"'{text}" if text[:1] in FORMULA_STARTS else text


def plain_cell(text: str) -> str:
    """Return the text of a file's cell without the apostrophe of `safe_cell`."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_STARTS else text
