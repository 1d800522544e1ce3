"""The order in which needs are served: written down, the same for everybody, a proposal only."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from continuity.enums import Connection, Criterion, Device, NeedKind

MANY = 3  # others who use the same computer


class Asked(Protocol):
    """A need, as far as the order goes."""

    pk: int
    wants: str
    device: str
    shared_with: int | None
    connection: str
    asked_at: datetime.datetime


DEFAULT_ORDER = (
    Criterion.NO_DEVICE,
    Criterion.NO_CONNECTION,
    Criterion.PHONE_ONLY,
    Criterion.SHARED_MANY,
    Criterion.PHONE_DATA,
    Criterion.SHARED,
)

_MEETS: dict[Criterion, Callable[[Asked], bool]] = {
    Criterion.NO_DEVICE: lambda need: need.device == Device.NONE,
    Criterion.PHONE_ONLY: lambda need: need.device == Device.PHONE,
    Criterion.SHARED_MANY: lambda need: (
        need.device == Device.SHARED and (need.shared_with or 0) >= MANY
    ),
    Criterion.SHARED: lambda need: need.device == Device.SHARED and (need.shared_with or 0) < MANY,
    Criterion.NO_CONNECTION: lambda need: (
        need.connection in (Connection.NONE, Connection.ELSEWHERE)
    ),
    Criterion.PHONE_DATA: lambda need: need.connection == Connection.PHONE,
}
OF_A_CONNECTION = (Criterion.NO_CONNECTION, Criterion.PHONE_DATA)


def meets(need: Asked, criterion: Criterion) -> bool:
    """Of a connection only what is said of connections counts, and the other way round."""
    is_about_it = (criterion in OF_A_CONNECTION) == (need.wants == NeedKind.CONNECTION)
    return is_about_it and _MEETS[criterion](need)


@dataclass(frozen=True)
class ProposedNeed[T]:
    """A need with its place in the order, from 1, and what put it there."""

    need: T
    place: int
    met: tuple[Criterion, ...]


def proposed[T: Asked](needs: Iterable[T], order: Sequence[Criterion]) -> list[ProposedNeed[T]]:
    """By the first criterion that each meets; then who asked first."""

    def rank(need: T) -> tuple[int, datetime.datetime, int]:
        first = next((n for n, one in enumerate(order) if meets(need, one)), len(order))
        return first, need.asked_at, need.pk

    return [
        ProposedNeed(need, place, tuple(one for one in order if meets(need, one)))
        for place, need in enumerate(sorted(needs, key=rank), start=1)
    ]
