"""Tables of figures: for a page and, the same cells, for a file."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.indicators.enums import ELSEWHERE, ReaderRole
from cms.indicators.models import Definition
from cms.indicators.queries.pages import PARTS, Cells
from cms.indicators.values.cells import FigureCell, MeasureRow, MeasureTable
from courses.dates import date_words
from courses.disclosure.values import figure_words
from courses.people.models import Organisation

type Column = tuple[str, Cells, int | None]  # heading, cells, school


def part_words(part: str) -> str:
    """Of a measure's part; nothing for the whole."""
    if part == ELSEWHERE:
        return pgettext("part of the region’s number", "visitors, and people of no school")
    return str(ReaderRole(part).label) if part else ""


def version_words(definition: Definition) -> str:
    return _("version %(number)s, since %(day)s") % {
        "number": definition.version,
        "day": date_words(definition.since),
    }


def measures_table(
    caption: str, definitions: Sequence[Definition], columns: Sequence[Column]
) -> MeasureTable:
    """A line for each measure and part that was counted in one of the columns. Of a measure that
    was counted in two versions both stand beside each other, and say which they are. What belongs to
    no school is a part of the region's own table alone.
    """
    is_region = all(school is None for _heading, _cells, school in columns)
    present = {
        (definition, part)
        for _heading, cells, school in columns
        for definition, part, of in cells
        if of == school and (is_region or part != ELSEWHERE)
    }
    shown = [one for one in definitions if any((one.pk, part) in present for part in PARTS)]
    twice = {one.code for one in shown if sum(one.code == other.code for other in shown) > 1}
    rows = [
        MeasureRow(
            heading=one.name,
            detail=", ".join(
                filter(None, [part_words(part), version_words(one) if one.code in twice else ""])
            ),
            url=f"{reverse('indicators:definitions')}#{one.code}-{one.version}",
            cells=tuple(cells.get((one.pk, part, school)) for _heading, cells, school in columns),
            key=(one.code, str(one.version), part, one.name, one.unit),
        )
        for one in shown
        for part in PARTS
        if (one.pk, part) in present
    ]
    heads = tuple(heading for heading, _cells, _school in columns)
    return MeasureTable(caption, pgettext("measure", "Measure"), heads, tuple(rows))


def schools_table(
    caption: str, definitions: Sequence[Definition], schools: Iterable[Organisation], cells: Cells
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
    heads = tuple(
        ", ".join(
            filter(
                None,
                [one.name, part_words(part), version_words(one) if one.code in twice else ""],
            )
        )
        for one, part in columns
    )
    total = MeasureRow(
        heading=_("The region"),
        cells=tuple(cells.get((one.pk, part, None)) for one, part in columns),
        key=(_("The region"), "", ""),
    )
    return MeasureTable(caption, _("School"), heads, tuple(rows), total)


def _columns(definitions: Sequence[Definition], cells: Cells) -> list[tuple[Definition, str]]:
    counted = {(definition, part) for definition, part, school in cells if school is not None}
    is_one = len({one.code for one in definitions}) == 1
    return [
        (one, part)
        for one in definitions
        for part in (PARTS if is_one else ("",))
        if (one.pk, part) in counted
    ]


def _versions(definition: Definition, columns: list[tuple[Definition, str]]) -> int:
    return len({one.version for one, _part in columns if one.code == definition.code})


def file_cells(cell: FigureCell | None) -> tuple[str, str]:
    """A number, and how many weeks are hidden in it, as they stand in a file."""
    if cell is None:
        return "", ""
    hidden = str(cell.hidden_weeks)
    return (figure_words(None) if cell.value is None else str(cell.value)), hidden


def file_rows(table: MeasureTable, keys: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """The headings and lines of a table's file; `keys` are the headings of the rows' keys."""
    hidden = pgettext("column of a file", "%(head)s: weeks hidden")
    heads = [one for head in table.heads for one in (head, hidden % {"head": head})]
    lines = [
        [*row.key, *(text for cell in row.cells for text in file_cells(cell))]
        for row in [*table.rows, *([table.total] if table.total else [])]
    ]
    return [*keys, *heads], lines
