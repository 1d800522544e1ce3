"""What recurs keeps its local hour over both changes of clocks."""

import datetime

import pytest
from django.utils import timezone

from courses.agenda.enums import WeeksBetween
from courses.agenda.queries import starts_every
from courses.agenda.values import PARIS, Hours


def paris(*parts) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("first", "count"),
    [
        pytest.param(paris(2026, 10, 7, 18), 8, id="over the last Sunday of October"),
        pytest.param(paris(2027, 3, 10, 18), 8, id="over the last Sunday of March"),
        pytest.param(paris(2026, 10, 7, 18), 30, id="over both"),
        pytest.param(
            paris(2026, 10, 7, 18).astimezone(datetime.UTC), 30, id="from an instant in UTC"
        ),
        pytest.param(paris(2026, 10, 5, 0, 30), 30, id="half past midnight, a day earlier in UTC"),
    ],
)
def test_a_weekly_series_keeps_its_local_hour_and_weekday(first, count):
    starts = starts_every(first, WeeksBetween.WEEK, count)

    local = [timezone.localtime(start, PARIS) for start in starts]
    here = first.astimezone(PARIS)
    assert {(it.weekday(), it.hour, it.minute) for it in local} == {
        (here.weekday(), here.hour, here.minute)
    }
    assert [it.date() for it in local] == [
        here.date() + datetime.timedelta(weeks=n) for n in range(count)
    ]


def test_an_hour_that_the_clock_skips_is_still_one_instant():
    starts = starts_every(paris(2027, 3, 21, 2, 30), WeeksBetween.WEEK, 3)

    assert [timezone.localtime(start, PARIS).strftime("%d/%m %H:%M") for start in starts] == [
        "21/03 02:30",
        "28/03 03:30",
        "04/04 02:30",
    ]


def test_hours_last_as_long_as_they_really_do_in_the_night_of_the_change():
    assert Hours(paris(2026, 10, 24, 23), paris(2026, 10, 25, 4)).duration == datetime.timedelta(
        hours=6
    )
    assert Hours(paris(2027, 3, 27, 23), paris(2027, 3, 28, 4)).duration == datetime.timedelta(
        hours=4
    )


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        pytest.param(paris(2026, 12, 1, 18), paris(2026, 12, 1, 18), id="no length"),
        pytest.param(paris(2026, 12, 1, 18), paris(2026, 12, 1, 17), id="backwards"),
        pytest.param(
            datetime.datetime(2026, 12, 1, 17),
            datetime.datetime(2026, 12, 1, 18),
            id="without a zone",
        ),
    ],
)
def test_impossible_hours_cannot_be_made(starts_at, ends_at):
    with pytest.raises(ValueError, match="hours"):
        Hours(starts_at, ends_at)


def test_hours_that_touch_do_not_overlap():
    first = Hours(paris(2026, 12, 1, 17), paris(2026, 12, 1, 18))

    assert not first.overlap(Hours(paris(2026, 12, 1, 18), paris(2026, 12, 1, 19)))
    assert first.overlap(Hours(paris(2026, 12, 1, 17, 59), paris(2026, 12, 1, 19)))
