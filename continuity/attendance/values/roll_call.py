"""A teacher's mark for a student in a roll: a plain value, as a form gives it and a line stores
it.
"""

from dataclasses import dataclass
from datetime import timedelta

from continuity.enums import WITH_A_MODE, Mode, Status

OPENS_BEFORE = timedelta(minutes=15)  # a roll can be taken from here on
MOST_MINUTES = 600


@dataclass(frozen=True)
class RollMark:
    """Status and mode are two facts.

    `late` and `early` are minutes; who left early and wasn't late has left early.
    """

    status: str
    mode: str = Mode.UNKNOWN
    late: int | None = None
    early: int | None = None
    reason: str = ""

    @property
    def as_kept(self) -> dict:
        """The mark by the line's columns, in the one form that its constraints allow."""
        was_there = self.status in WITH_A_MODE
        status = self.status
        early = self.early if was_there else None
        if was_there and status != Status.LATE:
            status = Status.LEFT_EARLY if early else Status.PRESENT
        return {
            "status": status,
            "mode": self.mode if was_there else Mode.UNKNOWN,
            "minutes_late": self.late if status == Status.LATE else None,
            "minutes_early": early,
            "reason": self.reason,
        }


KEPT = ["status", "mode", "minutes_late", "minutes_early", "reason"]
