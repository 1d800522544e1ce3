"""Numbers of a page, as they are published: tables of them, for a page and for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


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


@dataclass(frozen=True)
class MeasureRow:
    """A line of a table; a cell is None where nothing was counted."""

    heading: str
    cells: tuple[FigureCell | None, ...]
    detail: str = ""  # beside the heading: a part, a version, a city
    url: str = ""
    key: tuple[str, ...] = ()  # what a file has before the numbers


@dataclass(frozen=True)
class MeasureTable:
    caption: str
    corner: str  # heading of the first column
    heads: tuple[str, ...]
    rows: tuple[MeasureRow, ...]
    total: MeasureRow | None = None

    @property
    def lines(self) -> list[tuple[MeasureRow, list[tuple[str, FigureCell | None]]]]:
        """Each row with its cells, each beside the heading of its column."""
        return [(row, self.beside_heads(row)) for row in self.rows]

    @property
    def totals(self) -> list[tuple[str, FigureCell | None]]:
        return self.beside_heads(self.total) if self.total else []

    def beside_heads(self, row: MeasureRow) -> list[tuple[str, FigureCell | None]]:
        return list(zip(self.heads, row.cells, strict=True))

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return sum(cell is not None and cell.is_hidden for row in self.rows for cell in row.cells)
