"""When a page was read, on a clock in Paris; days and weeks that close."""

import datetime

from cms.indicators.enums import Place
from courses.agenda.values import PARIS
from courses.dates import midnight, paris_day
from courses.dates import monday_of as monday_of

HALF_HOUR = 1800  # seconds
DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(days=7)


def half_hour_of(instant: datetime.datetime) -> int:
    """The half-hour since 1970 that the instant lies in."""
    return int(instant.timestamp()) // HALF_HOUR


def beginning_of(half_hour: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(half_hour * HALF_HOUR, datetime.UTC)


def hour_of(half_hour: int) -> datetime.datetime:
    """The beginning of its hour, in UTC. Offsets of Paris are whole hours."""
    return beginning_of(half_hour - half_hour % 2)


def since_midnight(half_hour: int) -> tuple[datetime.date, int]:
    """The day in Paris, and which half-hour it is since its midnight.

    0 to 47; to 45 on the day on which clocks go forward, to 49 on which they go back.
    """
    day = paris_day(beginning_of(half_hour))
    return day, half_hour - half_hour_of(midnight(day))


def place_of(half_hour: int) -> Place:
    local = beginning_of(half_hour).astimezone(PARIS)
    return Place.WEEKEND if local.weekday() >= 5 else place_of_hour(local.hour)


def place_of_hour(hour: int) -> Place:
    """Of Monday to Friday."""
    if hour < 8:
        return Place.OTHER
    return Place.CLASS_HOURS if hour < 18 else Place.EVENING


def visits_in(half_hours: list[int]) -> int:
    """Number of runs of half-hours that follow each other; they come sorted, each once."""
    return sum(
        1
        for place, half_hour in enumerate(half_hours)
        if place == 0 or half_hours[place - 1] + 1 < half_hour
    )
