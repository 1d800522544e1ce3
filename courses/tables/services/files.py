"""Files from and for spreadsheets: UTF-8 or Windows-1252, commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import translation

from courses.tables.exceptions import (
    ColumnsMissing,
    ColumnsTwice,
    ColumnsUnknown,
    LineTooLong,
    TableTooLarge,
    TableUnreadable,
    TableWithoutLines,
)
from courses.tables.values import Column, Row, cell_of, plain_cell, safe_cell

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


def read_table(
    text: str, columns: Sequence[Column], *, leaves_out_others: bool = False
) -> list[Row]:
    """The lines under the headings; empty ones are counted and left out.

    `leaves_out_others`: columns that aren't known are left out, where another tool wrote the file.
    Raises a `Refusal` about the file as a whole.
    """
    records = _filled_records(text)
    if len(records) > MOST_LINES + 1:
        raise TableTooLarge
    if not records:
        raise TableWithoutLines
    (_number, headings), *lines = records
    keys = _keys(headings, columns, leaves_out_others)
    if not lines:
        raise TableWithoutLines
    return [Row(number, _cells(number, keys, cells)) for number, cells in lines]


def _filled_records(text: str) -> list[tuple[int, list[str]]]:
    """With their numbers.

    A line break inside quotes doesn't begin another record, nor another line of a spreadsheet.
    """
    first_line = next(filter(str.strip, text.splitlines()), "")
    separator = max(";,\t", key=first_line.count)
    try:
        records = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise TableUnreadable from error
    return [
        (number, cells)
        for number, cells in enumerate(records, start=1)
        if any(map(str.strip, cells))
    ]


def _keys(
    headings: list[str], columns: Sequence[Column], leaves_out_others: bool = False
) -> list[str]:
    by_name = {
        name.casefold(): column.key
        for column in columns
        for name in (column.key, column.english, column.french, *column.others)
    }
    keys = [by_name.get(heading.strip().casefold(), "") for heading in headings]
    unknown = [
        heading for heading, key in zip(headings, keys, strict=True) if heading.strip() and not key
    ]
    if unknown and not leaves_out_others:
        raise ColumnsUnknown(columns=", ".join(unknown)[:200])
    if twice := [column.heading for column in columns if keys.count(column.key) > 1]:
        raise ColumnsTwice(columns=", ".join(twice))
    if missing := [
        column.heading for column in columns if column.is_required and column.key not in keys
    ]:
        raise ColumnsMissing(columns=", ".join(missing))
    return keys


def _cells(number: int, keys: list[str], cells: list[str]) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(keys) :]):
        raise LineTooLong(line=number)
    return {key: plain_cell(cell) for key, cell in zip(keys, cells, strict=False) if key}


def write_rows(
    headings: Iterable[str], rows: Iterable[Iterable[str]], separator: str = ";"
) -> bytes:
    """A file that a French spreadsheet opens: semicolons, UTF-8 with its mark.

    No cell is a formula.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(headings)
    writer.writerows([safe_cell(cell) for cell in cells] for cells in rows)
    return file.getvalue().encode("utf-8-sig")


def write_table(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A file that `read_table` reads, headed in the active language:

    English spreadsheets expect commas.
    """
    separator = "," if translation.get_language() == "en" else ";"
    lines = ([cell_of(row.get(column.key)) for column in columns] for row in rows)
    return write_rows([column.heading for column in columns], lines, separator)
