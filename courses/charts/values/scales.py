"""Axes of charts, and the numbers on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from django.utils.translation import pgettext

from courses.disclosure.values import figure_words

type Number = int | float | Decimal

EXACT = 1 - 1e-9  # 0.1 * 3 is more than 0.3


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
        step for factor in (1, 2, 2.5, 5, 10) if (step := factor * ten) * steps >= most * EXACT
    )
    step = max(step, 1) if most >= 1 else step
    if step == 2.5:
        step = 3
    unit = 1_000_000 if most >= 10_000_000 else 1_000 if most >= 10_000 else 1
    return Scale(step, step * ceil(most / step * EXACT), unit)


def shown(numbers: Iterable[Number | None]) -> list[Number]:
    return [number for number in numbers if number is not None]
