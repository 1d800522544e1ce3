"""A week by the hour, the darker the more."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from django.utils.translation import pgettext

from courses.charts.values.drawings import (
    TEXT_DROP,
    WIDTH,
    ChartKey,
    Drawing,
    DrawnBox,
    Plot,
    Words,
    text_width,
    write_below,
)
from courses.charts.values.scales import Scale, scale_of, shown
from courses.disclosure.values import FigureRow, FigureTable, figure_words

HEAT_LEVELS = 5


@dataclass(frozen=True)
class Heat:
    """A week by hour: `rows` are days, `columns` hours; the darker a cell, the more. `cells`: by row and
    column; None: hidden.

    `unit`: what is counted; `row_head`: the heading of the columns' labels, which are the table's rows.
    """

    title: Words
    rows: Sequence[Words]
    columns: Sequence[Words]
    cells: Sequence[Sequence[int | None]]
    unit: Words = ""
    row_head: Words = ""
    sentence: Words = ""
    is_long = True

    @cached_property
    def scale(self) -> Scale:
        return scale_of(shown(number for row in self.cells for number in row), HEAT_LEVELS)

    def level(self, number: int) -> int:
        """0 for none, and 1 to 5 in equal steps."""
        return ceil(number * HEAT_LEVELS / self.scale.top) if number else 0

    @property
    def table(self) -> FigureTable:
        """Hours from the top down: a table of 24 columns would be wider than a page."""
        return FigureTable(
            self.title,
            (self.row_head, *self.rows),
            tuple(
                FigureRow(label, tuple(row[at] for row in self.cells))
                for at, label in enumerate(self.columns)
            ),
        )

    @property
    def keys(self) -> list[ChartKey]:
        scale = self.scale
        keys = [ChartKey("", self.unit)] if self.unit else []
        if all(number is None for row in self.cells for number in row):
            return [*keys, ChartKey("hidden", figure_words(None), is_box=True)]
        keys.append(ChartKey("heat-0", "0", is_box=True))
        for level in range(1, HEAT_LEVELS + 1):
            below, most = (floor(scale.top * at / HEAT_LEVELS) for at in (level - 1, level))
            if most == below:
                continue  # no whole number has this level
            keys.append(
                ChartKey(
                    f"heat-{level}",
                    pgettext("numbers of a chart", "up to %(number)s")
                    % {"number": figure_words(most)},
                    is_box=True,
                )
            )
        if any(number is None for row in self.cells for number in row):
            keys.append(ChartKey("hidden", figure_words(None), is_box=True))
        return keys

    @property
    def svg(self) -> Drawing:
        left = max((text_width(str(label)) for label in self.rows), default=0) + 10
        pitch = max((WIDTH - left) // max(len(self.columns), 1), 1)
        high = 24
        drawing = Drawing(height=len(self.rows) * high + 24)
        for row, (label, numbers) in enumerate(zip(self.rows, self.cells, strict=True)):
            drawing.write(2, row * high + high // 2 + TEXT_DROP, str(label))
            for column, number in enumerate(numbers):
                inset = int(number is None)
                drawing.boxes.append(
                    DrawnBox(
                        "hidden" if number is None else f"heat-{self.level(number)}",
                        left + column * pitch + inset,
                        row * high + inset,
                        pitch - 1 - 2 * inset,
                        high - 2 - 2 * inset,
                    )
                )
        plot = Plot(left, len(self.rows) * high, 0)
        write_below(drawing, [str(label) for label in self.columns], plot, pitch)
        return drawing
