"""When a page counts, on a clock in Paris, also in the nights on which clocks change."""

import datetime
from collections import Counter

import pytest

from cms.indicators.enums import Place, ReaderDevice
from cms.indicators.services import counting
from cms.indicators.values import moments
from cms.indicators.values.identifiers import identifier
from courses.agenda.values import PARIS


def in_paris(text: str, fold: int = 0) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


@pytest.mark.parametrize(
    ("instant", "place"),
    [
        ("2026-11-23T07:59", Place.OTHER),
        ("2026-11-23T08:00", Place.CLASS_HOURS),
        ("2026-11-27T17:59", Place.CLASS_HOURS),
        ("2026-11-27T18:00", Place.EVENING),
        ("2026-11-27T23:59", Place.EVENING),
        ("2026-11-28T00:00", Place.WEEKEND),
        ("2026-11-29T23:59", Place.WEEKEND),
        ("2026-11-30T00:00", Place.OTHER),
        ("2026-07-14T10:00", Place.CLASS_HOURS),  # a holiday on a Tuesday
    ],
)
def test_a_page_is_read_in_class_hours_in_the_evening_or_at_the_weekend(instant, place):
    assert moments.place_of(moments.half_hour_of(in_paris(instant))) == place


@pytest.mark.parametrize(
    ("day", "length"),
    [("2026-11-25", 48), ("2027-03-28", 46), ("2026-10-25", 50)],
    ids=["a usual day", "clocks go forward", "clocks go back"],
)
def test_each_half_hour_of_a_day_has_its_number(day, length):
    midnight = in_paris(f"{day}T00:00").astimezone(datetime.UTC)
    instants = [midnight + number * datetime.timedelta(minutes=30) for number in range(length)]

    numbers = [moments.since_midnight(moments.half_hour_of(instant)) for instant in instants]

    assert numbers == [(datetime.date.fromisoformat(day), number) for number in range(length)]
    after = instants[-1] + datetime.timedelta(minutes=30)
    assert moments.since_midnight(moments.half_hour_of(after))[1] == 0


def test_the_hour_that_clocks_repeat_is_two_hours():
    first, second = (
        moments.half_hour_of(in_paris("2026-10-25T02:10", fold=fold)) for fold in (0, 1)
    )

    assert moments.hour_of(first) + datetime.timedelta(hours=1) == moments.hour_of(second)


@pytest.mark.parametrize(
    ("half_hours", "visits"),
    [([], 0), ([18], 1), ([18, 19, 20], 1), ([18, 20], 2), ([0, 18, 19, 40, 41, 47], 4)],
)
def test_a_half_hour_without_a_page_ends_a_visit(half_hours, visits):
    assert moments.visits_in(half_hours) == visits


@pytest.mark.parametrize(
    ("user_agent", "is_program"),
    [
        ("", True),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("curl/8.5", True),
        ("python-requests/2.34", True),
        ("Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 Mobile", False),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", False),
    ],
)
def test_programs_name_themselves(user_agent, is_program):
    assert counting.is_program(user_agent) is is_program


@pytest.mark.parametrize(
    ("user_agent", "says_mobile", "device"),
    [
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0", "", ReaderDevice.PHONE),
        ("Mozilla/5.0 (X11; Linux x86_64)", "", ReaderDevice.COMPUTER),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36", "?1", ReaderDevice.PHONE),
        ("Mozilla/5.0 (Linux; Android 10; K) Mobile", "?0", ReaderDevice.COMPUTER),
    ],
)
def test_a_browser_says_whether_it_is_on_a_phone(user_agent, says_mobile, device):
    assert counting.device_of(user_agent, says_mobile) == device


def test_an_identifier_tells_nothing_without_its_key():
    one, other = "00" * 32, "11" * 32

    identifiers = Counter(
        identifier(secret, person) for secret in (one, other) for person in (1, 2)
    )

    assert len(identifiers) == 4
    assert {len(name) for name in identifiers} == {32}
    assert identifier(one, 1) == identifier(one, 1)
