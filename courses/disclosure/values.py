"""Tables of counts along trees of categories, before and after small counts are hidden."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import product
from math import prod

from django.utils import formats
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

FEWEST_PEOPLE = (
    5  # a count of people from 1 to 4 isn't published, and nothing tells it to within four
)
TOTAL = "total"  # the root of every axis
MOST_AXES = 3

type Key = Hashable
type Cell = tuple[Key, ...]  # one key of each axis: a leaf, a group or TOTAL


@dataclass(frozen=True)
class Axis:
    """A tree of categories. `parents`: the group or TOTAL above each key, for every key but TOTAL.

    Keys that are nobody's parent are leaves. Raises ValueError for a tree that doesn't end in TOTAL.
    """

    name: str
    parents: Mapping[Key, Key]

    def __post_init__(self) -> None:
        if TOTAL in self.parents:
            raise ValueError(f"{self.name}: TOTAL has no parent")
        for key in self.parents:
            self.path(key)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        return (*self.parents, TOTAL)

    @cached_property
    def leaves(self) -> tuple[Key, ...]:
        groups = set(self.parents.values())
        return tuple(key for key in self.parents if key not in groups)

    def path(self, key: Key) -> tuple[Key, ...]:
        """The key and all groups above it, TOTAL last: those whose sums hold the key's count."""
        path = [key]
        while path[-1] != TOTAL:
            above = self.parents.get(path[-1])
            if above is None or above in path:
                raise ValueError(f"{self.name}: no way from {key!r} to TOTAL")
            path.append(above)
        return tuple(path)

    @cached_property
    def leaves_under(self) -> Mapping[Key, tuple[Key, ...]]:
        """By key; a leaf's are itself."""
        under: dict[Key, list[Key]] = {key: [] for key in self.keys}
        for leaf in self.leaves:
            for key in self.path(leaf):
                under[key].append(leaf)
        return {key: tuple(leaves) for key, leaves in under.items()}


def flat(name: str, keys: Iterable[Key]) -> Axis:
    """An axis without groups."""
    return Axis(name, dict.fromkeys(keys, TOTAL))


@dataclass(frozen=True)
class Table:
    """Counts at the leaves of one to three axes; a missing one is 0. Every sum along the trees is
    published with them.

    Raises ValueError for a cell that isn't a leaf of each axis, and for a count below zero.
    """

    axes: tuple[Axis, ...]
    counts: Mapping[Cell, int]

    def __post_init__(self) -> None:
        if not 1 <= len(self.axes) <= MOST_AXES:
            raise ValueError(f"A table has one to {MOST_AXES} axes, not {len(self.axes)}")
        leaves = [set(axis.leaves) for axis in self.axes]
        for cell, count in self.counts.items():
            if len(cell) != len(leaves) or any(
                key not in of_axis for key, of_axis in zip(cell, leaves, strict=True)
            ):
                raise ValueError(f"{cell!r} is no leaf of this table")
            if count < 0:
                raise ValueError(f"{cell!r}: {count} is below zero")

    def cells(self) -> Iterable[Cell]:
        """Every cell, leaves and sums, in the order of the axes' keys."""
        return product(*(axis.keys for axis in self.axes))

    def sums(self) -> dict[Cell, int]:
        """The count of every cell."""
        return self.along_the_trees(self.counts, lambda one, other: one + other)

    def along_the_trees(
        self, at_leaves: Mapping[Cell, int], join: Callable[[int, int], int]
    ) -> dict[Cell, int]:
        """For every cell, the numbers of the leaves under it, joined two by two; 0 without any."""
        joined = dict.fromkeys(self.cells(), 0)
        for leaf, number in at_leaves.items():
            for cell in product(
                *(axis.path(key) for axis, key in zip(self.axes, leaf, strict=True))
            ):
                joined[cell] = join(joined[cell], number)
        return joined

    def is_leaf(self, cell: Cell) -> bool:
        """Whether the cell is of leaves only; one above a single leaf isn't."""
        return all(
            axis.leaves_under[key] == (key,) for axis, key in zip(self.axes, cell, strict=True)
        )

    def leaves_of(self, cell: Cell) -> Iterable[Cell]:
        """The leaves that the cell is the sum of; of a leaf, itself."""
        return product(*(axis.leaves_under[key] for axis, key in zip(self.axes, cell, strict=True)))

    def leaves_in(self, cell: Cell) -> int:
        """How many leaves the cell is the sum of."""
        return prod(len(axis.leaves_under[key]) for axis, key in zip(self.axes, cell, strict=True))


@dataclass(frozen=True)
class PublishedTable:
    """Every cell with all sums; None where the number is hidden."""

    axes: tuple[Axis, ...]
    values: Mapping[Cell, int | None]

    def value(self, *keys: Key) -> int | None:
        """The published number of a cell, with one key of each axis. Raises KeyError for another."""
        return self.values[keys]

    @cached_property
    def hidden(self) -> frozenset[Cell]:
        return frozenset(cell for cell, value in self.values.items() if value is None)


type Figure = int | float | Decimal | str | Promise | None  # None: hidden


def figure_words(figure: Figure) -> str:
    """A figure as this language writes it; one word for every hidden one, small itself or not."""
    if figure is None:
        return pgettext("number", "hidden")
    if isinstance(figure, int | float | Decimal):
        return _number_words(figure, get_language())
    return str(figure)


@lru_cache(maxsize=4096, typed=True)
def _number_words(number: float | Decimal, language: str | None) -> str:
    """Cached: a week by the hour has 168 numbers, and many are the same."""
    return formats.number_format(number, force_grouping=True)


def figure_markup(figure: Figure) -> SafeString:
    """A figure as a table of a page shows it."""
    words = escape(figure_words(figure))
    return SafeString(f'<span class="hidden-cell">{words}</span>') if figure is None else words


@dataclass(frozen=True)
class FigureRow:
    """A row of a table on a page; a figure may be text where there is no number."""

    label: str | Promise
    figures: tuple[Figure, ...]
    is_total: bool = False

    @property
    def markup(self) -> SafeString:
        start = '<tr class="is-total">' if self.is_total else "<tr>"
        cells = "".join(f"<td>{figure_markup(figure)}</td>" for figure in self.figures)
        return SafeString(
            f'{start}<th scope="row"><bdi>{escape(self.label)}</bdi></th>{cells}</tr>'
        )


@dataclass(frozen=True)
class FigureTable:
    """A table of `components/published_table.html`. `head`: the heading of the rows' labels, then one of
    each column.
    """

    caption: str | Promise
    head: tuple[str | Promise, ...]
    rows: tuple[FigureRow, ...]

    @property
    def body(self) -> SafeString:
        """The rows' HTML. Not a template's work: that looks each of a week's 168 numbers up by itself."""
        return SafeString("".join(row.markup for row in self.rows))

    @property
    def hidden(self) -> int:
        """How many figures are hidden."""
        return sum(figure is None for row in self.rows for figure in row.figures)
