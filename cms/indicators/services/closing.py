"""Closes what is over, each day or week by itself."""

import datetime
import logging
from collections.abc import Callable, Iterable

from cms.indicators.exceptions import NotClosed

log = logging.getLogger(__name__)


def close_each(
    days: Iterable[datetime.date],
    close: Callable[[datetime.date, datetime.datetime], bool],
    now: datetime.datetime,
    failure: type[NotClosed],
) -> list[datetime.date]:
    """Call `close` with each of the days and `now`; return those for which it says True. Raises
    `failure` at the end where some couldn't be closed: the others are.
    """
    closed, failed = [], []
    for day in days:
        try:
            if close(day, now):
                closed.append(day)
        except Exception:  # whatever it was, the other days' identifiers must go
            log.exception(failure.line, day)
            failed.append(day)
    if failed:
        raise failure(", ".join(map(str, failed)))
    return closed
