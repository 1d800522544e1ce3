"""What somebody can compute who reads the published tables of a period with their sums, and knows that
no count is below zero, that zero is published, what the tables share, and, where acts are counted, how
many people are behind them.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import inf

from scipy.optimize import linprog
from scipy.sparse import csr_array

from courses.disclosure.values import FEWEST_PEOPLE, Cell, PublishedTable

ROUNDING = 1e-6  # of the solver

type NamedCell = tuple[str, Cell]  # a table's name, and a cell of it


@dataclass(frozen=True)
class AttackedTable:
    """A published table. `people`: of acts, the people at leaves where their number is published.
    `zeros`: leaves of which nobody knows that zero would be shown, since a linked table hides them.
    """

    published: PublishedTable
    people: Mapping[Cell, int] = field(default_factory=dict)
    zeros: Collection[Cell] = ()

    def is_known_zero(self, leaf: Cell) -> bool:
        return self.people.get(leaf) == 0 and leaf not in self.zeros

    def least(self, leaf: Cell) -> int:
        return max(self.people.get(leaf, 0), 0 if leaf in self.zeros else 1)


@dataclass(frozen=True)
class Link:
    """What is known of cells of several tables: their sum, each times its factor, lies between these."""

    cells: Mapping[NamedCell, int]
    least: float = 0
    most: float = 0


def same(one: NamedCell, other: NamedCell) -> Link:
    """The two cells count the same."""
    return Link({one: 1, other: -1})


def at_least(large: NamedCell, small: NamedCell) -> Link:
    return Link({large: 1, small: -1}, most=inf)


@dataclass
class Equations:
    """Of the hidden leaves, by number: the least of each; what published sums tell of those under them;
    what is known of sums with factors (factors, least, most); and which leaves each hidden cell is the sum
    of, beside a known rest.
    """

    least: list[int] = field(default_factory=list)
    told: list[tuple[dict[int, int], int]] = field(default_factory=list)
    between: list[tuple[dict[int, int], float, float]] = field(default_factory=list)
    hidden: dict[NamedCell, tuple[list[int], int]] = field(default_factory=dict)

    def add_table(self, name: str, attacked: AttackedTable) -> None:
        published = attacked.published
        unknown: dict[Cell, list[int]] = defaultdict(list)
        known: dict[Cell, int] = defaultdict(int)
        for leaf in product(*(axis.leaves for axis in published.axes)):
            value = published.values[leaf]
            if value is None and attacked.is_known_zero(leaf):
                value = 0
            for cell in product(
                *(axis.path(key) for axis, key in zip(published.axes, leaf, strict=True))
            ):
                if value is None:
                    unknown[cell].append(len(self.least))
                else:
                    known[cell] += value
            if value is None:
                self.least.append(attacked.least(leaf))
        for cell, value in published.values.items():
            if value is None:
                self.hidden[name, cell] = unknown[cell], known[cell]
            elif unknown[cell]:
                self.told.append((dict.fromkeys(unknown[cell], 1), value - known[cell]))
            else:
                assert value == known[cell], f"{cell} isn't the sum of its leaves"

    def add_link(self, link: Link, tables: Mapping[str, AttackedTable]) -> None:
        factors: dict[int, int] = defaultdict(int)
        rest = 0
        for (name, cell), factor in link.cells.items():
            value = tables[name].published.values[cell]
            leaves: list[int] = []
            if value is None:
                leaves, value = self.hidden[name, cell]
            rest += factor * value
            for leaf in leaves:
                factors[leaf] += factor
        factors = {leaf: factor for leaf, factor in factors.items() if factor}
        least, most = link.least - rest, link.most - rest
        if not factors:
            assert least <= 0 <= most, f"{link} doesn't hold"
        elif least == most:
            self.told.append((factors, int(least)))
        else:
            self.between.append((factors, least, most))


def equations_of(tables: Mapping[str, AttackedTable], links: Iterable[Link] = ()) -> Equations:
    equations = Equations()
    for name, attacked in tables.items():
        equations.add_table(name, attacked)
    for link in links:
        equations.add_link(link, tables)
    return equations


def attack(
    published: PublishedTable,
    people: Mapping[Cell, int] | None = None,
    zeros: Collection[Cell] = (),
) -> list[str]:
    """Hidden cells of one table that can be told to less than a range of five; empty if nothing is given
    away.
    """
    return attack_together({"": AttackedTable(published, people or {}, zeros)})


def attack_together(
    tables: Mapping[str, AttackedTable],
    links: Iterable[Link] = (),
    *,
    most_cells: int | None = None,
) -> list[str]:
    """The same of all tables of a period, as one system of equations. `most_cells`: how many hidden
    cells are tried, drawn at random; without it all.
    """
    equations = equations_of(tables, links)
    solver = _Solver(equations)
    tried = list(equations.hidden)
    if most_cells is not None and len(tried) > most_cells:
        tried = random.Random(len(tried)).sample(tried, most_cells)
    lowest = dict.fromkeys(equations.hidden, inf)
    highest = dict.fromkeys(equations.hidden, -inf)
    # Every table that fits what is published is a witness for all cells, not for the one it was made for.
    found = []
    for one in tried:
        for sign in (1, -1):
            if highest[one] - lowest[one] >= FEWEST_PEOPLE - ROUNDING:
                break
            for other, value in solver.extreme(one, sign).items():
                lowest[other] = min(lowest[other], value)
                highest[other] = max(highest[other], value)
        if highest[one] - lowest[one] < FEWEST_PEOPLE - ROUNDING:
            name, cell = one
            words = f"{name} {cell}".strip()
            found.append(f"{words} is {lowest[one]:.3g} to {highest[one]:.3g}")
    return found


class _Solver:
    def __init__(self, equations: Equations):
        self.equations = equations
        told, between = equations.told, equations.between
        # Where nothing else ends it.
        self.most = (
            sum(abs(value) for _factors, value in told)
            + sum(abs(one) for _f, *ends in between for one in ends if abs(one) < inf)
            + sum(equations.least)
            + 100
        )
        self.equal = self._matrix([factors for factors, _value in told])
        self.equal_to = [value for _factors, value in told] or None
        below = [(factors, most) for factors, _least, most in between if most < inf]
        below += [
            ({leaf: -factor for leaf, factor in factors.items()}, -least)
            for factors, least, _most in between
            if least > -inf
        ]
        self.below = self._matrix([factors for factors, _most in below])
        self.below_at = [most for _factors, most in below] or None

    def _matrix(self, rows: list[dict[int, int]]) -> csr_array | None:
        if not rows:
            return None
        values = [factor for row in rows for factor in row.values()]
        places = (
            [at for at, row in enumerate(rows) for _leaf in row],
            [leaf for row in rows for leaf in row],
        )
        return csr_array((values, places), shape=(len(rows), len(self.equations.least)))

    def extreme(self, named: NamedCell, sign: int) -> dict[NamedCell, float]:
        """Every hidden cell in tables that fit, where this one is the least (1) or the most (-1) that it
        can be.
        """
        equations = self.equations
        if not equations.least:
            return {cell: float(rest) for cell, (_under, rest) in equations.hidden.items()}
        aim = [0] * len(equations.least)
        for leaf in equations.hidden[named][0]:
            aim[leaf] = sign
        answer = linprog(
            aim,
            A_eq=self.equal,
            b_eq=self.equal_to,
            A_ub=self.below,
            b_ub=self.below_at,
            bounds=[(least, self.most) for least in equations.least],
            method="highs",
        )
        assert answer.success, answer.message
        return {
            cell: rest + sum(answer.x[leaf] for leaf in under)
            for cell, (under, rest) in equations.hidden.items()
        }


def computed_exactly(
    published: PublishedTable,
    people: Mapping[Cell, int] | None = None,
    zeros: Collection[Cell] = (),
) -> list[Cell]:
    """Hidden cells that follow from the published equations alone: those whose row is a combination of
    published rows (Gaussian elimination over fractions). Where no hidden leaf has more than its least, all
    of them do.
    """
    equations = equations_of({"": AttackedTable(published, people or {}, zeros)})
    pivots: dict[int, dict[int, Fraction]] = {}

    def add(factors: Mapping[int, int]) -> None:
        row = _reduced({leaf: Fraction(factor) for leaf, factor in factors.items()}, pivots)
        if row:
            pivot = min(row)
            pivots[pivot] = {leaf: value / row[pivot] for leaf, value in row.items()}

    for factors, value in equations.told:
        if value == sum(equations.least[leaf] for leaf in factors):
            for leaf in factors:
                add({leaf: 1})
        add(factors)
    return [
        cell
        for (_name, cell), (leaves, _rest) in equations.hidden.items()
        if not _reduced({leaf: Fraction(1) for leaf in leaves}, pivots)
    ]


def _reduced(
    row: dict[int, Fraction], pivots: dict[int, dict[int, Fraction]]
) -> dict[int, Fraction]:
    rest: dict[int, Fraction] = {}
    while row:
        leaf = min(row)
        factor = row[leaf]
        if leaf not in pivots:
            rest[leaf] = row.pop(leaf)
            continue
        for other, value in pivots[leaf].items():
            left = row.get(other, Fraction(0)) - factor * value
            if left:
                row[other] = left
            else:
                row.pop(other, None)
    return rest
