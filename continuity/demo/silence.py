"""Silent students of the first class in use, and since when."""

import datetime

from courses.agenda.queries import ONE_WEEK, monday_of
from courses.people.models import Person


def silent_ones(world) -> list[Person]:
    """Three of the first class; what they would have done since `silent_since` isn't made."""
    return world.students[world.in_use[0].pk][-6:-3]


def silent_since(world) -> datetime.date:
    return monday_of(world.today) - ONE_WEEK
