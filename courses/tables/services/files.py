"""Files from and for spreadsheets: UTF-8, UTF-16 with its mark or Windows-1252; commas, semicolons
or tabs.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils import translation

from courses.tables.exceptions import (
    ColumnsMissing,
    ColumnsTwice,
    ColumnsUnknown,
    HeadingsNotFound,
    LineTooLong,
    TableTooLarge,
    TableUnreadable,
    TableWithoutLines,
)
from courses.tables.values import Column, FileRow, cell_of, plain_cell, safe_cell

MOST_BYTES = 1_000_000
MOST_LINES = 3_000
SEPARATORS = ";,\t"
HEADINGS_WITHIN = 15  # lines of a file that another tool wrote

type Records = list[tuple[int, list[str]]]


def text_of(content: bytes) -> str:
    """The text of a file as spreadsheets write it. Raises `TableTooLarge` or `TableUnreadable`."""
    if len(content) > MOST_BYTES:
        raise TableTooLarge
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise TableUnreadable
    return text


def read_table(
    text: str, columns: Sequence[Column], *, leaves_out_others: bool = False
) -> list[FileRow]:
    """The lines under the headings; empty ones are counted and left out.

    `leaves_out_others`: where another tool wrote the file, columns that aren't known are left out,
    and so are the lines above the headings and the tables that follow. Raises a `Refusal` about
    the file as a whole.
    """
    likely = _separator(text)
    records = (
        _of_a_report(text, columns, likely) if leaves_out_others else _filled_records(text, likely)
    )
    if len(records) > MOST_LINES + 1:
        raise TableTooLarge
    if not records:
        raise TableWithoutLines
    (_number, headings), *lines = records
    keys = _keys(headings, columns, leaves_out_others)
    if not lines:
        raise TableWithoutLines
    return [FileRow(number, _cells(number, keys, cells)) for number, cells in lines]


def _separator(text: str) -> str:
    first_line = next(filter(str.strip, text.splitlines()), "")
    return max(SEPARATORS, key=first_line.count)


def _of_a_report(text: str, columns: Sequence[Column], likely: str) -> Records:
    """One table of a file that another tool wrote: from its headings to the next table."""
    if not text.strip():
        return []
    for separator in sorted(SEPARATORS, key=lambda one: one != likely):
        try:
            records = _filled_records(text, separator)
        except TableUnreadable:
            continue
        tables = [
            at
            for at, (number, cells) in enumerate(records)
            if number <= HEADINGS_WITHIN and _has_all(cells, columns)
        ]
        if tables:
            at = next((at for at in tables if not _is_summary(at, tables, records)), tables[-1])
            return _until_the_next(records[at:], columns) if at else records
    required = [column.heading for column in columns if column.is_required]
    raise HeadingsNotFound(lines=HEADINGS_WITHIN, columns=", ".join(required))


def _has_all(headings: list[str], columns: Sequence[Column]) -> bool:
    keys = _keys_of(headings, columns)
    return all(column.key in keys for column in columns if column.is_required)


def _is_summary(at: int, tables: list[int], records: Records) -> bool:
    """A single line under the headings, before the headings of another table."""
    second = at + 2
    follows = second < len(records) and records[second][0] == records[at][0] + 2
    return second in tables or not follows


def _until_the_next(records: Records, columns: Sequence[Column]) -> Records:
    """A title, or headings, after an empty line begin another table."""
    for n, ((before, _cells), (number, cells)) in enumerate(pairwise(records), start=1):
        is_title = sum(bool(cell.strip()) for cell in cells) == 1
        if number > before + 1 and (is_title or _has_all(cells, columns)):
            return records[:n]
    return records


def _filled_records(text: str, separator: str) -> Records:
    """Return the filled records with their numbers.

    A line break inside quotes doesn't begin another record, nor another line of a spreadsheet.
    """
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
    keys = _keys_of(headings, columns)
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


def _keys_of(headings: list[str], columns: Sequence[Column]) -> list[str]:
    by_name = {
        name.casefold(): column.key
        for column in columns
        for name in (column.key, column.english, column.french, *column.others)
    }
    return [by_name.get(heading.strip().casefold(), "") for heading in headings]


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
    lines = itertools.chain([headings], rows)
    writer.writerows([safe_cell(cell) for cell in cells] for cells in lines)
    return file.getvalue().encode("utf-8-sig")


def write_table(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A file that `read_table` reads, headed in the active language:

    English spreadsheets expect commas.
    """
    separator = "," if translation.get_language() == "en" else ";"
    lines = ([cell_of(row.get(column.key)) for column in columns] for row in rows)
    return write_rows([column.heading for column in columns], lines, separator)
