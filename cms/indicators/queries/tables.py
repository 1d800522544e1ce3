"""Tables of figures: for a page and, the same cells, for a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.indicators.enums import ELSEWHERE, InventedShare, ReaderRole
from cms.indicators.models import Definition
from cms.indicators.queries.definitions import told_of_region_only
from cms.indicators.queries.pages import PARTS, Cells
from cms.indicators.values.cells import FigureCell, MeasureRow, MeasureTable, cell_words
from cms.indicators.values.periods import FigurePeriod
from courses.dates import date_words
from courses.people.models import Organisation


@dataclass(frozen=True)
class FigureColumn:
    """Numbers of a school, or of the region (`school` None), in a week or in several (`is_of_weeks`)."""

    heading: str
    cells: Cells
    school: int | None
    is_of_weeks: bool = False
    file_heading: str = ""  # where a file says more


def usual_column(period: FigurePeriod, cells: Cells, school: int | None) -> list[FigureColumn]:
    """None in the first week of a school year, which has no usual one."""
    if not period.has_usual:
        return []
    return [FigureColumn(_("Usual week"), cells, school, is_of_weeks=True)]


# Without a login nobody is told apart: visitors are in no part of these.
WITHOUT_VISITORS = ("visits", "people")


def and_mean(words: str) -> str:
    """Of people of a school year."""
    return _("%(words)s, mean per week") % {"words": words}


def part_words(part: str, code: str = "") -> str:
    """Of a measure's part; nothing for the whole."""
    if part == ELSEWHERE and code in WITHOUT_VISITORS:
        return pgettext("part of the region’s number", "people of no school")
    if part == ELSEWHERE:
        return pgettext("part of the region’s number", "visitors, and people of no school")
    return str(ReaderRole(part).label) if part else ""


def version_words(definition: Definition) -> str:
    return _("version %(number)s, since %(day)s") % {
        "number": definition.version,
        "day": date_words(definition.since),
    }


def name_among(definition: Definition, shown: Iterable[Definition]) -> str:
    """Its name; where another version is shown, too, with its own."""
    is_twice = any(one.code == definition.code and one.pk != definition.pk for one in shown)
    return f"{definition.name}, {version_words(definition)}" if is_twice else definition.name


def measures_table(
    caption: str, definitions: Sequence[Definition], columns: Sequence[FigureColumn]
) -> MeasureTable:
    """A line for each measure and part that was counted in one of the columns. Of a measure that
    was counted in two versions both stand beside each other, and say which they are. What belongs to
    no school is a part of the region's own table alone.
    """
    is_region = all(column.school is None for column in columns)
    present = {
        (definition, part)
        for column in columns
        for definition, part, of in column.cells
        if of == column.school and (is_region or part != ELSEWHERE)
    }
    shown = [one for one in definitions if any((one.pk, part) in present for part in PARTS)]
    twice = {one.code for one in shown if sum(one.code == other.code for other in shown) > 1}
    rows = [
        _measure_row(one, part, columns, is_twice=one.code in twice)
        for one in shown
        for part in PARTS
        if (one.pk, part) in present
    ]
    return MeasureTable(
        caption,
        pgettext("measure", "Measure"),
        tuple(column.heading for column in columns),
        tuple(rows),
        spans=tuple(column.is_of_weeks for column in columns),
        file_heads=tuple(column.file_heading or column.heading for column in columns),
    )


def _measure_row(
    definition: Definition, part: str, columns: Sequence[FigureColumn], *, is_twice: bool
) -> MeasureRow:
    found = tuple(column.cells.get((definition.pk, part, column.school)) for column in columns)
    is_mean = any(cell and cell.is_mean for cell in found)
    words = (
        part_words(part, definition.code),
        version_words(definition) if is_twice else "",
        _("over the year: mean per week") if is_mean else "",
    )
    unit = definition.unit
    return MeasureRow(
        heading=definition.name,
        detail=", ".join(filter(None, words)),
        url=f"{reverse('indicators:definitions')}#{definition.code}-{definition.version}",
        cells=found,
        key=(
            definition.code,
            str(definition.version),
            part,
            part_words(part, definition.code),
            definition.name,
            _("%(words)s (over the year: mean per week)") % {"words": unit} if is_mean else unit,
        ),
    )


