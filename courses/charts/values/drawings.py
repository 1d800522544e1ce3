"""What a chart is drawn with: texts, boxes and paths in whole units."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from courses.charts.values.scales import Scale

type Words = str | Promise

WIDTH, WIDE = 320, 640
LETTER, DIGIT = 8, 9  # as wide as they are at a size of 15, most letters at most
TEXT_DROP = 5  # from the middle of a line of text down to its foot
TONES = ("done", "moved", "wait", "now", "warn", "calm")  # of lines, in their order


@dataclass(frozen=True)
class DrawnText:
    x: int
    y: int
    text: str
    anchor: str = "start"
    is_value: bool = False

    @property
    def markup(self) -> SafeString:
        start = '<text class="chart__value"' if self.is_value else "<text"
        words = escape(self.text)
        return SafeString(
            f'{start} x="{self.x}" y="{self.y}" text-anchor="{self.anchor}">{words}</text>'
        )


@dataclass(frozen=True)
class DrawnBox:
    """A rectangle. `kind`: the end of its class, `chart__…`."""

    kind: str
    x: int
    y: int
    width: int
    height: int

    @property
    def markup(self) -> SafeString:
        return SafeString(
            f'<rect class="chart__{self.kind}" x="{self.x}" y="{self.y}"'
            f' width="{self.width}" height="{self.height}"/>'
        )


@dataclass(frozen=True)
class DrawnPath:
    """A path. `kind`: the end of its class, `chart__…`; `tone`: of TONES, or none."""

    kind: str
    d: str
    tone: str = ""

    @property
    def markup(self) -> SafeString:
        tone = f" is-{self.tone}" if self.tone else ""
        return SafeString(f'<path class="chart__{self.kind}{tone}" d="{self.d}"/>')


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
        """Elements of the SVG, in their order. Not a template's work: that looks each number up by itself."""
        parts: list[DrawnPath | DrawnBox | DrawnText]
        parts = [*self.below, *self.boxes, *self.above, *self.texts]
        return SafeString("".join(part.markup for part in parts))

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


def text_width(text: str) -> int:
    return sum(DIGIT if letter.isdigit() else LETTER for letter in text)


def hidden_key() -> ChartKey:
    return ChartKey(
        "hidden", pgettext("numbers of a chart", "hidden: its length says nothing"), is_box=True
    )


@dataclass(frozen=True)
class Plot:
    """Where numbers are drawn: right of `left`, above `base`."""

    left: int
    base: int
    height: int


def plot_of(scale: Scale, width: int = WIDTH, right: int = 0) -> tuple[Drawing, Plot]:
    """A drawing with the lines and numbers of its axis, and the place of its plot."""
    words = [scale.words(step) for step in scale.steps]
    plot = Plot(max(map(text_width, words)) + 9, 176, 144)
    drawing = Drawing(height=plot.base + 24, width=width)
    for step, text in zip(scale.steps, words, strict=True):
        y = plot.base - scale.length(step, plot.height)
        kind = "grid" if step else "base"
        path = DrawnPath(kind, f"M{plot.left} {y}H{width - right}")
        (drawing.below if step else drawing.above).append(path)
        drawing.write(plot.left - 6, y + TEXT_DROP, text, "end")
    return drawing, plot


def write_below(drawing: Drawing, labels: Sequence[str], plot: Plot, pitch: float) -> None:
    """Labels under their places: every second, third, … where they would touch."""
    widest = max(map(text_width, labels), default=0) + 8
    each = next(
        (each for each in (1, 2, 3, 4, 6, 8, 12, 26) if each * pitch >= widest), len(labels)
    )
    for at in range(0, len(labels), each):
        middle = plot.left + round((at + 0.5) * pitch)
        middle = middle_inside(middle, text_width(labels[at]), drawing.width)
        drawing.write(middle, plot.base + 19, labels[at], "middle")


def path_through(points: Sequence[tuple[int, int | None]]) -> str:
    """A path through the points, with gaps; a point between two gaps is a dot."""
    parts = []
    for is_gap, run in groupby(points, key=lambda point: point[1] is None):
        if not is_gap:
            inside = [f"{x} {y}" for x, y in run]
            parts.append("M" + "L".join(inside if len(inside) > 1 else inside * 2))
    return "".join(parts)


def middle_inside(middle: int, text: int, width: int) -> int:
    """The middle of a text so wide that stays inside the drawing."""
    return max(text // 2, min(middle, width - text // 2))
