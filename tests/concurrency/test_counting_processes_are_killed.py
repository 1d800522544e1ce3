"""Processes that count are killed, a day closes while others flush: at most one flush of each is lost,
nobody is counted twice, and no identifier stays. On both databases.
"""

import datetime
import json
import os
import random
import signal
import time
from collections import Counter

import pytest
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from cms.indicators.enums import KeySpan, ReaderDevice
from cms.indicators.models import (
    ClosedDay,
    ClosedWeek,
    CountingKey,
    DayCount,
    HourCount,
    PageTally,
    SeenThisWeek,
    SeenToday,
    WeekFigure,
)
from cms.indicators.services import counting, days, flushing, folding, weeks
from cms.indicators.services.memory import flush
from cms.indicators.values import moments
from cms.indicators.values.identifiers import identifier
from tests.concurrency.threads import at_once
from tests.factories.people import OrganisationFactory, TeacherFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

PAGES_A_FLUSH = 20


def count_until_killed(people: list, seed: int, told: int) -> None:
    """A process that counts and flushes without a pause. After each flush it tells who was in it."""
    rng = random.Random(seed)
    while True:
        readers = [rng.choice(people) for _page in range(PAGES_A_FLUSH)]
        for reader in readers:
            counting.count(person=reader, device=rng.choice(list(ReaderDevice)), now=timezone.now())
        if flush() != PAGES_A_FLUSH:
            os._exit(1)
        os.write(told, json.dumps([reader.pk for reader in readers]).encode() + b"\n")


def killed_while_counting(people: list, seeds: list[int]) -> list[list[int]]:
    """Flushes that these processes told of, before a kill -9 at a random moment; meanwhile the counts
    are added up.
    """
    connections.close_all()
    running, flushes = [], []
    for seed in seeds:
        reads, writes = os.pipe()
        if (process := os.fork()) == 0:
            os.close(reads)
            try:
                count_until_killed(people, seed, writes)
            finally:
                os._exit(2)
        os.close(writes)
        running.append((process, reads))
    for seed, (process, reads) in zip(seeds, running, strict=True):
        with os.fdopen(reads) as told:
            flushes.append(json.loads(told.readline()))  # it has begun
            folding.fold()
            time.sleep(random.Random(seed).uniform(0.05, 0.6))
            os.kill(process, signal.SIGKILL)
            flushes += [json.loads(line) for line in told if line.endswith("\n")]
        _pid, status = os.waitpid(process, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
    return flushes


@pytest.mark.parametrize("round_", range(3))
def test_a_kill_loses_one_flush_of_each_process_and_nobody_who_was_written(round_):
    people = TeacherFactory.create_batch(30, works_at=OrganisationFactory())

    flushes = killed_while_counting(people, seeds=[10 * round_ + 1, 10 * round_ + 2])
    folding.fold()

    told = PAGES_A_FLUSH * len(flushes)
    counted = HourCount.objects.aggregate(pages=Sum("pages"))["pages"]
    assert told <= counted <= told + 2 * PAGES_A_FLUSH  # one that was written and not told of, each
    assert counted % PAGES_A_FLUSH == 0  # a flush is written as a whole, or not at all
    assert not PageTally.objects.exists()
    day = CountingKey.objects.get(span=KeySpan.DAY)
    week = CountingKey.objects.get(span=KeySpan.WEEK)
    written = {reader for one in flushes for reader in one}
    for key, seen in ((day, SeenToday), (week, SeenThisWeek)):
        names = set(seen.objects.values_list("key", flat=True))
        assert {identifier(key.secret, reader) for reader in written} <= names
        assert names <= {identifier(key.secret, person.pk) for person in people}

    days.close_days(timezone.now() + datetime.timedelta(days=1))

    assert DayCount.objects.get().people >= len(written)
    assert not SeenToday.objects.exists()


def views_of(people, instant) -> Counter:
    """Five pages of each."""
    half_hour = moments.half_hour_of(instant)
    return Counter(
        {flushing.View(half_hour, person.pk, ReaderDevice.PHONE): 5 for person in people}
    )


def test_a_flush_comes_before_the_close_of_its_day_or_is_dropped_as_a_whole():
    people = TeacherFactory.create_batch(12, works_at=OrganisationFactory())
    yesterday = timezone.now() - datetime.timedelta(days=1)
    flushing.write(views_of(people, yesterday))

    results = at_once(
        *[lambda: flushing.write(views_of(people, yesterday))] * 4,
        lambda: len(days.close_days(timezone.now())),
    )
    folding.fold()

    late = ClosedDay.objects.get().late_pages
    counted = HourCount.objects.aggregate(pages=Sum("pages"))["pages"]
    assert counted + late == 5 * 60
    assert counted == 60 + sum(results) - 1  # beside the number of days, which is one
    assert DayCount.objects.get().people == 12
    assert not SeenToday.objects.exists()
    assert not CountingKey.objects.filter(span=KeySpan.DAY).exists()


def test_flushes_over_midnight_wait_for_each_other_in_one_order():
    people = TeacherFactory.create_batch(12, works_at=OrganisationFactory())
    sunday = datetime.datetime(2026, 11, 29, 23, 45, tzinfo=moments.PARIS)
    both = views_of(people, sunday) + views_of(people, sunday + datetime.timedelta(minutes=30))
    monday = views_of(people, sunday + datetime.timedelta(minutes=30))

    written = at_once(*[lambda: flushing.write(both)] * 3, *[lambda: flushing.write(monday)] * 3)

    assert sum(written) == 3 * 120 + 3 * 60
    assert SeenToday.objects.count() == 24
    assert SeenThisWeek.objects.count() == 24


def test_two_ticks_close_a_day_and_a_week_once():
    people = TeacherFactory.create_batch(12, works_at=OrganisationFactory())
    last_week = timezone.now() - datetime.timedelta(days=7)
    flushing.write(views_of(people, last_week))

    closed = at_once(*[lambda: days.close_days(timezone.now())] * 3)
    closed_weeks = at_once(*[lambda: weeks.close_weeks(timezone.now())] * 3)

    assert sum(len(of_one) for of_one in closed) == ClosedDay.objects.count() == 7
    assert sum(len(of_one) for of_one in closed_weeks) == ClosedWeek.objects.count() == 1
    assert DayCount.objects.get().people == 12
    assert WeekFigure.objects.get(definition__code="people", school=None, part="").value == 12
    assert not CountingKey.objects.exists()


def test_of_folds_at_once_each_tally_is_added_once():
    people = TeacherFactory.create_batch(12, works_at=OrganisationFactory())
    flushing.write(views_of(people, timezone.now()))
    folding.fold()
    for _flush in range(10):
        flushing.write(views_of(people, timezone.now()))

    at_once(*[folding.fold] * 4)

    assert HourCount.objects.aggregate(pages=Sum("pages"))["pages"] == 11 * 60
    assert not PageTally.objects.exists()
