"""Lines over the same labels."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import pgettext

from courses.charts.values.drawings import (
    TEXT_DROP,
    TONES,
    WIDE,
    WIDTH,
    ChartKey,
    Drawing,
    DrawnPath,
    Words,
    path_through,
    plot_of,
    write_below,
)
from courses.charts.values.scales import Number, Scale, scale_of, shown
from courses.disclosure.values import FigureRow, FigureTable


@dataclass(frozen=True)
class Series:
    label: Words
    # Of labels, or of `places`; None: hidden.
    points: Sequence[tuple[Hashable, Number | None]]


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
    # What is written under each place, in their order, where points are of places and not of labels: two
    # places may have one label.
    places: Mapping[Hashable, Words] = field(default_factory=dict)
    is_long = True

    def __post_init__(self) -> None:
        if len(self.series) > len(TONES):
            raise ValueError(f"{len(self.series)} lines can't be told apart")

    @cached_property
    def label_of_place(self) -> dict[Hashable, str]:
        """From the left."""
        used = {place: str(place) for one in self.series for place, _value in one.points}
        return {place: str(label) for place, label in (self.places or used).items()}

    @property
    def labels(self) -> list[str]:
        return list(self.label_of_place.values())

    @cached_property
    def scale(self) -> Scale:
        return scale_of(shown(value for one in self.series for _label, value in one.points))

    @property
    def table(self) -> FigureTable:
        by_place = [dict(one.points) for one in self.series]
        return FigureTable(
            self.title,
            (self.row_head, *(one.label for one in self.series)),
            tuple(
                FigureRow(label, tuple(points.get(place, "") for points in by_place))
                for place, label in self.label_of_place.items()
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
        drawing, plot = plot_of(self.scale, width, right=20)
        labels = self.labels
        wide = width - plot.left - 20
        places = {
            place: plot.left + round((at + 0.5) * wide / len(labels))
            for at, place in enumerate(self.label_of_place)
        }
        ends = []
        for at, one in enumerate(self.series):
            values = dict(one.points)
            points = [
                (
                    x,
                    None
                    if (value := values.get(place)) is None
                    else plot.base - self.scale.length(value, plot.height),
                )
                for place, x in places.items()
            ]
            drawing.above.append(DrawnPath(f"line-{at}", path_through(points), TONES[at]))
            if drawn := [y for _x, y in points if y is not None]:
                ends.append((drawn[-1], _letter(at)))
        for y, letter in _apart(sorted(ends), 15):
            drawing.write(width - 14, y + TEXT_DROP, letter, is_value=True)
        write_below(drawing, labels, plot, wide / max(len(labels), 1))
        return drawing


def _apart(ends: Sequence[tuple[int, str]], least: int) -> list[tuple[int, str]]:
    """Texts from the top down, each at least so far below the one before it."""
    placed: list[tuple[int, str]] = []
    for y, text in ends:
        placed.append((max(y, placed[-1][0] + least) if placed else y, text))
    over = max((placed[-1][0] - 176, 0)) if placed else 0
    return [(y - over, text) for y, text in placed]


def _letter(at: int) -> str:
    return chr(ord("A") + at)
