"""Tables from and for spreadsheets: UTF-8 or Windows-1252, commas, semicolons or tabs."""

import csv
import hashlib
import io

from courses.people.enums import LineState
from courses.people.exceptions import ColumnsMissing, ColumnsUnknown, LineTooLong, TableTooLarge, TableUnreadable, TableWithoutLines
from courses.people.values import Column, Line, Row, plain_cell, safe_cell

MOST_BYTES = 1_000_000
MOST_LINES = 3_000


def text_of(content: bytes) -> str:
    """The text of a file as spreadsheets write it. Raises `TableTooLarge` or `TableUnreadable`."""
    if len(content) > MOST_BYTES:
        raise TableTooLarge
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise TableUnreadable
    return text


def read_table(text: str, columns: list[Column]) -> list[Row]:
    """The lines under the headings; empty ones are left out. Raises a `Refusal` that says what is wrong with the table."""
    first_line = text.lstrip().partition("\n")[0]
    separator = max(";,\t", key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip()), delimiter=separator, strict=True))
    except csv.Error as error:
        raise TableUnreadable from error
    if len(rows) > MOST_LINES + 1:
        raise TableTooLarge
    if not rows:
        raise TableWithoutLines
    keys = _keys(rows[0], columns)
    lines = [Row(number, _cells(number, keys, cells)) for number, cells in enumerate(rows[1:], start=2) if any(map(str.strip, cells))]
    if not lines:
        raise TableWithoutLines
    return lines


def _keys(headings: list[str], columns: list[Column]) -> list[str]:
    by_name = {name.casefold(): column.key for column in columns for name in (column.key, column.english, column.french)}
    keys = [by_name.get(heading.strip().casefold(), "") for heading in headings]
    if unknown := [heading for heading, key in zip(headings, keys, strict=True) if heading.strip() and not key]:
        raise ColumnsUnknown(columns=", ".join(unknown)[:200])
    if missing := [column.heading for column in columns if column.is_required and column.key not in keys]:
        raise ColumnsMissing(columns=", ".join(missing))
    return keys


def _cells(number: int, keys: list[str], cells: list[str]) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(keys) :]):
        raise LineTooLong(line=number)
    return {key: plain_cell(cell) for key, cell in zip(keys, cells, strict=False) if key}


def write_table(columns: list[Column], rows) -> bytes:
    """A file of the same form, headed in the language that is active: French spreadsheets expect semicolons."""
    file = io.StringIO()
    separator = ";" if columns[0].heading == columns[0].french else ","
    writer = csv.writer(file, delimiter=separator)
    writer.writerow([column.heading for column in columns])
    writer.writerows([safe_cell(row.get(column.key, "")) for column in columns] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def fingerprint(lines: list[Line]) -> str:
    """The same for the same plan: what was shown is what is done."""
    said = repr([(line.number, line.title, str(line.state), line.changes, line.problems) for line in lines])
    return hashlib.sha256(said.encode()).hexdigest()


def counts(lines: list[Line]) -> dict[str, int]:
    return {state.value: sum(line.state == state for line in lines) for state in LineState}
