"""Workbooks (XLSX) that somebody sends are opened in the fence, and come out as a table."""

import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook

from courses.tables.exceptions import TableTooLarge, WorkbookUnreadable
from courses.tables.services.workbooks import text_of_either

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><worksheet><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>"
)


def saved(*lines) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_sheet(content: bytes, sheet: bytes) -> bytes:
    """The same workbook with another first sheet."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            is_sheet = part.filename == "xl/worksheets/sheet1.xml"
            new.writestr(part.filename, sheet if is_sheet else old.read(part))
    return file.getvalue()


def test_values_come_out_as_texts():
    content = saved(
        ["Nom", "Durée", None],
        ["Zoé", datetime.timedelta(hours=1, minutes=5, seconds=30), None],
        ["Anne", 65.0, None],
        ["Chloé", datetime.time(0, 40), None],
    )

    assert text_of_either(content).splitlines() == [
        "Nom,Durée",
        "Zoé,01:05:30",
        "Anne,65",
        "Chloé,00:40:00",
    ]


def test_what_is_no_workbook_is_read_as_a_table():
    assert text_of_either("Nom;Durée\nZoé;65".encode("cp1252")) == "Nom;Durée\nZoé;65"


def test_a_workbook_that_unpacks_to_very_much_is_refused_by_its_list_of_parts():
    bomb = with_sheet(saved(["a"]), b" " * 40_000_000)
    assert len(bomb) < 100_000

    with pytest.raises(TableTooLarge):
        text_of_either(bomb)


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 cut", with_sheet(saved(["a"]), LAUGHS.encode()), with_sheet(saved(["a"]), b"<x")],
    ids=["cut off", "entities in entities", "broken XML"],
)
def test_a_broken_or_hostile_workbook_is_refused_with_a_sentence(content):
    with pytest.raises(WorkbookUnreadable):
        text_of_either(content)
