"""Which cells of a table are hidden, so that no count of people from 1 to 4 can be read or computed.

A move adds 1 to some leaves and takes 1 from others: in each axis it is either one leaf, or one leaf
less another. Sums of leaves on both sides stay as they are. For every cell that has to be hidden one
move is chosen, and all cells that it changes are hidden. Then the table with that move done once, twice
or more often has the same published cells, so the cell can't be told from its neighbours; and moves are
taken only where no leaf falls below zero over a range of five. This holds for all cells that moves
change, whatever the other moves are.

Where acts are counted, people may be published, too: then nobody has fewer acts than one, and no act is
somebody's where there are no people. So moves leave each leaf as many acts as it has people, and don't
touch a leaf of which zero people are published. People whose number is published nowhere bound nothing.

Zero is published wherever no linked table hides it. So a hidden leaf is known to be one at least, and
moves leave it that one.

Where many leaves are small, no two of them leave a range of five. In a table of one axis, leaves of the
same sum then move together: what one gains all others lose, until their room is used up.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from itertools import product
from math import inf

from courses.disclosure.values import FEWEST_PEOPLE, Axis, Cell, Key, PublishedTable, Table

# Of a group that has to be hidden, moves begin at its largest leaves: hundreds more would only cost time.
LEAVES_TRIED = 6


def publish(
    table: Table,
    *,
    people: Mapping[Cell, int] | None = None,
    people_shown: Mapping[Cell, int] | None = None,
    hidden: Iterable[Cell] = (),
) -> PublishedTable:
    """The table with its small counts hidden, and as many others as keep these from being computed.

    `people`: where the table counts acts, how many people are behind a cell, leaves and sums (a person
    counts once in a sum). A sum that isn't given has at least the most of its leaves. Acts of which
    nobody is known are hidden as those of fewer than five people. `people_shown`: of these numbers the
    ones that somebody can read; without it, all. `hidden`: cells that a linked table hides already, above
    all that of these people. Zero is published. The same table gives the same
    cells. Raises ValueError for a cell that isn't of this table.
    """
    counts = table.sums()
    hidden = set(hidden)
    named = hidden | (people or {}).keys() | (people_shown or {}).keys()
    if unknown := named - counts.keys():
        raise ValueError(f"No cells of this table: {sorted(map(repr, unknown))}")
    primary = _small_cells(table, counts, people) | hidden
    if people_shown is None and people is not None:
        people_shown = {cell: people.get(cell, 0) for cell in counts}
    moves = _Moves(table, counts, _rooms(table, counts, people_shown or {}, hidden))
    moves.hide(primary)
    for cell in sorted(primary, key=moves.place):
        if cell not in moves.covered:
            moves.cover(cell)
    values = {cell: None if moves.is_hidden(cell) else count for cell, count in counts.items()}
    return PublishedTable(table.axes, values)


def _small_cells(
    table: Table, counts: Mapping[Cell, int], people: Mapping[Cell, int] | None
) -> set[Cell]:
    small = {cell for cell, count in counts.items() if 0 < count < FEWEST_PEOPLE}
    if people is None:
        return small
    at_leaves = {cell: number for cell, number in people.items() if table.is_leaf(cell)}
    known = {**table.along_the_trees(at_leaves, max), **people}
    return small | {
        cell
        for cell, number in known.items()
        if 0 < number < FEWEST_PEOPLE or (not number and counts[cell])
    }


def hidden_zeros(table: Table, hidden: Iterable[Cell]) -> set[Cell]:
    """Leaves that may be hidden though they are zero: those that a linked table hides, and those under a
    sum of zero that it hides. `hidden`: cells that the linked table hides.
    """
    counts = table.sums()
    return {
        leaf
        for cell in hidden
        if not counts[cell] or table.is_leaf(cell)
        for leaf in table.leaves_of(cell)
    }


def _rooms(
    table: Table,
    counts: Mapping[Cell, int],
    people_shown: Mapping[Cell, int],
    hidden: Collection[Cell],
) -> list[float]:
    """By how much each cell can be lowered by a move; -inf where everybody knows that it is zero, so that
    it can't be raised either. Moves change leaves; of sums it says which have leaves that can be changed.
    """
    zeros = hidden_zeros(table, hidden)

    def room(cell: Cell, count: int) -> float:
        if count:
            return count - max(people_shown.get(cell, 0), 0 if cell in zeros else 1)
        is_unknown = cell in hidden or (cell in zeros and cell not in people_shown)
        return 0 if is_unknown else -inf

    return [room(cell, count) for cell, count in counts.items()]


@dataclass(frozen=True)
class _Step:
    """What a move does in one axis, by offsets: 1 more at the leaf `more`, 1 less at `less` if there is
    one. `changed`: these leaves, and the groups that hold one of the two alone.
    """

    more: int
    less: int | None
    changed: tuple[int, ...]


@dataclass(frozen=True)
class _Steps:
    """Steps in several axes at once, by sums of offsets."""

    more: tuple[int, ...] = (0,)
    less: tuple[int, ...] = ()
    changed: tuple[int, ...] = (0,)

    def and_then(self, step: _Step) -> "_Steps":
        def moved(offsets: tuple[int, ...], by: int | None) -> tuple[int, ...]:
            return () if by is None else tuple(offset + by for offset in offsets)

        return _Steps(
            moved(self.more, step.more) + moved(self.less, step.less),
            moved(self.less, step.more) + moved(self.more, step.less),
            tuple(one + other for one in self.changed for other in step.changed),
        )


class _Moves:
    """The table as one flat list of numbers, since thousands of moves are weighed against each other:
    the place of a cell is the sum of its keys' offsets, one of each axis.
    """

    def __init__(self, table: Table, counts: Mapping[Cell, int], rooms: list[float]):
        self.rooms = rooms
        self.axes = table.axes
        self.cells = list(counts)
        self.counts = list(counts.values())
        # By axis, the offset of each key: the last axis' keys stand beside each other.
        self.offsets: list[dict[Key, int]] = []
        stride = len(self.cells)
        for axis in self.axes:
            stride //= len(axis.keys)
            self.offsets.append({key: at * stride for at, key in enumerate(axis.keys)})
        # What it costs to hide a cell: how much it is the sum of, and a little for what it tells. A total
        # of the whole costs more than all others; a hidden cell costs nothing more.
        self.costs = [
            1 + table.leaves_in(cell) + count.bit_length() for cell, count in counts.items()
        ]
        self.costs[-1] = sum(self.costs)
        self.covered: set[Cell] = set()
        # The longest axis is gone through last, over numbers that are the same for all of it.
        self.longest = max(range(len(self.axes)), key=lambda at: len(self.axes[at].leaves))
        self.paths = [
            {leaf: tuple(offsets[key] for key in axis.path(leaf)) for leaf in axis.leaves}
            for axis, offsets in zip(self.axes, self.offsets, strict=True)
        ]

    def place(self, cell: Cell) -> int:
        return sum(offsets[key] for offsets, key in zip(self.offsets, cell, strict=True))

    def is_hidden(self, cell: Cell) -> bool:
        return not self.costs[self.place(cell)]

    def hide(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self.costs[self.place(cell)] = 0

    def cover(self, cell: Cell) -> None:
        """Hide everything that the cheapest move which changes the cell changes."""
        best = self._cheapest(cell)
        together = self._together(cell)
        if best is None or (together and self._cost(together) < self._cost(best.changed)):
            changed = together or self._raising(cell).changed
        else:
            changed = best.changed
        for place in changed:
            self.costs[place] = 0
            self.covered.add(self.cells[place])

    def _cost(self, places: Iterable[int]) -> int:
        return sum(self.costs[place] for place in places)

    def _together(self, cell: Cell) -> list[int]:
        """Of a table of one axis, the leaf and as few others of the same sum as leave a range of five:
        hidden ones first. Empty where there are none.
        """
        if len(self.axes) > 1 or self.axes[0].leaves_under[cell[0]] != cell:
            return []
        (axis,), (key,) = self.axes, cell
        others = [
            self.place((leaf,))
            for leaf in axis.leaves
            if leaf != key and axis.parents[leaf] == axis.parents[key]
        ]
        places, room = [self.place(cell)], self.rooms[self.place(cell)]
        for place in sorted(others, key=lambda place: (self.costs[place], -self.rooms[place])):
            if room >= FEWEST_PEOPLE and len(places) > 1:
                break
            if self.rooms[place] > 0:
                places.append(place)
                room += self.rooms[place]
        return places if room >= FEWEST_PEOPLE and len(places) > 1 else []

    def _cheapest(self, cell: Cell) -> _Steps | None:
        best, least = None, inf
        others = [at for at in range(len(self.axes)) if at != self.longest]
        for steps in product(*(list(self._steps(at, cell)) for at in others)):
            outer = _Steps()
            for step in steps:
                outer = outer.and_then(step)
            for step, cost in self._along_the_longest(cell, outer, least):
                if cost < least:
                    best, least = outer.and_then(step), cost
        return best

    def _raising(self, cell: Cell) -> _Steps:
        """The move that raises the leaf under the cell with the most room, and all sums above it: always
        possible. None in a table without leaves.
        """
        under = product(
            *(axis.leaves_under[key] for axis, key in zip(self.axes, cell, strict=True))
        )
        leaf = max(under, key=lambda leaf: self.rooms[self.place(leaf)], default=None)
        if leaf is None:
            return _Steps(changed=())
        steps = _Steps()
        for paths, key in zip(self.paths, leaf, strict=True):
            steps = steps.and_then(_Step(paths[key][0], None, paths[key]))
        return steps

    def _steps(self, at: int, cell: Cell) -> Iterator[_Step]:
        """The steps in one axis that change the cell's key."""
        for more in self._beginnings(at, cell):
            path = self.paths[at][more]
            for less in self._outside(at, cell):
                other = self.paths[at][less]
                changed = tuple(set(path).symmetric_difference(other))
                yield _Step(path[0], other[0], changed)
            yield _Step(path[0], None, path)

    def _beginnings(self, at: int, cell: Cell) -> Collection[Key]:
        leaves = self.axes[at].leaves_under[cell[at]]
        if len(leaves) <= LEAVES_TRIED:
            return leaves
        place = self.place(cell) - self.offsets[at][cell[at]]
        offsets = self.offsets[at]
        return nlargest(LEAVES_TRIED, leaves, key=lambda leaf: self.rooms[place + offsets[leaf]])

    def _outside(self, at: int, cell: Cell) -> list[Key]:
        axis: Axis = self.axes[at]
        inside = set(axis.leaves_under[cell[at]])
        return [leaf for leaf in axis.leaves if leaf not in inside]

    def _along_the_longest(
        self, cell: Cell, outer: _Steps, most: float
    ) -> Iterator[tuple[_Step, float]]:
        """Steps in the longest axis, each with the cost of what it changes together with `outer`, where
        that is below `most` and leaves a range of five.
        """
        at = self.longest
        costs = _Memo(lambda key: sum(self.costs[place + key] for place in outer.changed))
        rooms = _Memo(lambda key: (self._least(outer.more, key), self._least(outer.less, key)))
        outside = [self.paths[at][leaf] for leaf in self._outside(at, cell)]
        for leaf in self._beginnings(at, cell):
            path = self.paths[at][leaf]
            more, less = rooms[path[0]]
            cost = sum(costs[key] for key in path)
            if cost < most and more + less >= FEWEST_PEOPLE:
                yield _Step(path[0], None, path), cost
                most = cost
            of_leaf = costs[path[0]]
            if of_leaf >= most:  # every other step changes this, too
                continue
            for other in outside:
                other_more, other_less = rooms[other[0]]
                # Not "<": -inf with inf is no number, and smaller than none.
                if not min(more, other_less) + min(less, other_more) >= FEWEST_PEOPLE:
                    continue
                if of_leaf + costs[other[0]] >= most:
                    continue
                changed = tuple(set(path).symmetric_difference(other))
                cost = sum(costs[key] for key in changed)
                if cost < most:
                    yield _Step(path[0], other[0], changed), cost
                    most = cost

    def _least(self, places: tuple[int, ...], key: int) -> float:
        """How far the leaves can be lowered together: without end where there are none."""
        return min((self.rooms[place + key] for place in places), default=inf)


class _Memo[Value](dict[int, Value]):
    """What `function` gives for a number, asked once."""

    def __init__(self, function: Callable[[int], Value]):
        super().__init__()
        self.function = function

    def __missing__(self, key: int) -> Value:
        value = self[key] = self.function(key)
        return value
