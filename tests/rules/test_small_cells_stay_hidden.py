"""Counts of people that the region reads: none from one to four can be read or computed (case C53)."""

import itertools
import random

import pytest

from continuity.equipment.values.small_cells import shown_table
from courses.disclosure.values import FEWEST_PEOPLE

CASES = {
    "large numbers are shown with their totals": (
        {"a": (50, 20, 8), "b": (40, 30, 9)},
        {"a": (50, 20, 8), "b": (40, 30, 9)},
        (90, 50, 17),
    ),
    "zero is shown": ({"a": (50, 0, 8), "b": (9, 30, 9)}, {"a": (50, 0, 8), "b": (9, 30, 9)}, (59, 30, 17)),
    "a line with a small number takes the smallest other one along": (
        {"a": (50, 20, 3), "b": (40, 30, 9), "c": (60, 60, 60)},
        {"a": None, "b": None, "c": (60, 60, 60)},
        (150, 110, 72),
    ),
    "two lines with small numbers hide each other": (
        {"a": (50, 20, 3), "b": (40, 4, 30), "c": (60, 60, 60)},
        {"a": None, "b": None, "c": (60, 60, 60)},
        (150, 84, 93),
    ),
    "two small lines whose total would tell take a third along": (
        {"a": (50, 20, 1), "b": (40, 30, 1), "c": (60, 60, 60)},
        {"a": None, "b": None, "c": None},
        (150, 110, 62),
    ),
    "one line alone hides the totals, too": ({"a": (50, 20, 3)}, {"a": None}, None),
    "a total from one to four hides the totals": (
        {"a": (50, 20, 0), "b": (40, 30, 2)},
        {"a": (50, 20, 0), "b": None},
        None,
    ),
    "who all gave one answer are hidden": (
        {"a": (0, 0, 30), "b": (40, 30, 20), "c": (50, 50, 50)},
        {"a": None, "b": None, "c": (50, 50, 50)},
        (90, 80, 100),
    ),
    "fewer than five people stand in no total": (
        {"a": (1, 2, 1), "b": (40, 30, 20)},
        {"b": (40, 30, 20)},
        (40, 30, 20),
    ),
    "nobody answered": ({}, {}, ()),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_which_lines_and_totals_are_shown(case):
    counts, lines, totals = CASES[case]

    table = shown_table(counts)

    assert {line.key: line.cells for line in table.lines} == lines
    assert table.totals == totals


def test_a_school_of_fewer_than_five_is_named_as_left_out():
    table = shown_table({"a": (1, 2, 1), "b": (40, 30, 20)})

    assert table.left_out == ("a",)
    assert table.total == 90


def possible_lines(total: int, width: int):
    """Every line of that width with that total."""
    for cuts in itertools.combinations_with_replacement(range(total + 1), width - 1):
        bounds = (0, *cuts, total)
        yield tuple(after - before for before, after in itertools.pairwise(bounds))


def tables_that_fit(lines: list[int], columns: tuple[int, ...] | None):
    """Every table with these totals of lines, and of columns where they are known."""
    if not lines:
        if columns is None or not any(columns):
            yield ()
        return
    for line in possible_lines(lines[0], 3):
        if columns is None:
            left = None
        else:
            left = tuple(column - cell for column, cell in zip(columns, line, strict=True))
            if min(left) < 0:
                continue
        for rest in tables_that_fit(lines[1:], left):
            yield (line, *rest)


@pytest.mark.parametrize("seed", range(40))
def test_whoever_tries_every_table_that_fits_learns_no_small_number(seed):
    """An attacker who knows all that is published, for small schools: each number from one to four
    may be any of five or more.
    """
    rng = random.Random(seed)
    counts = {name: tuple(rng.choice([0, 1, 2, 3, 5, 6, 7]) for _ in range(3)) for name in "abc"}

    table = shown_table(counts)

    hidden = [line for line in table.lines if line.cells is None]
    shown = [line.cells for line in table.lines if line.cells is not None]
    assert all(not 0 < cell < FEWEST_PEOPLE for cells in shown for cell in cells)
    columns = None
    if table.totals is not None:
        assert all(not 0 < total < FEWEST_PEOPLE for total in table.totals)
        columns = tuple(
            total - sum(cells[place] for cells in shown) for place, total in enumerate(table.totals)
        )
    found = list(tables_that_fit([line.total for line in hidden], columns))
    for row, line in enumerate(hidden):
        for place in range(3):
            if 0 < counts[line.key][place] < FEWEST_PEOPLE:
                values = {one[row][place] for one in found}
                assert max(values) - min(values) >= FEWEST_PEOPLE