def schools_table(
    caption: str,
    definitions: Sequence[Definition],
    schools: Iterable[Organisation],
    cells: Cells,
    *,
    is_year: bool,
) -> MeasureTable:
    """A line for each school, a column for each measure, and for each part where one measure alone
    is shown; the region's line under them.
    """
    columns = _columns(definitions, cells)
    rows = [
        MeasureRow(
            heading=school.name,
            detail=school.city,
            url=reverse("indicators:school", args=[school.public_id]),
            cells=tuple(cells.get((one.pk, part, school.pk)) for one, part in columns),
            key=(str(school), school.uai or "", school.department),
        )
        for school in schools
    ]
    twice = {one.code for one, _part in columns if _versions(one, columns) > 1}
    means = {(one, part) for (one, part, _school), cell in cells.items() if cell.is_mean}

    def head(one: Definition, part: str, *, is_version_named: bool) -> str:
        version = version_words(one) if is_version_named else ""
        words = ", ".join(filter(None, [one.name, part_words(part, one.code), version]))
        return and_mean(words) if (one.pk, part) in means else words

    heads = tuple(head(one, part, is_version_named=one.code in twice) for one, part in columns)
    of_file = tuple(head(one, part, is_version_named=True) for one, part in columns)
    total = MeasureRow(
        heading=_("The region"),
        cells=tuple(cells.get((one.pk, part, None)) for one, part in columns),
        key=(_("The region"), "", ""),
    )
    spans = (is_year,) * len(heads)
    return MeasureTable(caption, _("School"), heads, tuple(rows), spans, total, of_file)


def _columns(definitions: Sequence[Definition], cells: Cells) -> list[tuple[Definition, str]]:
    """Of all that is counted in the period, at these schools or others, but for what is told of the
    region only.
    """
    counted = {(definition, part) for definition, part, _school in cells}
    of_region = told_of_region_only()
    is_one = len({one.code for one in definitions}) == 1
    return [
        (one, part)
        for one in definitions
        for part in (PARTS if is_one else ("",))
        if (one.pk, part) in counted and one.code not in of_region
    ]


def _versions(definition: Definition, columns: list[tuple[Definition, str]]) -> int:
    return len({one.version for one, _part in columns if one.code == definition.code})


def invented_words(share: InventedShare) -> str:
    return {
        InventedShare.ALL: _("Invented figures, for the demonstration."),
        InventedShare.WEEK: _("This week is invented, for the demonstration; others were counted."),
        InventedShare.BESIDE: _(
            "This week was counted; others beside it are invented, for the demonstration."
        ),
        InventedShare.SOME: _(
            "Some weeks are invented, for the demonstration; others were counted."
        ),
    }[share]


def file_cells(cell: FigureCell | None, *, is_of_weeks: bool) -> list[str]:
    """A number as it stands in a file and, in a column of several weeks, of how many of them it is."""
    if cell is None:
        return [""] * (4 if is_of_weeks else 1)
    words = cell_words(cell) if cell.value is None else str(cell.value)
    weeks = [str(cell.weeks), str(cell.hidden_weeks), str(cell.left_out_weeks)]
    return [words, *(weeks if is_of_weeks else ())]


def file_rows(
    table: MeasureTable, keys: Sequence[str], share: InventedShare | None = None
) -> tuple[list[str], list[list[str]]]:
    """The headings and lines of a table's file; `keys` are the headings of the rows' keys. Each line
    says at its end that invented weeks are in it, or beside it.
    """
    of_weeks = [
        pgettext("column of a file", "%(head)s: weeks used"),
        pgettext("column of a file", "%(head)s: weeks hidden"),
        pgettext("column of a file", "%(head)s: weeks left out"),
    ]
    heads: list[str] = []
    for head, is_of_weeks in zip(table.file_heads or table.heads, table.spans, strict=True):
        heads += [head, *(words % {"head": head} for words in of_weeks if is_of_weeks)]
    mark = [invented_words(share)] if share else []
    if share:
        heads.append(pgettext("column of a file", "Note"))
    lines = []
    for row in [*table.rows, *([table.total] if table.total else [])]:
        cells = zip(row.cells, table.spans, strict=True)
        texts = (text for cell, spans in cells for text in file_cells(cell, is_of_weeks=spans))
        lines.append([*row.key, *texts, *mark])
    return [*keys, *heads], lines
