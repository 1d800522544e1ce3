"""The rule of a series, dateutil and the clocks of Paris agree on every date; and the series in
words.
"""

import datetime
import itertools
import random

import pytest
from dateutil.rrule import WEEKLY, rrule
from django.utils import timezone, translation
from schedule.models import Event, Rule

from courses.agenda import services as agenda
from courses.agenda.enums import WeeksBetween
from courses.agenda.models import Meeting
from courses.agenda.queries import (
    every_of,
    further_dates,
    moves_along,
    series_in_words,
    series_starts,
    starts_every,
)
from courses.agenda.values import PARIS, Hours

AN_HOUR = datetime.timedelta(hours=1)
# The weeks before both changes of clocks: 25 October 2026 and 28 March 2027.
FIRST_WEEKS = [
    datetime.date(2026, 9, 28),
    datetime.date(2026, 10, 12),
    datetime.date(2027, 3, 1),
    datetime.date(2027, 3, 15),
]
EVERY_SERIES = list(
    itertools.product(range(7), range(24), (0, 15, 30, 45), WeeksBetween, FIRST_WEEKS)
)
MAY = datetime.datetime(2027, 5, 3, 17, tzinfo=PARIS)  # a Monday


def wall(instant: datetime.datetime) -> datetime.datetime:
    return instant.astimezone(PARIS).replace(tzinfo=None, fold=0)


def test_rule_dateutil_and_the_clock_in_paris_agree_on_every_date():
    """5,376 series: weekday × hour × quarter × interval × start, eight dates each, over both
    changes of clocks.
    """
    for weekday, hour, minute, every, monday in EVERY_SERIES:
        first = datetime.datetime.combine(
            monday + datetime.timedelta(days=weekday), datetime.time(hour, minute), tzinfo=PARIS
        )
        by_dateutil = list(
            rrule(WEEKLY, interval=every, count=8, dtstart=first.replace(tzinfo=None))
        )

        starts = starts_every(first.astimezone(datetime.UTC), every, 8)

        skipped = datetime.datetime(2027, 3, 28, hour, minute)
        as_read = [at + AN_HOUR if (at == skipped and hour == 2) else at for at in by_dateutil]
        assert [wall(start) for start in starts] == as_read, (
            f"{first:%A %d %B %Y %H:%M}, every {every}"
        )
        assert all(later > earlier for earlier, later in itertools.pairwise(starts))


def test_a_rule_asked_in_utc_would_be_an_hour_off():
    """Why the zone is Paris: the same rule, read in UTC, begins an hour early in winter."""
    first = datetime.datetime(2026, 10, 19, 18, tzinfo=PARIS)
    series = Event(
        start=first, end=first + AN_HOUR, rule=Rule(frequency="WEEKLY", params="interval:1")
    )

    in_utc = [
        at.replace(tzinfo=datetime.UTC)
        for at in itertools.islice(series.get_rrule_object(datetime.UTC), 2)
    ]

    assert [wall(at).hour for at in in_utc] == [18, 17]
    assert [wall(at).hour for at in series_starts(series, count=2)] == [18, 18]


def test_a_series_in_the_second_of_the_hours_that_come_twice_begins_there():
    first = datetime.datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1)

    starts = starts_every(first, WeeksBetween.WEEK, 2)

    assert starts == [
        datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC),
        datetime.datetime(2026, 11, 1, 1, 30, tzinfo=datetime.UTC),
    ]


def planned(
    count: int = 7, every: WeeksBetween = WeeksBetween.WEEK, without: tuple[int, ...] = ()
) -> Event:
    """Mondays at 17:00 from 3 May 2027; `without` some, counted from 0."""
    starts = [start for n, start in enumerate(starts_every(MAY, every, count)) if n not in without]
    return agenda.plan_series(
        title="Chercher", hours=[Hours(start, start + AN_HOUR) for start in starts], every=every
    )


def meetings_of(series: Event) -> list[Meeting]:
    return list(Meeting.objects.filter(series=series).in_time_order())


def in_words(series: Event, language: str = "en") -> str:
    with translation.override(language):
        return series_in_words(
            Event.objects.select_related("rule").get(pk=series.pk), meetings_of(series)
        )


def at(day: int, hour: int, month: int = 5) -> Hours:
    start = datetime.datetime(2027, month, day, hour, tzinfo=PARIS)
    return Hours(start, start + AN_HOUR)


@pytest.mark.django_db
def test_a_saved_series_carries_its_rule_and_the_end_of_its_period():
    series, other = planned(), planned(count=2)

    series.refresh_from_db()
    assert (every_of(series), series.start, series.end) == (WeeksBetween.WEEK, MAY, MAY + AN_HOUR)
    assert series.end_recurring_period == meetings_of(series)[-1].starts_at
    assert series.rule_id == other.rule_id, "one row of Rule a rhythm"
    assert series_starts(series) == [meeting.starts_at for meeting in meetings_of(series)]


@pytest.mark.django_db
def test_a_date_off_the_rule_is_no_date_of_the_series():
    with pytest.raises(ValueError, match="not of the rule"):
        agenda.plan_series(title="Chercher", hours=[at(3, 17), at(11, 17)], every=WeeksBetween.WEEK)


