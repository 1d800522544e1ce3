"""Writes a batch of page views: numbers by the hour, keyed identifiers of who read them."""

import datetime
import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from cms.indicators.enums import KeySpan, ReaderDevice, ReaderRole
from cms.indicators.models import (
    ClosedDay,
    CountingKey,
    PageTally,
    SeenThisWeek,
    SeenToday,
)
from cms.indicators.queries.readers import first_seen, readers_among
from cms.indicators.services import keys
from cms.indicators.values import moments
from cms.indicators.values.identifiers import identifier
from cms.indicators.values.readers import CountedReader

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 500
NO_SCHOOL = CountedReader(None, ReaderRole.OTHER)


class View(NamedTuple):
    """What a page view is counted under, in memory."""

    half_hour: int  # since 1970
    person: int | None  # None: a visitor
    device: ReaderDevice


def write(batch: Counter[View]) -> int:
    """In one transaction; returns the number of pages written. Those of a day that is closed are
    dropped, and their number is kept with the day.
    """
    by_day: dict[datetime.date, Counter[View]] = defaultdict(Counter)
    for view, pages in batch.items():
        by_day[moments.since_midnight(view.half_hour)[0]][view] = pages
    with transaction.atomic():
        # Days before weeks, each in order: two flushes that wait for each other would be a deadlock.
        day_keys = {day: keys.hold(KeySpan.DAY, day) for day in sorted(by_day)}
        still_open = [day for day in day_keys if not _is_closed(day, day_keys[day], by_day[day])]
        week_keys = {
            week: keys.hold(KeySpan.WEEK, week)
            for week in sorted({moments.monday_of(day) for day in still_open})
        }
        people = {view.person for view in batch if view.person is not None}
        readers = readers_among(people)
        of_week = {week: _readers_of_week(key, people, readers) for week, key in week_keys.items()}
        for day in still_open:
            week = moments.monday_of(day)
            _write_day(by_day[day], day_keys[day], week_keys[week], of_week[week])
    return sum(by_day[day].total() for day in still_open)


def _is_closed(day: datetime.date, key: CountingKey, views: Counter[View]) -> bool:
    """Whether these come too late: then their number alone is kept."""
    if not ClosedDay.objects.filter(day=day).update(late_pages=F("late_pages") + views.total()):
        return False
    key.delete()
    log.warning("%s page views of %s came after its close: dropped", views.total(), day)
    return True


def _readers_of_week(
    key: CountingKey, people: Collection[int], readers: Mapping[int, CountedReader]
) -> dict[int, CountedReader]:
    """Where and as what each of them is counted in that week: as at the first page of it. Of somebody
    who changes school, or role, everything that they read in the week counts at the first: the few pages
    read at the other would have nobody among its people. Holds the key, so that of two flushes one sees
    what the other wrote.
    """
    keys_of = {person: identifier(key.secret, person) for person in people}
    first = first_seen(key.first_day, keys_of.values())
    return {
        person: first.get(keys_of[person]) or readers.get(person, NO_SCHOOL) for person in people
    }


def _write_day(
    views: Counter[View],
    day_key: CountingKey,
    week_key: CountingKey,
    readers: dict[int, CountedReader],
) -> None:
    PageTally.objects.bulk_create(_tallies(views, readers), batch_size=ROWS_AT_ONCE)
    # By their keys: PostgreSQL waits for a row of the same key, and two that wait in another order
    # would be a deadlock; and no order of rows tells which row of the day is which of the week.
    seen = [(view, view.person, readers[view.person]) for view in views if view.person is not None]
    today = sorted(
        (
            SeenToday(
                day=day_key.first_day,
                key=identifier(day_key.secret, person),
                half_hour=moments.since_midnight(view.half_hour)[1],
                **reader._asdict(),
            )
            for view, person, reader in seen
        ),
        key=lambda row: (row.key, row.half_hour),
    )
    this_week = sorted(
        (
            SeenThisWeek(
                week=week_key.first_day,
                key=identifier(week_key.secret, person),
                device=view.device,
                place=moments.place_of(view.half_hour),
                **reader._asdict(),
            )
            for view, person, reader in seen
        ),
        key=lambda row: (row.key, row.device, row.place),
    )
    SeenToday.objects.bulk_create(today, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    SeenThisWeek.objects.bulk_create(this_week, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)


def _tallies(views: Counter[View], readers: dict[int, CountedReader]) -> Collection[PageTally]:
    """One row for each hour, school and device."""
    pages: Counter[tuple] = Counter()
    for view, number in views.items():
        school = None if view.person is None else readers[view.person].school_id
        pages[view.half_hour // 2 * 2, school, view.device] += number
    return [
        PageTally(
            hour=moments.beginning_of(half_hour),
            school_id=school,
            device=device,
            place=moments.place_of(half_hour),
            pages=number,
        )
        for (half_hour, school, device), number in pages.items()
    ]
