"""When a student is silent: a pure rule on days."""

import datetime
from collections.abc import Callable

ONE_DAY = datetime.timedelta(days=1)


def silent_days(
    after: datetime.date, today: datetime.date, is_expected: Callable[[datetime.date], bool]
) -> int:
    """How many days between these two, both left out, the student was expected. Today isn't over
    yet, and so it doesn't count.
    """
    days = (after + n * ONE_DAY for n in range(1, (today - after).days))
    return sum(is_expected(day) for day in days)


def is_silent(days: int, limit: int) -> bool:
    """`days`: school days without a sign; `limit`: the school's own number."""
    return days >= limit
