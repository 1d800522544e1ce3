"""Files of rows: how they are read, what is wrong with each line, what they change, how they are
written.
"""

import datetime

import pytest
from django.utils import translation

from courses.exceptions import Refusal
from courses.tables.exceptions import (
    ColumnsMissing,
    ColumnsTwice,
    ColumnsUnknown,
    LineTooLong,
    PlanChanged,
    TableHasWrongLines,
    TableTooLarge,
    TableUnreadable,
    TableWithoutLines,
)
from courses.tables.services.files import MOST_LINES, read_table, text_of, write_table
from courses.tables.services.imports import (
    ImportLine,
    TableImport,
    a_day,
    counts,
    fingerprint,
    one_of,
)
from courses.tables.values import EMPTIED, Column, FileRow, cell_of

COLUMNS = [
    Column("name", "name", "nom", "", is_required=True, longest=8, must_be_filled="Give a name."),
    Column("day", "day", "jour", "", read=a_day, can_be_emptied=True),
    Column(
        "size",
        "size",
        "taille",
        "",
        read=one_of({"s": 1, "petit": 1, "l": 2}, "“%(word)s” is no size.", "Write s or l."),
        if_empty=1,
    ),
    Column("note", "remark", "remarque", "", can_be_emptied=True),
]


class ThingsImport(TableImport):
    """Things by their name, kept in a dict instead of the database."""

    columns = COLUMNS

    def __init__(self, kept: dict):
        self.kept, self.written = kept, []

    def load(self, rows: list[FileRow]) -> None:
        self.known = {name: dict(thing) for name, thing in self.kept.items()}

    def plan_line(self, line: ImportLine) -> None:
        line.title = line.text("name")
        line.is_new = line["name"] not in self.known
        line.work = thing = self.known.get(line["name"], {"day": None, "size": 0, "note": ""})
        for key, emptied in (("day", None), ("size", None), ("note", "")):
            now = line.value_or(key, thing[key], emptied)
            if now != thing[key] and not line.is_new:
                line.change(key, thing[key], now)
            thing[key] = now

    def write_line(self, line: ImportLine, *, by, **options) -> None:
        self.kept[line["name"]] = line.work
        self.written.append(line["name"])

    def export_rows(self):
        for name, thing in self.kept.items():
            yield {
                "name": name,
                "day": thing["day"],
                "size": "sl"[thing["size"] - 1],
                "note": thing["note"],
            }


