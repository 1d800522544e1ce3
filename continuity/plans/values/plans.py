"""Places in a week's plan, and the limit of what stands there."""

import datetime
from dataclasses import dataclass

LONGEST_MINUTES = 600  # of a lesson, a homework, any item of a plan
SIX_IN_THE_EVENING = datetime.time(18)  # proposed where no lesson says the hour


@dataclass(frozen=True)
class PlanPlace:
    """Position of an item: the day, and how many of its part stand above it.

    Written as 2026-11-30.1.
    """

    day: datetime.date
    above: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.above}"

    @classmethod
    def read(cls, written: str) -> "PlanPlace | None":
        day, _dot, above = written.partition(".")
        try:
            return cls(datetime.date.fromisoformat(day), int(above))
        except ValueError:
            return None
