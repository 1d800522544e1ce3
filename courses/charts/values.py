"""Charts as geometry in whole units. They are 320 wide, as a phone is, and texts of 15 can be read there;
lines over many weeks are drawn 640 wide, too, for larger screens.

Numbers are plain; None is hidden and drawn as a dashed outline, or as a gap of a line. Words and numbers
are in the language that is active when `svg` and `table` are read. `title` names drawing and table for
who doesn't see them: the page has it as a heading, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from math import ceil, floor, log10

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from courses.disclosure.values import FigureRow, FigureTable, figure_words

type Number = int | float | Decimal
type Words = str | Promise

WIDTH, WIDE = 320, 640
LETTER, DIGIT = 8, 9  # as wide as they are at a size of 15, most letters at most
TEXT_DROP = 5  # from the middle of a line of text down to its foot
MOST_ROWS_BESIDE = 12  # of a table that stands open beside its chart
TONES = ("done", "moved", "wait", "now", "warn", "calm")  # of lines, in their order
HEAT_LEVELS = 5
HIDDEN_LENGTH = 40
PATH = '<path class="chart__{}{}" d="{}"/>'
BOX = '<rect class="chart__{}" x="{}" y="{}" width="{}" height="{}"/>'
VALUE_CLASS = SafeString(' class="chart__value"')
TEXT = '<text{} x="{}" y="{}" text-anchor="{}">{}</text>'


@dataclass(frozen=True)
class DrawnText:
    x: int
    y: int
    text: str
    anchor: str = "start"
    is_value: bool = False

    @property
    def own_class(self) -> str:
        return VALUE_CLASS if self.is_value else ""


@dataclass(frozen=True)
class DrawnBox:
    """A rectangle. `kind`: the end of its class, `chart__…`."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class DrawnPath:
    """A path. `kind`: the end of its class, `chart__…`; `tone`: of TONES, or none."""

    kind: str
    d: str
    tone: str = ""

    @property
    def tone_class(self) -> str:
        return f" is-{self.tone}" if self.tone else ""


@dataclass
class Drawing:
    """What `components/chart_drawing.html` draws, in this order."""

    height: int
    below: list[DrawnPath] = field(default_factory=list)
    boxes: list[DrawnBox] = field(default_factory=list)
    above: list[DrawnPath] = field(default_factory=list)
    texts: list[DrawnText] = field(default_factory=list)
    width: int = WIDTH

    @property
    def is_wide(self) -> bool:
        return self.width > WIDTH

    @property
    def markup(self) -> SafeString:
        """Elements of the SVG. Made here: a template looks each of their numbers up by itself."""
        parts = [
            format_html_join(
                "", PATH, ((path.kind, path.tone_class, path.d) for path in self.below)
            ),
            format_html_join(
                "", BOX, ((box.kind, box.x, box.y, box.width, box.height) for box in self.boxes)
            ),
            format_html_join(
                "", PATH, ((path.kind, path.tone_class, path.d) for path in self.above)
            ),
            format_html_join(
                "",
                TEXT,
                ((one.own_class, one.x, one.y, one.anchor, one.text) for one in self.texts),
            ),
        ]
        return format_html_join("", "{}", ((part,) for part in parts))

    def write(
        self, x: int, y: int, text: str, anchor: str = "start", *, is_value: bool = False
    ) -> None:
        self.texts.append(DrawnText(x, y, text, anchor, is_value))


@dataclass(frozen=True)
class ChartKey:
    """What a mark means. `kind` and `tone` as of a path; `is_box`: a box of that kind."""

    kind: str
    words: Words
    tone: str = ""
    is_box: bool = False


@dataclass(frozen=True)
class Scale:
    """An axis from 0 to `top` in equal steps, written in `unit` (1, a thousand, a million)."""

    step: float
    top: float
    unit: int

    @property
    def steps(self) -> list[float]:
        return [self.step * at for at in range(round(self.top / self.step) + 1)]

    def length(self, value: Number, most: int) -> int:
        """How long a value is, where `top` is `most` long."""
        return round(float(value) / self.top * most)

    def words(self, value: Number, places: int | None = None) -> str:
        """A number in the axis' unit, with as many places as needed, or with one of a value."""
        number = float(value) / self.unit
        if places is not None:
            number = round(number, places)
        return figure_words(int(number) if number == int(number) else number)

    @property
    def unit_words(self) -> str:
        return {
            1: "",
            1_000: pgettext("numbers of a chart", "in thousands"),
            1_000_000: pgettext("numbers of a chart", "in millions"),
        }[self.unit]


def scale_of(numbers: Iterable[Number], steps: int = 3) -> Scale:
    """An axis that holds all numbers, in at most so many steps of 1, 2, 2.5 or 5 (of 1 at least)."""
    most = max((float(number) for number in numbers), default=0) or 1
    ten = 10 ** floor(log10(most / steps))
    step = next(
        step for factor in (1, 2, 2.5, 5, 10) if (step := factor * ten) * steps >= most * 0.999
    )
    step = max(step, 1) if most >= 1 else step
    if step == 2.5:
        step = 3
    unit = 1_000_000 if most >= 10_000_000 else 1_000 if most >= 10_000 else 1
    return Scale(step, step * ceil(most / step * 0.999), unit)