@pytest.mark.django_db
def test_a_series_with_a_rule_never_changes_its_start():
    series = planned()

    agenda.move(meeting=meetings_of(series)[0], hours=at(2, 9))
    agenda.add_meeting(series=series, hours=at(1, 9, month=4))

    series.refresh_from_db()
    assert (series.start, series.end) == (MAY, MAY + AN_HOUR)


@pytest.mark.django_db
def test_a_series_is_said_in_words_in_both_languages():
    series = planned()

    assert in_words(series) == "every Monday at 17:00 until 14 June"
    assert in_words(series, "fr") == "chaque lundi à 17\N{NO-BREAK SPACE}h jusqu’au 14 juin"
    assert (
        in_words(planned(every=WeeksBetween.TWO_WEEKS, count=3))
        == "every second Monday at 17:00 until 31 May"
    )
    assert (
        in_words(planned(every=WeeksBetween.TWO_WEEKS, count=3), "fr")
        == "un lundi sur deux à 17\N{NO-BREAK SPACE}h jusqu’au 31 mai"
    )


@pytest.mark.django_db
def test_dates_left_out_cancelled_and_moved_are_said():
    series = planned(without=(1,))
    meetings = meetings_of(series)

    agenda.cancel(meeting=meetings[1], reason="Pont.")
    agenda.move(meeting=meetings[3], hours=at(1, 18, month=6))

    assert (
        in_words(series)
        == "every Monday at 17:00 until 14 June, not on 10 May, 17 May and 31 May, and on Tuesday 1"
        " June at 18:00"
    )
    assert (
        in_words(series, "fr")
        == "chaque lundi à 17\N{NO-BREAK SPACE}h jusqu’au 14 juin, sauf le 10 mai, le 17 mai et le"
        " 31 mai, et aussi le mardi 1er juin à 18\N{NO-BREAK SPACE}h"
    )


@pytest.mark.django_db
def test_a_series_that_goes_on_at_another_hour_is_said_in_two_parts():
    series = planned()
    meetings = meetings_of(series)
    for pk, hours in moves_along(meetings, meetings[4], at(31, 18)).items():
        agenda.move(meeting=Meeting.objects.get(pk=pk), hours=hours)

    assert (
        in_words(series)
        == "every Monday at 17:00 until 24 May, then every Monday at 18:00 until 14 June"
    )


@pytest.mark.django_db
def test_dates_without_a_rhythm_have_no_words():
    listed = agenda.plan_series(title="Citer", hours=[at(3, 17), at(6, 17)])

    assert in_words(listed) == ""
    assert in_words(planned(count=1)) == ""


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_further_dates_follow_the_rule_as_the_last_two_are_held():
    series = planned(count=3)
    before = timezone.now()
    meetings = meetings_of(series)
    assert [
        wall(date.hours.starts_at)
        for date in further_dates(series, meetings, count=2, after=before)
    ] == [
        datetime.datetime(2027, 5, 24, 17),
        datetime.datetime(2027, 5, 31, 17),
    ]

    for meeting, hours in zip(meetings[1:], (at(10, 18), at(17, 18)), strict=True):
        agenda.move(meeting=meeting, hours=hours)

    added = agenda.prolong(
        series=series, dates=further_dates(series, meetings_of(series), count=1, after=before)
    )
    assert [wall(meeting.starts_at) for meeting in added] == [datetime.datetime(2027, 5, 24, 18)]
    assert in_words(series) == "every Monday at 18:00 until 24 May, and on Monday 3 May at 17:00"


@pytest.mark.django_db
def test_a_date_moved_by_itself_does_not_move_along():
    series = planned(count=4)
    agenda.move(meeting=meetings_of(series)[2], hours=at(18, 9))
    meetings = meetings_of(series)

    moves = moves_along(meetings, meetings[1], at(11, 18))

    assert sorted(wall(hours.starts_at) for hours in moves.values()) == [
        datetime.datetime(2027, 5, 11, 18),
        datetime.datetime(2027, 5, 25, 18),
    ]


def test_moving_along_keeps_the_wall_clock_over_a_change_of_clocks():
    """Series over 28 March 2027, moved to another hour; the seed is in the message of a failure."""
    seed = random.randrange(10_000)
    pick = random.Random(seed)
    for _n in range(200):
        first = datetime.datetime(
            2027, 3, pick.randrange(8, 21), pick.randrange(3, 23), tzinfo=PARIS
        )
        starts = starts_every(first, pick.choice(list(WeeksBetween)), 4)
        meetings = [Held(pk, start) for pk, start in enumerate(starts)]
        hour = pick.randrange(3, 23)
        target = first.replace(hour=hour)

        moves = moves_along(meetings, meetings[0], Hours(target, target + AN_HOUR))

        assert [wall(moves[n].starts_at) for n in range(4)] == [
            wall(start).replace(hour=hour) for start in starts
        ], f"seed {seed}"


class Held:
    """A meeting as `moves_along` reads it, without a database."""

    is_cancelled = False

    def __init__(self, pk: int, starts_at: datetime.datetime):
        self.pk, self.starts_at = pk, starts_at
