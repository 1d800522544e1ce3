"""Reads the first sheet of one workbook (XLSX), on standard input: values as texts, formulas by
their last result.

Answers {"lines": 12} and the lines as CSV in UTF-8; or {"why": "broken"}, {"why": "large"}.
"""

import csv
import datetime
import io
import sys
import zipfile
from typing import Any

from openpyxl import load_workbook

from courses.documents.fenced.answer import Why, answer, limit, refuse

MEGABYTES, SECONDS = 512, 8
MOST_UNPACKED, MOST_PARTS = 30_000_000, 500  # bytes, files inside
MOST_LINES, MOST_COLUMNS = 3_010, 60


def lines_of(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Why("large")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        lines = [
            [text_of(value) for value in line]
            for line in sheet.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS, values_only=True)
        ]
    except Why:
        raise
    except Exception as error:  # of openpyxl, zipfile and the parser of XML
        raise Why("broken") from error
    width = max((place + 1 for line in lines for place, cell in enumerate(line) if cell), default=0)
    return [line[:width] for line in lines]


def text_of(value: Any) -> str:
    """A duration as 01:05:30, a day as 2026-11-25, a whole number without its comma."""
    if value is None:
        return ""
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def main() -> None:
    limit(megabytes=MEGABYTES, seconds=SECONDS)
    try:
        lines = lines_of(sys.stdin.buffer.read())
    except Why as why:
        refuse(why)
        return
    written = io.StringIO()
    csv.writer(written).writerows(lines)
    answer({"lines": len(lines)}, written.getvalue().encode())
