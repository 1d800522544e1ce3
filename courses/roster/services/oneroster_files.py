"""Rows of the CSV files of a OneRoster bundle, one at a time, with their wanted columns alone.

RFC 4180 in UTF-8, with or without its mark; columns are found by their names. A row longer than any
is, ends the reading: memory doesn't grow with the file.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.exceptions import ColumnMissing, DeltaRow, NotCsv, NotUtf8, TooManyRows
from courses.roster.services.archive import Archive
from courses.roster.services.collecting import RosterCollector, WrongRecord
from courses.roster.values import LONGEST_SHOWN, MOST_LINES, BadRecord

MOST_OF_A_ROW = 100_000  # bytes; real ones have 500
MARK = "\ufeff"
STATUS = "status"  # filled in a delta set alone
# Whose key stands where, also in a row of too many or too few values: ids hold no commas.
KEY_OF_A_STUDENT = {
    "users.csv": "sourcedId",
    "roles.csv": "userSourcedId",
    "enrollments.csv": "userSourcedId",
}
OF_STUDENTS = {"users.csv", "roles.csv"}  # a row of these that can't be read may be a student's


@dataclass(frozen=True)
class BundleRow:
    """Wanted values by column, empty where the file hasn't the column; the line as an editor
    counts.
    """

    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def listed(self, column: str) -> list[str]:
        return [one for part in self[column].split(",") if (one := part.strip())]

    def wrong(self, fault: RecordFault, column: str, key: str = "") -> WrongRecord:
        return WrongRecord(bad_row(self.file, self.line, fault, column, key))


def bad_row(file: str, line: int, fault: RecordFault, column: str, key: str = "") -> BadRecord:
    """`key` of the student whom it is about: whole or empty."""
    whole = key if len(key) <= LONGEST_KEY else ""
    return BadRecord(file, line, column, fault.value, whole, file in OF_STUDENTS)


class BundleLines:
    """The lines of a file as text, counted; `row_is_over` after each row."""

    def __init__(self, file: IO[bytes], name: str):
        self._file, self._name = file, name
        self.number = self._of_a_row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(MOST_OF_A_ROW + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if self.number > MOST_LINES:
            raise TooManyRows(name=self._name, most=MOST_LINES)
        self._of_a_row += len(line)
        if self._of_a_row > MOST_OF_A_ROW:
            raise NotCsv(name=self._name, line=self.number)
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise NotUtf8(name=self._name, line=self.number) from error
        if "\0" in text:  # UTF-16 without its mark
            raise NotUtf8(name=self._name, line=self.number)
        return text.removeprefix(MARK) if self.number == 1 else text

    def row_is_over(self) -> None:
        self._of_a_row = 0


def bundle_rows(
    archive: Archive,
    name: str,
    needed: tuple[str, ...],
    also: tuple[str, ...] = (),
    collector: RosterCollector | None = None,
) -> Iterator[BundleRow]:
    """Rows of one file; a column of `also` may be missing. What isn't a row of as many values as
    there are columns goes to the collector. Raises a `Refusal` for what isn't a file of a complete
    set.
    """
    with archive.opened(name) as file:
        lines = BundleLines(file, name)
        rows = _numbered(lines, name)
        _number, header = next(rows, (1, []))
        columns = _columns(name, [cell.strip() for cell in header], needed, also)
        for number, cells in rows:
            if len(cells) == len(header):
                row = BundleRow(
                    name, number, {key: cells[at].strip() for key, at in columns.items()}
                )
                if row[STATUS]:
                    raise DeltaRow(name=name, line=number)
                yield row
            elif collector:
                _name_broken_row(collector, (name, number), header, cells)


def _name_broken_row(
    collector: RosterCollector, place: tuple[str, int], header: list[str], cells: list[str]
) -> None:
    """Whose key stands in its column stays as they are: a wrong guess changes nobody."""
    file, line = place
    missing = (header[len(cells) :] or header[-1:])[0].strip()
    collector.add_bad(bad_row(file, line, RecordFault.CELLS, missing[:LONGEST_SHOWN]))
    column = KEY_OF_A_STUDENT.get(file)
    keys = {
        cell.strip() for name, cell in zip(header, cells, strict=False) if name.strip() == column
    }
    collector.roster.undecided |= keys - {""}


def _numbered(lines: BundleLines, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their first line; empty lines are left out."""
    reader = csv.reader(lines, strict=True)
    while True:
        first = lines.number + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise NotCsv(name=name, line=lines.number) from error
        if cells is None:
            return
        lines.row_is_over()
        if cells:
            yield first, cells


def _columns(
    name: str, header: list[str], needed: tuple[str, ...], also: tuple[str, ...]
) -> dict[str, int]:
    """The places of the wanted columns. Raises `ColumnMissing`."""
    for column in (*needed, *also, STATUS):
        times = header.count(column)
        if times > 1 or (column in needed and not times):
            raise ColumnMissing(name=name, column=column)
    return {column: header.index(column) for column in (*needed, *also, STATUS) if column in header}
