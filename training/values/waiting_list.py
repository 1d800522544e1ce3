"""How long a seat is offered or held."""

import datetime
from dataclasses import dataclass

# A seat whose right ends

RIGHT_ASKED_FROM = datetime.timedelta(days=15)  # before the start, by a clock in Paris
HELD_UNTIL = datetime.timedelta(hours=48)  # before the start
SHORTEST_NOTICE = datetime.timedelta(hours=24)
OFFERS_FROM = datetime.timedelta(days=7)  # before the start, by a clock in Paris
LAST_HOUR = datetime.timedelta(hours=1)
SHORTEST_OFFER = datetime.timedelta(minutes=30)
HELD_FOR = datetime.timedelta(hours=72)  # a seat of another date
SHORTEST_HOLD = datetime.timedelta(hours=2)
# Days until the day of the first meeting → how long an offer stands
OFFER_HOURS = {6: 20, 5: 16, 4: 12, 3: 8, 2: 4, 1: 2, 0: 2}
LONGEST_OFFER_HOURS = 24


@dataclass(frozen=True)
class PlaceInLine:
    """How the waiting list of a session stands for one person.

    `before` people come first, `offers` are open, the first of them until `first_ends_at`.
    `school_quota` is how many seats the person's school may have, where it has them all.
    """

    before: int
    offers: int = 0
    first_ends_at: datetime.datetime | None = None
    school_quota: int = 0


def bridge(share: float) -> dict[str, list[tuple[float, float]]]:
    """The arch of an offer's clock, cut where `share` (0 to 1) of the time is gone.

    Two quadratic Bézier curves of three points each, by de Casteljau.
    """
    start, top, end = (10.0, 92.0), (160.0, -44.0), (310.0, 92.0)

    def between(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
        return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share

    first, second = between(start, top), between(top, end)
    now = between(first, second)
    return {"gone": [start, first, now], "left": [now, second, end]}
