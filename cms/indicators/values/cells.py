"""Numbers of a page, as they are published: tables of them, for a page and for a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext, pgettext

from courses.disclosure.values import figure_markup, figure_words

MANY_COLUMNS = 10  # beside the first; as in `components.css`, on paper


@dataclass(frozen=True)
class FigureCell:
    """A number of one week, or of several. `value` None: it is hidden, or not told (`is_untold`)."""

    value: int | None
    hidden_weeks: int = 0  # whose number is hidden, beside those that it is made of
    is_mean: bool = False  # per week, of people of a year
    weeks: int = 0  # that it is made of, where these are several
    left_out_weeks: int = 0  # published, but not those of the whole of which this is a part

    @property
    def per_week(self) -> "FigureCell":
        """The mean of a year's weeks, by the same rule for a chart as for a table."""
        if self.is_mean or self.value is None:
            return self
        others = self.hidden_weeks + self.left_out_weeks
        return replace(self, value=mean_of(self.value, self.weeks, others), is_mean=True)

    @property
    def is_hidden(self) -> bool:
        """In every week that was counted."""
        return self.value is None and not self.is_untold

    @property
    def is_untold(self) -> bool:
        """Of some weeks it is published, but these don't stand for all."""
        return self.value is None and bool(self.weeks or self.left_out_weeks)

    @property
    def is_of_some_weeks(self) -> bool:
        return bool(self.hidden_weeks or self.left_out_weeks)


def untold_words() -> str:
    return pgettext("a number", "not told")


def cell_words(cell: FigureCell) -> str:
    return untold_words() if cell.is_untold else figure_words(cell.value)


def weeks_words(cell: FigureCell) -> list[str]:
    """Of how many weeks a number is, and how many aren't in it."""
    used = ngettext("%(number)s week used", "%(number)s weeks used", cell.weeks)
    hidden = ngettext("%(number)s hidden", "%(number)s hidden", cell.hidden_weeks)
    left_out = ngettext("%(number)s left out", "%(number)s left out", cell.left_out_weeks)
    told = [
        (used, cell.weeks),
        *(
            (words, number)
            for words, number in ((hidden, cell.hidden_weeks), (left_out, cell.left_out_weeks))
            if number
        ),
    ]
    return [words % {"number": number} for words, number in told]


def short_weeks_words(cell: FigureCell) -> str:
    """For a table of many columns."""
    counted = cell.weeks + cell.hidden_weeks + cell.left_out_weeks
    words = ngettext("%(used)s of %(number)s week", "%(used)s of %(number)s weeks", counted)
    return words % {"used": cell.weeks, "number": counted}


def mean_of(total: int, weeks: int, others: int) -> int | None:
    """None where the weeks are too few to stand for the others, too."""
    return round(total / weeks) if weeks and tells_enough(weeks, others) else None


def tells_enough(published: int, hidden: int) -> bool:
    """Whether published weeks stand for all: hidden ones are often the fuller ones."""
    return published > hidden


def usual_of(numbers: Sequence[int | None]) -> FigureCell:
    """The median of the weeks whose number is published, if these are more than the others."""
    known = [number for number in numbers if number is not None]
    hidden = len(numbers) - len(known)
    value = round(median(known)) if tells_enough(len(known), hidden) else None
    return FigureCell(value, hidden, weeks=len(known))


def cell_markup(cell: FigureCell | None, *, is_short: bool = False) -> SafeString:
    """A number as a table of a page shows it; None: nothing was counted."""
    if cell is None:
        return format_html(
            '<span class="soft" aria-hidden="true">–</span><span class="unseen">{}</span>',
            pgettext("a number", "not counted"),
        )
    shown = figure_markup(untold_words() if cell.is_untold else cell.value)
    if not cell.is_of_some_weeks:
        return shown
    words = [short_weeks_words(cell)] if is_short else weeks_words(cell)
    told = format_html_join(SafeString("<br>"), "{}", ((one,) for one in words))
    return format_html('{}<br><small class="soft">{}</small>', shown, told)


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
    spans: tuple[bool, ...]  # of each column, whether it is of several weeks
    total: MeasureRow | None = None
    file_heads: tuple[str, ...] = ()  # where those of a file say more

    @property
    def is_wide(self) -> bool:
        """Across on paper, and with short cells."""
        return len(self.heads) >= MANY_COLUMNS

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
                parts.append(f"{start}{cell_markup(cell, is_short=self.is_wide)}</div></td>")
            parts.append("</tr>")
        return SafeString("".join(parts))

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return sum(cell is not None and cell.is_hidden for row in self.rows for cell in row.cells)
