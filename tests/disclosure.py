"""What somebody can compute who reads a published table and its sums, knows that no count is below zero,
and, where acts are counted, may have read how many people are behind them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from scipy.optimize import linprog
from scipy.sparse import csr_array

from courses.disclosure.values import FEWEST_PEOPLE, Cell, PublishedTable

ROUNDING = 1e-6  # of the solver


@dataclass
class Equations:
    """Of the hidden leaves, by number: what each published sum tells of those under it, and which of
    them each hidden cell is the sum of, beside a known rest. `least`: of each leaf.
    """

    least: list[int]
    told: dict[Cell, tuple[list[int], int]]
    hidden: dict[Cell, tuple[list[int], int]]


def equations_of(published: PublishedTable, people: Mapping[Cell, int] | None = None) -> Equations:
    unknown: dict[Cell, list[int]] = defaultdict(list)
    known: dict[Cell, int] = defaultdict(int)
    least: list[int] = []
    for leaf in product(*(axis.leaves for axis in published.axes)):
        value = published.values[leaf]
        of_people = (people or {}).get(leaf)
        if value is None and of_people == 0:
            value = 0
        for cell in product(
            *(axis.path(key) for axis, key in zip(published.axes, leaf, strict=True))
        ):
            if value is None:
                unknown[cell].append(len(least))
            else:
                known[cell] += value
        if value is None:
            least.append(of_people or 0)
    told, hidden = {}, {}
    for cell, value in published.values.items():
        if value is None:
            hidden[cell] = unknown[cell], known[cell]
        elif unknown[cell]:
            told[cell] = unknown[cell], value - known[cell]
        else:
            assert value == known[cell], f"{cell} isn't the sum of its leaves"
    return Equations(least, told, hidden)


def attack(published: PublishedTable, people: Mapping[Cell, int] | None = None) -> list[str]:
    """Hidden cells that can be told to less than a range of five; empty if nothing is given away.

    `people`: of acts, the people at leaves where their number is published.
    """
    equations = equations_of(published, people)
    lowest = dict.fromkeys(equations.hidden, float("inf"))
    highest = dict.fromkeys(equations.hidden, float("-inf"))
    # Every table that fits what is published is a witness for all cells, not for the one it was made for.
    found = []
    for cell, (leaves, _rest) in equations.hidden.items():
        for sign in (1, -1):
            if highest[cell] - lowest[cell] >= FEWEST_PEOPLE - ROUNDING:
                break
            for other, value in _extreme(equations, leaves, sign).items():
                lowest[other] = min(lowest[other], value)
                highest[other] = max(highest[other], value)
        if highest[cell] - lowest[cell] < FEWEST_PEOPLE - ROUNDING:
            found.append(f"{cell} is {lowest[cell]:.3g} to {highest[cell]:.3g}")
    return found


def _extreme(equations: Equations, leaves: list[int], sign: int) -> dict[Cell, float]:
    """Every hidden cell in a table that fits, where the sum of these leaves is the least (1) or the most
    (-1) that it can be.
    """
    if not equations.least:
        return {cell: float(rest) for cell, (_under, rest) in equations.hidden.items()}
    aim = [0] * len(equations.least)
    for leaf in leaves:
        aim[leaf] = sign
    rows = list(equations.told.values())
    matrix = csr_array(
        (
            [1] * sum(len(under) for under, _sum in rows),
            (
                [row for row, (under, _sum) in enumerate(rows) for _leaf in under],
                [leaf for under, _sum in rows for leaf in under],
            ),
        ),
        shape=(len(rows), len(equations.least)),
    )
    # Where nothing else ends it.
    most = sum(value for _under, value in rows) + sum(equations.least) + 100
    answer = linprog(
        aim,
        A_eq=matrix if rows else None,
        b_eq=[value for _under, value in rows] if rows else None,
        bounds=[(least, most) for least in equations.least],
        method="highs",
    )
    assert answer.success, answer.message
    return {
        cell: rest + sum(answer.x[leaf] for leaf in under)
        for cell, (under, rest) in equations.hidden.items()
    }


def computed_exactly(
    published: PublishedTable, people: Mapping[Cell, int] | None = None
) -> list[Cell]:
    """Hidden cells that follow from the published equations alone: those whose row is a combination of
    published rows (Gaussian elimination over fractions).
    """
    equations = equations_of(published, people)
    pivots: dict[int, dict[int, Fraction]] = {}
    for leaves, _value in equations.told.values():
        row = _reduced({leaf: Fraction(1) for leaf in leaves}, pivots)
        if row:
            pivot = min(row)
            pivots[pivot] = {leaf: value / row[pivot] for leaf, value in row.items()}
    return [
        cell
        for cell, (leaves, _rest) in equations.hidden.items()
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