def rows(content: bytes) -> list[FileRow]:
    return read_table(text_of(content), COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_texts_are_read_in_the_encodings_of_spreadsheets(encoding):
    assert text_of("name;day\nÉté;\n".encode(encoding)) == "name;day\nÉté;\n"


def lines(text: str, kept: dict | None = None) -> list[ImportLine]:
    return ThingsImport(kept or {}).plan(read_table(text, COLUMNS))


ZOE = {"name": "Zoé", "note": "d’ici"}


@pytest.mark.parametrize(
    ("content", "read"),
    [
        pytest.param("nom;remarque\nZoé;d’ici\n".encode(), [(2, ZOE)], id="UTF-8"),
        pytest.param(
            "nom;remarque\nZoé;d’ici\n".encode("utf-8-sig"), [(2, ZOE)], id="UTF-8 with its mark"
        ),
        pytest.param("nom;remarque\nZoé;d’ici\n".encode("cp1252"), [(2, ZOE)], id="Windows-1252"),
        pytest.param(
            "name,remark\r\nZoé,d’ici\r\n".encode(),
            [(2, ZOE)],
            id="commas, English, lines of Windows",
        ),
        pytest.param("name\tremark\nZoé\td’ici".encode(), [(2, ZOE)], id="tabs"),
        pytest.param(
            "\tname\tremark\n\tZoé\td’ici".encode(), [(2, ZOE)], id="a first column without heading"
        ),
        pytest.param(
            " NOM ; Remarque \n Zoé ;d’ici\n".encode(), [(2, ZOE)], id="spaces and capitals"
        ),
        pytest.param(
            "remark;name\nd’ici;Zoé\n".encode(), [(2, ZOE)], id="columns in another order"
        ),
        pytest.param(
            "\n;\nname;remark\n;;;\n\nZoé;d’ici\n\n".encode(),
            [(6, ZOE)],
            id="empty lines are counted and left out",
        ),
        pytest.param(
            b'name;remark\n"A;1";"one\ntwo ""x"""\nB;\n',
            [(2, {"name": "A;1", "note": 'one\ntwo "x"'}), (3, {"name": "B", "note": ""})],
            id="a line break, a separator and quotes inside quotes",
        ),
        pytest.param(
            b"name;remark\nA;'=1+2\n",
            [(2, {"name": "A", "note": "=1+2"})],
            id="the apostrophe of an export",
        ),
        pytest.param(b"name;remark\nA\n", [(2, {"name": "A"})], id="a line that ends early"),
        pytest.param(b"name;;\nA;;\n", [(2, {"name": "A"})], id="empty columns at the right"),
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(content, read):
    assert [(row.number, row.cells) for row in rows(content)] == read


@pytest.mark.parametrize(
    ("content", "refusal", "reason"),
    [
        pytest.param(
            b"", TableWithoutLines, "This table has no line under its headings.", id="nothing"
        ),
        pytest.param(
            b"name;day\n;\n\n",
            TableWithoutLines,
            "This table has no line under its headings.",
            id="headings alone",
        ),
        pytest.param(
            b"day\n2026-09-01\n",
            ColumnsMissing,
            "These columns are missing from the first line: name.",
            id="a column missing",
        ),
        pytest.param(
            b"name;shoe;hat\nA;38;\n",
            ColumnsUnknown,
            "The first line names columns that are not known: shoe, hat.",
            id="unknown columns",
        ),
        pytest.param(
            b"name;remark;NAME\nA;;B\n",
            ColumnsTwice,
            "The first line names these columns more than once: name. Leave one of each.",
            id="a column twice",
        ),
        pytest.param(
            b"name;nom\nA;B\n",
            ColumnsTwice,
            "The first line names these columns more than once: name. Leave one of each.",
            id="a column in both languages",
        ),
        pytest.param(
            b"name;day\nA;\nB;;more\n",
            LineTooLong,
            "Line 3 has more cells than the first line has headings: is a separator missing its"
            " quotes?",
            id="a cell too many",
        ),
        pytest.param(
            b'name\n"A\n',
            TableUnreadable,
            "This file is not a table in CSV: save it as “CSV” from your spreadsheet, then choose"
            " it again.",
            id="an open quote",
        ),
        pytest.param(
            "name\nZoé\n".encode("utf-16-le"),
            TableUnreadable,
            "This file is not a table in CSV: save it as “CSV” from your spreadsheet, then choose"
            " it again.",
            id="UTF-16 without its mark",
        ),
        pytest.param(
            b"name\n" + b"A\n" * 10_000,
            TableTooLarge,
            "This file is larger than 1 MB or has more than 3,000 lines: cut it into several.",
            id="10,000 lines",
        ),
        pytest.param(
            b"name\n" + b"A" * 1_000_000,
            TableTooLarge,
            "This file is larger than 1 MB or has more than 3,000 lines: cut it into several.",
            id="more than 1 MB",
        ),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_a_sentence(content, refusal, reason):
    with pytest.raises(Refusal) as refused:
        rows(content)

    assert (type(refused.value), refused.value.reason) == (refusal, reason)


def test_as_many_lines_as_are_allowed_are_read():
    assert len(rows(b"name\n" + b"A\n" * MOST_LINES)) == MOST_LINES


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        pytest.param("A;;;", [], id="empty cells"),
        pytest.param("A;-;;-", [], id="emptied cells"),
        pytest.param(";;;", None, id="an empty line is none"),
        pytest.param(
            ";;;x",
            [("name", "Give a name.", "Fill in this cell.")],
            id="a cell that must be filled",
        ),
        pytest.param(
            "A;31/02/2026;;",
            [("day", "“31/02/2026” is not a day.", "Write it as 2026-09-01 or 01/09/2026.")],
            id="no day",
        ),
        pytest.param(
            "A;;-;",
            [("size", "“-” is no size.", "Write s or l.")],
            id="a cell that can't be emptied",
        ),
        pytest.param(
            "ABCDEFGHI;soon;xl;",
            [
                ("name", "This is longer than 8 characters.", "Shorten it."),
                ("day", "“soon” is not a day.", "Write it as 2026-09-01 or 01/09/2026."),
                ("size", "“xl” is no size.", "Write s or l."),
            ],
            id="everything that is wrong",
        ),
    ],
)
def test_all_that_is_wrong_with_a_line_is_said_by_column(line, problems):
    planned = lines(f"name;day;size;remark\n{line}\nlast;;;\n")[:-1]

    assert [[(p.column, p.reason, p.remedy) for p in one.problems] for one in planned] == (
        [] if problems is None else [problems]
    )
    assert [str(one.state) for one in planned] == (
        [] if problems is None else ["wrong" if problems else "new"]
    )


def test_problems_are_said_in_the_readers_language():
    with translation.override("fr"):
        (line,) = lines("name;day\nA;soon\n")

    assert [(p.column, p.reason) for p in line.problems] == [
        ("jour", "«\u202fsoon\u202f» n’est pas un jour.")
    ]


KEPT = {
    "same": {"day": datetime.date(2026, 9, 1), "size": 1, "note": "here"},
    "other": {"day": datetime.date(2026, 9, 1), "size": 2, "note": "here"},
    "bare": {"day": datetime.date(2026, 9, 1), "size": 1, "note": "here"},
}
FILE = "name;day;size;remark\nnew;01/09/2026;L;\nsame;;petit;\nother;2026-09-02;;there\nbare;-;;-\n"


def test_a_plan_shows_what_is_new_changed_and_left():
    planned = lines(FILE, KEPT)

    assert [
        (
            line.line_number,
            line.title,
            str(line.state),
            [(c.column, c.was, c.now) for c in line.changes],
        )
        for line in planned
    ] == [
        (2, "new", "new", []),
        (3, "same", "unchanged", []),
        (
            4,
            "other",
            "changed",
            [("day", "01/09/2026", "02/09/2026"), ("size", "2", "1"), ("remark", "here", "there")],
        ),
        (5, "bare", "changed", [("day", "01/09/2026", ""), ("remark", "here", "")]),
    ]
    assert counts(planned) == {"new": 1, "changed": 2, "unchanged": 1, "wrong": 0}


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing():
    things = ThingsImport({name: dict(thing) for name, thing in KEPT.items()})
    read = read_table(FILE, COLUMNS)

    first = things.apply(read, by=None, shown=fingerprint(things.plan(read)))
    kept = {name: dict(thing) for name, thing in things.kept.items()}
    second = things.apply(read, by=None, shown=fingerprint(things.plan(read)))

    assert ({str(line.state) for line in first}, {str(line.state) for line in second}) == (
        {"new", "changed", "unchanged"},
        {"unchanged"},
    )
    assert (things.kept, things.written) == (kept, ["new", "other", "bare"])
    assert kept["new"] == {"day": datetime.date(2026, 9, 1), "size": 2, "note": ""}
    assert kept["bare"] == {"day": None, "size": 1, "note": ""}


@pytest.mark.django_db
def test_one_wrong_line_keeps_the_whole_file_out():
    things = ThingsImport({})

    read = read_table("name;day\nA;\nB;soon\n", COLUMNS)

    with pytest.raises(TableHasWrongLines):
        things.apply(read, by=None, shown=fingerprint(things.plan(read)))

    assert things.kept == {}


@pytest.mark.django_db
def test_what_is_no_longer_what_was_shown_is_not_written():
    things, read = ThingsImport({}), read_table("name;remark\nA;here\n", COLUMNS)
    shown = fingerprint(things.plan(read))
    meanwhile = {"A": {"day": None, "size": 1, "note": "there"}}
    things.kept = {name: dict(thing) for name, thing in meanwhile.items()}

    with pytest.raises(PlanChanged):
        things.apply(read, by=None, shown=shown)

    assert things.kept == meanwhile


def test_a_wrong_line_shows_no_change():
    (line,) = lines("name;day;remark\nother;soon;there\n", KEPT)

    assert (str(line.state), line.changes) == ("wrong", [])


def test_a_plan_with_another_change_has_another_fingerprint():
    plan = fingerprint(lines(FILE, KEPT))
    meanwhile = KEPT | {"other": KEPT["other"] | {"note": "elsewhere"}}

    assert fingerprint(lines(FILE, KEPT)) == plan
    assert fingerprint(lines(FILE, meanwhile)) != plan


@pytest.mark.parametrize(
    ("language", "start"),
    [("fr", "\ufeffnom;jour;taille;remarque\r\n"), ("en", "\ufeffname,day,size,remark\r\n")],
)
@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+33 2", EMPTIED, "@x", "\t=1", "'quoted", 'one\ntwo; "three", four']
)
def test_a_file_goes_out_without_formulas_and_comes_back_without_a_change(text, language, start):
    things = ThingsImport({"A": {"day": datetime.date(2026, 9, 1), "size": 2, "note": text}})

    with translation.override(language):
        content = write_table(COLUMNS, things.export_rows())

    (row,) = rows(content)
    assert content.decode().startswith(start)
    assert row.cells["note"] == text
    if text[0] in "=+-@\t":
        assert f"'{text}" in content.decode()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (False, ""),
        (True, "yes"),
        (0, "0"),
        ("Zoé", "Zoé"),
        (datetime.date(2026, 9, 1), "2026-09-01"),
        (["a", "b"], "a b"),
        ([], ""),
    ],
)
def test_a_value_goes_into_a_cell_as_it_is_read_again(value, cell):
    assert cell_of(value) == cell
