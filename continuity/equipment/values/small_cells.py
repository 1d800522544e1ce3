"""Which counts of people a table of schools may show: none below five, neither directly nor by
subtraction from totals. Pure.

A school's line is hidden as a whole or shown as a whole. So the lines hidden are a table of which
only the margins are known, and what can be concluded of one of its cells is exactly the interval
from max(0, r + c - n) to min(r, c), with r, c, n the totals of its line, its column, and of all
lines hidden (Fréchet's bounds). Each cell that needs it keeps an interval of five.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from courses.disclosure.values import FEWEST_PEOPLE


@dataclass(frozen=True)
class ShownLine[Key: Hashable]:
    """`cells` None: hidden."""

    key: Key
    total: int
    cells: tuple[int, ...] | None


@dataclass(frozen=True)
class ShownTable[Key: Hashable]:
    """`left_out`: lines of fewer than five people, which no total holds either.

    `totals` None: hidden.
    """

    lines: tuple[ShownLine[Key], ...]
    left_out: tuple[Key, ...]
    total: int
    totals: tuple[int, ...] | None


def shown_table[Key: Hashable](counts: Mapping[Key, Sequence[int]]) -> ShownTable[Key]:
    """`counts`: people by answer, of each school, in the order of the page."""
    left_out = tuple(key for key, cells in counts.items() if sum(cells) < FEWEST_PEOPLE)
    kept = {key: tuple(cells) for key, cells in counts.items() if key not in left_out}
    totals = tuple(sum(column) for column in zip(*kept.values(), strict=True))
    hidden = {key for key, cells in kept.items() if any(_needs_hiding(cells))}
    hides_totals = any(0 < total < FEWEST_PEOPLE for total in totals)
    if not hides_totals:
        hides_totals = not _hide_more(kept, hidden)
    lines = tuple(
        ShownLine(key, sum(cells), None if key in hidden else cells) for key, cells in kept.items()
    )
    return ShownTable(lines, left_out, sum(totals), None if hides_totals else totals)


def _needs_hiding(cells: Sequence[int]) -> list[bool]:
    """One to four people; and where all gave one answer, which tells it of everybody."""
    says_all = max(cells) == sum(cells)
    return [says_all or 0 < cell < FEWEST_PEOPLE for cell in cells]


def _hide_more[Key: Hashable](kept: Mapping[Key, Sequence[int]], hidden: set[Key]) -> bool:
    """Add the smallest lines to `hidden` until what needs it is safe. False: all of them aren't
    enough.
    """
    shown = sorted((key for key in kept if key not in hidden), key=lambda key: sum(kept[key]))
    while not _is_safe({key: kept[key] for key in kept if key in hidden}):
        if not shown:
            return False
        hidden.add(shown.pop(0))
    return True


def _is_safe(lines: Mapping[Hashable, Sequence[int]]) -> bool:
    columns = [sum(column) for column in zip(*lines.values(), strict=True)]
    everybody = sum(columns)
    for cells in lines.values():
        line = sum(cells)
        for column, needs in zip(columns, _needs_hiding(cells), strict=True):
            if needs and min(line, column) - max(0, line + column - everybody) < FEWEST_PEOPLE:
                return False
    return True
