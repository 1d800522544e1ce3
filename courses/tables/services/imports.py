"""Import of files: each line's changes, with everything that is wrong with it; then all of it, or
nothing, is written.
"""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from courses.exceptions import Refusal
from courses.tables.enums import LineState
from courses.tables.exceptions import (
    CellRefused,
    CellTooLong,
    NotADay,
    PlanChanged,
    TableHasWrongLines,
)
from courses.tables.values import EMPTIED, CellChange, Column, FileRow, Problem, day_of

# How cells are read


def a_day(text: str) -> datetime.date:
    try:
        return day_of(text)
    except ValueError as error:
        raise NotADay(word=text) from error


def one_of(
    words: Mapping[str, Any], reason: str | Promise, remedy: str | Promise
) -> Callable[[str], Any]:
    """A reader of cells that hold one of these words, in small letters; `reason` may name the
    `%(word)s`.
    """

    def read(text: str) -> Any:
        if text.casefold() not in words:
            raise CellRefused(reason, remedy, word=text)
        return words[text.casefold()]

    return read


def cell_value(column: Column, text: str) -> Any:
    """None, or the column's own, where the cell is empty; EMPTIED for “-”. Raises a `Refusal`."""
    if not text:
        if column.must_be_filled:
            raise CellRefused(column.must_be_filled, _("Fill in this cell."))
        return column.if_empty
    if text == EMPTIED and column.can_be_emptied:
        return EMPTIED
    value = column.read(text)
    if column.longest and len(value) > column.longest:
        raise CellTooLong(most=column.longest)
    return value


# Lines


@dataclass
class ImportLine:
    """Changes of one line, in words; `work` is for the service that does it.

    `line["key"]` is the value of a cell.
    """

    line_number: int  # as the spreadsheet counts; a column may be called `number`
    texts: dict[str, str]
    columns: dict[str, Column]
    title: str = ""
    is_new: bool = False
    changes: list[CellChange] = field(default_factory=list)
    problems: list[Problem] = field(
        default_factory=list
    )  # in the order of the columns, once planned
    notes: list[Problem] = field(default_factory=list)  # what to know; nothing is in the way
    work: Any = None

    def __post_init__(self) -> None:
        self.values: dict[str, Any] = {}
        for key, column in self.columns.items():
            self.read(key, partial(cell_value, column))

    def __getitem__(self, key: str) -> Any:
        """None where the cell is empty or wrong."""
        return self.values[key]

    @property
    def state(self) -> LineState:
        if self.problems:
            return LineState.WRONG
        if self.is_new:
            return LineState.NEW
        return LineState.CHANGED if self.changes else LineState.UNCHANGED

    def text(self, key: str) -> str:
        return self.texts.get(key, "")

    def read(self, key: str, reader: Callable[[str], Any]) -> Any:
        """Keep what `reader` makes of the cell; None, with a problem, where it raises a `Refusal`."""
        try:
            self.values[key] = reader(self.text(key))
        except Refusal as refusal:
            self.values[key] = None
            self.refuse(key, refusal)
        return self.values[key]

    def value_or(self, key: str, was: Any, emptied: Any = None) -> Any:
        """The cell's value; `was` where the cell is empty, `emptied` where it says “-”."""
        value = self[key]
        if value is None or value == "":
            return was
        return emptied if value == EMPTIED else value

    def find(
        self, key: str, known: Mapping[str, Any], reason: str | Promise, remedy: str | Promise
    ) -> Any:
        """Return the known value of the cell's text, in small letters; None, with a problem whose
        `reason` may name the `%(word)s`.
        """
        return self.read(key, one_of(known, reason, remedy))

    def refuse(
        self, key: str, reason: Refusal | str | Promise, remedy: str | Promise = "", **values: Any
    ) -> None:
        """Note what is wrong with a cell.

        `remedy` is for refusals that have no advice of their own.
        """
        refusal = reason if isinstance(reason, Refusal) else CellRefused(reason, **values)
        self.problems.append(self._sentence(key, refusal, remedy))

    def note(self, key: str, refusal: Refusal) -> None:
        """Say why a cell changes nothing; the rest of the line, and the table, is written."""
        self.notes.append(self._sentence(key, refusal))

    def _sentence(self, key: str, refusal: Refusal, remedy: str | Promise = "") -> Problem:
        heading = self.columns[key].heading
        return Problem(heading, refusal.reason, refusal.advice or str(remedy))

    def need(self, key: str, reason: str | Promise) -> None:
        """Refuse an empty cell; one that is wrong has its sentence already."""
        if not self[key] and not self.is_wrong(key):
            self.refuse(key, reason, _("Fill in this cell."))

    def is_wrong(self, key: str) -> bool:
        return any(problem.column == self.columns[key].heading for problem in self.problems)

    def change(self, key: str, was: Any, now: Any) -> None:
        self.changes.append(CellChange(self.columns[key].heading, in_words(was), in_words(now)))


def in_words(value: Any) -> str:
    if isinstance(value, datetime.date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value or "")


def fingerprint(lines: list[ImportLine]) -> str:
    """The same for the same plan, so that what is applied is what was shown."""
    plan = repr(
        [
            (line.line_number, line.title, str(line.state), line.changes, line.problems)
            for line in lines
        ]
    )
    return hashlib.sha256(plan.encode()).hexdigest()


def counts(lines: list[ImportLine]) -> dict[str, int]:
    return {state.value: sum(line.state == state for line in lines) for state in LineState}


# Files


class TableImport:
    """One kind of file. A subclass names its columns, loads what the lines need, plans one line and
    writes one.

    `plan` writes nothing. `apply` plans anew inside its transaction and writes the lines that
    change something, so the same file applied twice changes nothing the second time.
    """

    columns: Sequence[Column]

    def lock(self) -> None:
        """Called first in the transaction of `apply`."""

    def load(self, rows: list[FileRow]) -> None:
        """Read what all lines need, in a number of queries that doesn't grow with the lines."""

    def plan_line(self, line: ImportLine) -> None:
        """Fill in title, work, changes and problems, and whether the line is new.

        Cells that can't be read are noted already.
        """
        raise NotImplementedError

    def write_line(self, line: ImportLine, *, by: Any, **options: Any) -> None:
        raise NotImplementedError

    def export_rows(self) -> Iterable[Mapping[str, Any]]:
        """Return the present rows, as values by the columns' keys: read back, they
        change nothing.
        """
        raise NotImplementedError

    def plan(self, rows: list[FileRow]) -> list[ImportLine]:
        self.load(rows)
        columns = {column.key: column for column in self.columns}
        headings = [column.heading for column in self.columns]
        lines = [ImportLine(row.number, row.cells, columns) for row in rows]
        for line in lines:
            self.plan_line(line)
            if line.problems:
                line.changes = []
                line.problems.sort(key=lambda problem: headings.index(problem.column))
        return lines

    def apply(
        self, rows: list[FileRow], *, by: Any, shown: str, **options: Any
    ) -> list[ImportLine]:
        """Write every line, or none.

        Raises `PlanChanged` when the plan's fingerprint isn't `shown` any more,
        `TableHasWrongLines`.
        """
        with transaction.atomic():
            self.lock()
            lines = self.plan(rows)
            if fingerprint(lines) != shown:
                raise PlanChanged
            if any(line.problems for line in lines):
                raise TableHasWrongLines
            for line in lines:
                if line.state != LineState.UNCHANGED:
                    self.write_line(line, by=by, **options)
        return lines
