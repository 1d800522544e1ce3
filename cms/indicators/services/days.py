"""Closes a day: people and visits are counted, identifiers and the key are deleted."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from django.db import transaction

from cms.indicators.enums import KeySpan, ReaderRole
from cms.indicators.exceptions import DaysNotClosed
from cms.indicators.models import ClosedDay, DayCount, HourPeople, SeenToday
from cms.indicators.queries.days import open_days
from cms.indicators.services import keys
from cms.indicators.services.closing import close_each
from cms.indicators.values import moments
from cms.indicators.values.readers import CountedReader
from courses.dates import midnight, paris_day

ROWS_AT_ONCE = 500


def close_days(now: datetime.datetime) -> list[datetime.date]:
    """Close each day before today that is open still, oldest first, each in a transaction of its own.
    Raises `DaysNotClosed` at the end where some couldn't be: the others are.
    """
    return close_each(open_days(paris_day(now)), close_day, now, DaysNotClosed)


@transaction.atomic
def close_day(day: datetime.date, now: datetime.datetime) -> bool:
    """Count the day's people and visits, and delete identifiers and key; False if another tick has.

    Holds the key of the day, so that a flush comes before, and is counted, or after, and is dropped.
    """
    key = keys.hold(KeySpan.DAY, day)
    _closed, is_new = ClosedDay.objects.get_or_create(day=day, defaults={"closed_at": now})
    if is_new:
        counted = _counted(day)
        DayCount.objects.bulk_create(counted.day_counts(day), batch_size=ROWS_AT_ONCE)
        HourPeople.objects.bulk_create(counted.hour_people())
    SeenToday.objects.filter(day=day).delete()
    key.delete()
    return is_new


@dataclass
class CountedDay:
    people: Counter[CountedReader] = field(default_factory=Counter)
    visits: Counter[CountedReader] = field(default_factory=Counter)
    by_hour: Counter[datetime.datetime] = field(default_factory=Counter)

    def add(self, reader: CountedReader, half_hours: list[int], midnight: int) -> None:
        """One person's half-hours since midnight, sorted."""
        self.people[reader] += 1
        self.visits[reader] += moments.visits_in(half_hours)
        self.by_hour.update({moments.hour_of(midnight + half_hour) for half_hour in half_hours})

    def day_counts(self, day: datetime.date) -> list[DayCount]:
        return [
            DayCount(day=day, people=people, visits=self.visits[reader], **reader._asdict())
            for reader, people in self.people.items()
        ]

    def hour_people(self) -> list[HourPeople]:
        return [HourPeople(hour=hour, people=people) for hour, people in self.by_hour.items()]


def _counted(day: datetime.date) -> CountedDay:
    """All rows of one identifier say the same school and role (services.flushing)."""
    counted = CountedDay()
    begins = moments.half_hour_of(midnight(day))
    seen = SeenToday.objects.filter(day=day).order_by("key", "half_hour")
    rows = seen.values_list("key", "half_hour", "school", "role")
    for _key, of_person in groupby(rows.iterator(), key=itemgetter(0)):
        rows_of_one = list(of_person)
        _key, _half_hour, school, role = rows_of_one[0]
        counted.add(
            CountedReader(school, ReaderRole(role)),
            [half_hour for _key, half_hour, _school, _role in rows_of_one],
            begins,
        )
    return counted
