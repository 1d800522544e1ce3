"""What stays in a room say of a class hour: minutes, late, early, cut."""

import datetime

import pytest

from continuity.attendance.values.presence import Seen, frame, seen

NINE = datetime.datetime(2026, 11, 24, 8, tzinfo=datetime.UTC)


def at(minute: float) -> datetime.datetime:
    return NINE + datetime.timedelta(minutes=minute)


def stays(*minutes):
    return [(at(begin), at(end)) for begin, end in minutes]


HELD = (at(0), at(55))


@pytest.mark.parametrize(
    ("there", "is_over", "expected"),
    [
        pytest.param(stays((-10, 60)), True, Seen(55), id="all the time: only the class counts"),
        pytest.param(
            stays((4, 55)), True, Seen(51), id="four minutes after the beginning isn't late"
        ),
        pytest.param(
            stays((12, 55)), True, Seen(43, late=12), id="C21: late by twelve minutes, not absent"
        ),
        pytest.param(
            stays((0, 30)), True, Seen(30, early=25), id="C21: left early, recorded apart"
        ),
        pytest.param(stays((12, 30)), True, Seen(18, late=12, early=25), id="C21: both"),
        pytest.param(stays((0, 30)), False, Seen(30), id="nobody has left early while it goes on"),
        pytest.param(
            stays((0, 10), (12, 30), (31, 40), (41, 55)),
            True,
            Seen(51, times_cut=3),
            id="C25: cut three times is one presence",
        ),
        pytest.param(stays((-10, -2)), True, None, id="gone before it began"),
        pytest.param([], True, None, id="no trace"),
    ],
)
def test_one_persons_stays(there, is_over, expected):
    assert seen(there, HELD, is_over=is_over) == expected


@pytest.mark.parametrize(
    ("led", "expected"),
    [
        pytest.param([], (0, 55), id="nobody led it: as planned"),
        pytest.param([(-5, 57)], (0, 55), id="led longer than planned"),
        pytest.param(
            [(8, 50)],
            (8, 50),
            id="nobody is late before the teacher has come, nor early after the teacher has left",
        ),
        pytest.param([(8, 20), (25, 50)], (8, 50), id="the teacher's line was cut"),
        pytest.param([(70, 80)], (0, 55), id="led at another time"),
    ],
)
def test_the_class_as_it_took_place(led, expected):
    begin, end = expected

    assert frame(HELD, stays(*led)) == (at(begin), at(end))
