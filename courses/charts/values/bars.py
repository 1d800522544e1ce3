"""Bars, beside each other or one under another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from courses.charts.values.drawings import (
    LETTER,
    WIDTH,
    ChartKey,
    Drawing,
    DrawnBox,
    DrawnPath,
    Words,
    hidden_key,
    middle_inside,
    path_through,
    plot_of,
    text_width,
    write_below,
)
from courses.charts.values.scales import Number, Scale, scale_of, shown
from courses.disclosure.values import Figure, FigureRow, FigureTable, figure_words

MOST_ROWS_BESIDE = 12  # of a table that stands open beside its chart
HIDDEN_LENGTH = 40


@dataclass(frozen=True)
class Bar:
    label: Words
    value: Number | None  # None: hidden, or `instead`
    usual: Number | None = None  # what it is compared with; None: nothing
    weeks: int | None = None  # of which it is the mean, told in the table alone
    instead: Words = ""  # shown where there is no number, and none is hidden

    @property
    def is_hidden(self) -> bool:
        return self.value is None and not self.instead

    @property
    def figure(self) -> Figure:
        return self.value if self.value is not None else self.instead or None


@dataclass(frozen=True)
class Bars:
    """A bar for each row: beside each other from the left (`is_upright`, for hours and weeks), or one
    under another with the label above or before it.

    `unit`: what is counted, heading and key of the bars; `usual_words`: those of what they are compared
    with; `weeks_head`: that of the weeks, where bars are means; `row_head`: that of the labels.
    `total`: the last row of the table, as published.
    """

    title: Words
    rows: Sequence[Bar]
    unit: Words
    row_head: Words = ""
    usual_words: Words = ""
    weeks_head: Words = ""
    is_upright: bool = False
    total: Bar | None = None
    sentence: Words = ""

    @cached_property
    def scale(self) -> Scale:
        numbers = [number for bar in self.rows for number in (bar.value, bar.usual)]
        return scale_of(shown(numbers))

    @property
    def has_usual(self) -> bool:
        return any(bar.usual is not None for bar in self.rows)

    @property
    def is_long(self) -> bool:
        return len(self.rows) > MOST_ROWS_BESIDE

    @property
    def table(self) -> FigureTable:
        rows = [*self.rows, *([self.total] if self.total else [])]
        return FigureTable(
            self.title,
            (
                self.row_head,
                self.unit,
                *([self.usual_words] if self.has_usual else []),
                *([self.weeks_head] if self.weeks_head else []),
            ),
            tuple(
                FigureRow(
                    bar.label,
                    (
                        bar.figure,
                        *([_or_nothing(bar.usual)] if self.has_usual else []),
                        *([_or_nothing(bar.weeks)] if self.weeks_head else []),
                    ),
                    is_total=bar is self.total,
                )
                for bar in rows
            ),
        )

    @property
    def keys(self) -> list[ChartKey]:
        unit = self.scale.unit_words if self.is_upright else ""
        keys = [ChartKey("bar", f"{self.unit}, {unit}" if unit else self.unit, "done", is_box=True)]
        if self.has_usual:
            keys.append(ChartKey("usual", self.usual_words))
        if any(bar.is_hidden for bar in self.rows):
            keys.append(hidden_key())
        return keys

    @property
    def svg(self) -> Drawing:
        return self._upright() if self.is_upright else self._lying()

    def _upright(self) -> Drawing:
        drawing, plot = plot_of(self.scale)
        pitch = max((WIDTH - plot.left) // max(len(self.rows), 1), 1)
        width = max(pitch - max(pitch // 4, 1), 1)
        highest = max(shown(bar.value for bar in self.rows), default=None)
        line = []
        for at, bar in enumerate(self.rows):
            x = plot.left + at * pitch + (pitch - width) // 2
            if bar.value is None:
                drawing.boxes.append(DrawnBox("hidden", x, plot.base - 16, width, 16))
            else:
                height = self.scale.length(bar.value, plot.height)
                drawing.boxes.append(DrawnBox("bar", x, plot.base - height, width, height))
                if bar.value and bar.value == highest:
                    words = self.scale.words(bar.value, 1)
                    middle = middle_inside(x + width // 2, text_width(words), WIDTH)
                    drawing.write(middle, plot.base - height - 4, words, "middle", is_value=True)
                    highest = None
            usual = (
                None if bar.usual is None else plot.base - self.scale.length(bar.usual, plot.height)
            )
            line.append((x + width // 2, usual))
        if self.has_usual:
            d = path_through(line)
            drawing.above += [DrawnPath("halo", d), DrawnPath("usual", d)]
        write_below(drawing, [str(bar.label) for bar in self.rows], plot, pitch)
        return drawing

    def _lying(self) -> Drawing:
        labels = [_shortened(str(bar.label), WIDTH // LETTER) for bar in self.rows]
        values = [figure_words(bar.figure) for bar in self.rows]
        widest = max(map(text_width, labels), default=0)
        stands_before = widest <= 128
        left = widest + 8 if stands_before else 0
        pitch = 34 if stands_before else 48
        room = WIDTH - left - max(map(text_width, values), default=0) - 12
        longest = max(shown(n for bar in self.rows for n in (bar.value, bar.usual)), default=0)
        drawing = Drawing(height=len(self.rows) * pitch + 4)
        for at, bar in enumerate(self.rows):
            top = at * pitch + (8 if stands_before else 24)
            length = 0
            if bar.is_hidden:
                length = HIDDEN_LENGTH
                drawing.boxes.append(DrawnBox("hidden", left + 1, top, length, 18))
            elif bar.value is not None:
                length = round(float(bar.value) / float(longest or 1) * room)
                drawing.boxes.append(DrawnBox("bar", left, top, length, 18))
            end = left + length
            if bar.usual is not None:
                x = left + round(float(bar.usual) / float(longest or 1) * room)
                d = f"M{x} {top - 4}V{top + 22}"
                drawing.above += [DrawnPath("halo", d), DrawnPath("usual", d)]
                end = max(end, x) if x > end - 8 else end
            drawing.above.append(DrawnPath("base", f"M{left} {top - 5}V{top + 23}"))
            drawing.write(end + 8, top + 14, values[at], is_value=True)
            drawing.write(0, top + 14 if stands_before else top - 6, labels[at])
        return drawing


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _or_nothing(number: Number | None) -> Number | str:
    return "" if number is None else number
