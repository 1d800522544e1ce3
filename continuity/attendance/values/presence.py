"""Presence in a class hour, computed from a person's stays in a room. Pure: no database, no
clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LATE_AFTER = timedelta(minutes=5)  # who comes within these isn't late
EARLY_BEFORE = timedelta(minutes=5)  # who leaves within the last of these stayed to the end

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Seen:
    """Minutes are whole.

    `late` and `early` are None for who came in time and stayed to the end (so far).
    """

    minutes: int
    late: int | None = None
    early: int | None = None
    times_cut: int = 0


def frame(planned: Interval, led: list[Interval]) -> Interval:
    """The class as it took place: nobody is late before the teacher has come, nor gone early after
    the teacher has left.

    `led` are the stays of whoever led it, in time order. Without any, or where they don't touch the
    planned hours, the plan counts.
    """
    starts, ends = planned
    if led:
        starts, ends = max(starts, led[0][0]), min(ends, max(end for _start, end in led))
    return (starts, ends) if starts < ends else planned


def seen(stays: Iterable[Interval], held: Interval, *, is_over: bool) -> Seen | None:
    """One person's stays (in time order, without overlaps) within the class: one presence, minutes
    summed; None if there was none.

    While it goes on (`is_over` is False) nobody has left early.
    """
    starts, ends = held
    inside = [
        (max(start, starts), min(end, ends))
        for start, end in stays
        if start < ends and end > starts
    ]
    if not inside:
        return None
    first, last = inside[0][0], max(end for _start, end in inside)
    return Seen(
        minutes=round(
            sum(((end - start) for start, end in inside), timedelta()).total_seconds() / 60
        ),
        late=_minutes(first - starts) if first - starts > LATE_AFTER else None,
        early=_minutes(ends - last) if is_over and ends - last > EARLY_BEFORE else None,
        times_cut=len(inside) - 1,
    )


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
