"""Numbers of a page, as they are published: tables of them, for a page and for a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext, pgettext

from courses.disclosure.values import figure_markup


@dataclass(frozen=True)
class FigureCell:
    """A number of one week, or of several. `value` None: it is hidden."""

    value: int | None
    hidden_weeks: int = 0  # whose number is hidden, beside those that are added up
    is_mean: bool = False  # per week, of people of a year
    weeks: int = 0  # that are published, of a year

    @property
    def per_week(self) -> int | None:
        """The mean of a year's published weeks. None where these are too few to stand for all."""
        if self.is_mean or self.value is None or not self.weeks:
            return self.value
        is_enough = tells_enough(self.weeks, self.hidden_weeks)
        return round(self.value / self.weeks) if is_enough else None

    @property
    def is_hidden(self) -> bool:
        return self.value is None


def tells_enough(published: int, hidden: int) -> bool:
    """Whether published weeks stand for all: hidden ones are often the fuller ones."""
    return published > hidden


def usual_of(numbers: Sequence[int | None]) -> FigureCell:
    """The median of the weeks whose number is published, if these are more than the others."""
    known = [number for number in numbers if number is not None]
    hidden = len(numbers) - len(known)
    return FigureCell(round(median(known)) if tells_enough(len(known), hidden) else None, hidden)


def cell_markup(cell: FigureCell | None) -> SafeString:
    """A number as a table of a page shows it; None: nothing was counted."""
    if cell is None:
        return format_html(
            '<span class="soft" aria-hidden="true">–</span><span class="unseen">{}</span>',
            pgettext("a number", "not counted"),
        )
    shown = figure_markup(cell.value)
    if not cell.hidden_weeks:
        return shown
    words = ngettext("%(number)s week hidden", "%(number)s weeks hidden", cell.hidden_weeks)
    return format_html(
        '{}<br><small class="soft">{}</small>', shown, words % {"number": cell.hidden_weeks}
    )


@dataclass(frozen=True)
class MeasureRow:
    """A line of a table; a cell is None where nothing was counted."""

    heading: str
    cells: tuple[FigureCell | None, ...]
    detail: str = ""  # beside the heading: a part, a version, a city
    url: str = ""
    key: tuple[str, ...] = ()  # what a file has before the numbers

    @property
    def label(self) -> SafeString:
        heading = escape(self.heading)
        if self.url:
            heading = format_html('<a href="{}">{}</a>', self.url, heading)
        if not self.detail:
            return heading
        return format_html('{}<span class="soft"><br>{}</span>', heading, self.detail)


@dataclass(frozen=True)
class MeasureTable:
    caption: str
    corner: str  # heading of the first column
    heads: tuple[str, ...]
    rows: tuple[MeasureRow, ...]
    total: MeasureRow | None = None

    @property
    def body(self) -> SafeString:
        """The rows' HTML. Not a template's work: each of 150 cells would be an include of its own."""
        return self._markup(self.rows)

    @property
    def foot(self) -> SafeString:
        return self._markup([self.total] if self.total else [])

    def _markup(self, rows: Iterable[MeasureRow]) -> SafeString:
        starts = [
            f'<td class="number figures" data-label="{escape(head)}"><div>' for head in self.heads
        ]
        parts = []
        for row in rows:
            parts.append(f'<tr><th scope="row">{row.label}</th>')
            for start, cell in zip(starts, row.cells, strict=True):
                parts.append(f"{start}{cell_markup(cell)}</div></td>")
            parts.append("</tr>")
        return SafeString("".join(parts))

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return sum(cell is not None and cell.is_hidden for row in self.rows for cell in row.cells)
