"""Closes a day: people and visits are counted, identifiers and the key are deleted."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Max, Min

from cms.indicators.enums import KeySpan, ReaderRole
from cms.indicators.models import (
    ClosedDay,
    CountingKey,
    DayCount,
    HourCount,
    HourPeople,
    PageTally,
    SeenToday,
)
from cms.indicators.services import keys
from cms.indicators.values import moments
from cms.indicators.values.readers import CountedReader
from courses.dates import midnight, paris_day

ROWS_AT_ONCE = 500


def close_days(now: datetime.datetime) -> list[datetime.date]:
    """Close each day before today that is open still, oldest first, each in a transaction of its
    own.
    """
    return [day for day in _open_days(now) if close_day(day, now)]


def _open_days(now: datetime.datetime) -> list[datetime.date]:
    """From the day after the last that was closed, or from the first of which anything is counted; a
    day without a page view is closed, too. So is an earlier day that has a key: a flush wrote it after a
    later day had been closed as the site's first.
    """
    today = paris_day(now)
    last = ClosedDay.objects.aggregate(day=Max("day"))["day"]
    first = last + moments.DAY if last else _first_counted_day()
    if first is None:
        return []
    earlier = CountingKey.objects.filter(span=KeySpan.DAY, first_day__lt=first)
    return [
        *earlier.order_by("first_day").values_list("first_day", flat=True),
        *(first + number * moments.DAY for number in range((today - first).days)),
    ]


def _first_counted_day() -> datetime.date | None:
    days = [CountingKey.objects.filter(span=KeySpan.DAY).aggregate(day=Min("first_day"))["day"]]
    for model in (PageTally, HourCount):
        if hour := model.objects.aggregate(hour=Min("hour"))["hour"]:
            days.append(paris_day(hour))
    return min((day for day in days if day), default=None)


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