def text_width(text: str) -> int:
    return sum(DIGIT if letter.isdigit() else LETTER for letter in text)


def shown(numbers: Iterable[Number | None]) -> list[Number]:
    return [number for number in numbers if number is not None]


def hidden_key() -> ChartKey:
    return ChartKey(
        "hidden", pgettext("numbers of a chart", "hidden: its length says nothing"), is_box=True
    )


@dataclass(frozen=True)
class Bar:
    label: Words
    value: Number | None  # None: hidden
    usual: Number | None = None  # what it is compared with; None: nothing


@dataclass(frozen=True)
class Bars:
    """A bar for each row: beside each other from the left (`is_upright`, for hours and weeks), or one
    under another with the label above or before it.

    `unit`: what is counted, heading and key of the bars; `usual_words`: those of what they are compared
    with; `row_head`: the heading of the labels. `total`: the last row of the table, as published.
    """

    title: Words
    rows: Sequence[Bar]
    unit: Words
    row_head: Words = ""
    usual_words: Words = ""
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
            (self.row_head, self.unit, *([self.usual_words] if self.has_usual else [])),
            tuple(
                FigureRow(
                    bar.label,
                    (bar.value, *([_or_nothing(bar.usual)] if self.has_usual else [])),
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
        if any(bar.value is None for bar in self.rows):
            keys.append(hidden_key())
        return keys

    @property
    def svg(self) -> Drawing:
        return self._upright() if self.is_upright else self._lying()

    def _upright(self) -> Drawing:
        drawing, plot = _plot(self.scale)
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
                    middle = _inside(x + width // 2, text_width(words), WIDTH)
                    drawing.write(middle, plot.base - height - 4, words, "middle", is_value=True)
                    highest = None
            usual = (
                None if bar.usual is None else plot.base - self.scale.length(bar.usual, plot.height)
            )
            line.append((x + width // 2, usual))
        if self.has_usual:
            d = _line(line)
            drawing.above += [DrawnPath("halo", d), DrawnPath("usual", d)]
        _write_below(drawing, [str(bar.label) for bar in self.rows], plot, pitch)
        return drawing

    def _lying(self) -> Drawing:
        labels = [_shortened(str(bar.label), WIDTH // LETTER) for bar in self.rows]
        values = [figure_words(bar.value) for bar in self.rows]
        widest = max(map(text_width, labels), default=0)
        stands_before = widest <= 128
        left = widest + 8 if stands_before else 0
        pitch = 34 if stands_before else 48
        room = WIDTH - left - max(map(text_width, values), default=0) - 12
        longest = max(shown(n for bar in self.rows for n in (bar.value, bar.usual)), default=0)
        drawing = Drawing(height=len(self.rows) * pitch + 4)
        for at, bar in enumerate(self.rows):
            top = at * pitch + (8 if stands_before else 24)
            length = HIDDEN_LENGTH
            if bar.value is None:
                drawing.boxes.append(DrawnBox("hidden", left + 1, top, length, 18))
            else:
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


@dataclass(frozen=True)
class Series:
    label: Words
    points: Sequence[tuple[Words, Number | None]]  # None: hidden


@dataclass(frozen=True)
class Lines:
    """Lines over the same labels, in the order in which these come first; at most six. A line has a gap
    where its number is hidden, or where it has none.

    `unit`: what is counted; `row_head`: the heading of the labels.
    """

    title: Words
    series: Sequence[Series]
    unit: Words = ""
    row_head: Words = ""
    sentence: Words = ""
    order: Sequence[str] = ()  # of the labels, where the first line lacks some of them
    is_long = True

    def __post_init__(self) -> None:
        if len(self.series) > len(TONES):
            raise ValueError(f"{len(self.series)} lines can't be told apart")

    @cached_property
    def labels(self) -> list[str]:
        used = dict.fromkeys(str(label) for one in self.series for label, _value in one.points)
        first = [label for label in self.order if label in used]
        return list(dict.fromkeys([*first, *used]))

    @cached_property
    def scale(self) -> Scale:
        return scale_of(shown(value for one in self.series for _label, value in one.points))

    @property
    def table(self) -> FigureTable:
        by_label = [{str(label): value for label, value in one.points} for one in self.series]
        return FigureTable(
            self.title,
            (self.row_head, *(one.label for one in self.series)),
            tuple(
                FigureRow(label, tuple(points.get(label, "") for points in by_label))
                for label in self.labels
            ),
        )

    @property
    def keys(self) -> list[ChartKey]:
        unit = ", ".join(str(words) for words in (self.unit, self.scale.unit_words) if words)
        keys = [
            ChartKey(f"line-{at}", f"{_letter(at)} {one.label}", TONES[at])
            for at, one in enumerate(self.series)
        ]
        if any(value is None for one in self.series for _label, value in one.points):
            keys.append(ChartKey("gap", pgettext("numbers of a chart", "no line: hidden")))
        return [*([ChartKey("", unit)] if unit else []), *keys]

    @property
    def svg(self) -> Drawing:
        return self._drawn(WIDTH)

    @property
    def wide_svg(self) -> Drawing:
        return self._drawn(WIDE)

    def _drawn(self, width: int) -> Drawing:
        drawing, plot = _plot(self.scale, width, right=20)
        labels = self.labels
        wide = width - plot.left - 20
        places = {
            label: plot.left + round((at + 0.5) * wide / len(labels))
            for at, label in enumerate(labels)
        }
        ends = []
        for at, one in enumerate(self.series):
            values = {str(label): value for label, value in one.points}
            points = [
                (
                    x,
                    None
                    if (value := values.get(label)) is None
                    else plot.base - self.scale.length(value, plot.height),
                )
                for label, x in places.items()
            ]
            drawing.above.append(DrawnPath(f"line-{at}", _line(points), TONES[at]))
            if drawn := [y for _x, y in points if y is not None]:
                ends.append((drawn[-1], _letter(at)))
        for y, letter in _apart(sorted(ends), 15):
            drawing.write(width - 14, y + TEXT_DROP, letter, is_value=True)
        _write_below(drawing, labels, plot, wide / max(len(labels), 1))
        return drawing


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
        return ceil(number / self.scale.top * HEAT_LEVELS) if number else 0

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
        unit = ", ".join(str(words) for words in (self.unit, scale.unit_words) if words)
        keys = [ChartKey("", unit)] if unit else []
        if all(number is None for row in self.cells for number in row):
            return [*keys, ChartKey("hidden", figure_words(None), is_box=True)]
        keys.append(ChartKey("heat-0", "0", is_box=True))
        for level in range(1, HEAT_LEVELS + 1):
            most = scale.top * level / HEAT_LEVELS
            keys.append(
                ChartKey(
                    f"heat-{level}",
                    pgettext("numbers of a chart", "up to %(number)s")
                    % {"number": scale.words(most)},
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
        plot = _Plot(left, len(self.rows) * high, 0)
        _write_below(drawing, [str(label) for label in self.columns], plot, pitch)
        return drawing


@dataclass(frozen=True)
class _Plot:
    """Where numbers are drawn: right of `left`, above `base`."""

    left: int
    base: int
    height: int


def _plot(scale: Scale, width: int = WIDTH, right: int = 0) -> tuple[Drawing, _Plot]:
    """A drawing with the lines and numbers of its axis, and the place of its plot."""
    words = [scale.words(step) for step in scale.steps]
    plot = _Plot(max(map(text_width, words)) + 9, 176, 144)
    drawing = Drawing(height=plot.base + 24, width=width)
    for step, text in zip(scale.steps, words, strict=True):
        y = plot.base - scale.length(step, plot.height)
        kind = "grid" if step else "base"
        path = DrawnPath(kind, f"M{plot.left} {y}H{width - right}")
        (drawing.below if step else drawing.above).append(path)
        drawing.write(plot.left - 6, y + TEXT_DROP, text, "end")
    return drawing, plot


def _write_below(drawing: Drawing, labels: Sequence[str], plot: _Plot, pitch: float) -> None:
    """Labels under their places: every second, third, … where they would touch."""
    widest = max(map(text_width, labels), default=0) + 8
    each = next(
        (each for each in (1, 2, 3, 4, 6, 8, 12, 26) if each * pitch >= widest), len(labels)
    )
    for at in range(0, len(labels), each):
        middle = plot.left + round((at + 0.5) * pitch)
        middle = _inside(middle, text_width(labels[at]), drawing.width)
        drawing.write(middle, plot.base + 19, labels[at], "middle")


def _line(points: Sequence[tuple[int, int | None]]) -> str:
    """A path through the points, with gaps; a point between two gaps is a dot."""
    parts = []
    for is_gap, run in groupby(points, key=lambda point: point[1] is None):
        if not is_gap:
            inside = [f"{x} {y}" for x, y in run]
            parts.append("M" + "L".join(inside if len(inside) > 1 else inside * 2))
    return "".join(parts)


def _inside(middle: int, text: int, width: int) -> int:
    """The middle of a text so wide that stays inside the drawing."""
    return max(text // 2, min(middle, width - text // 2))


def _apart(ends: Sequence[tuple[int, str]], least: int) -> list[tuple[int, str]]:
    """Texts from the top down, each at least so far below the one before it."""
    placed: list[tuple[int, str]] = []
    for y, text in ends:
        placed.append((max(y, placed[-1][0] + least) if placed else y, text))
    over = max((placed[-1][0] - 176, 0)) if placed else 0
    return [(y - over, text) for y, text in placed]


def _letter(at: int) -> str:
    return chr(ord("A") + at)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _or_nothing(number: Number | None) -> Number | str:
    return "" if number is None else number
