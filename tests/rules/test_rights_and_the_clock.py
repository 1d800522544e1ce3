"""What becomes of a seat whose right ends or is renewed, by the time left. No database."""

import datetime

import pytest

from courses.agenda.values import PARIS
from tests.factories.training import SessionFactory, TrainingFactory
from training.enums import EnrolmentState
from training.exceptions import LicenceEndsBefore
from training.rules import right_asked_from, seat_held_until, state_by_right

SEATED, AT_RISK = EnrolmentState.CONFIRMED, EnrolmentState.TO_CONFIRM
GIVEN_ON, FIRST = EnrolmentState.CANCELLED, EnrolmentState.WAITING
ENDED = LicenceEndsBefore(school="A", resource="B", day=datetime.date(2026, 12, 1), contact="C")


def paris(text: str) -> datetime.datetime:
    """An instant, from what a clock in Paris shows."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(datetime.UTC)


def session(starts_at="2026-12-10T17:00"):
    return SessionFactory.build(
        training=TrainingFactory.build(resource=None), resource=None, starts_at=paris(starts_at)
    )


TOLD = "2026-11-25T17:00"


@pytest.mark.parametrize(
    ("state", "refusal", "told", "now", "expected"),
    [
        pytest.param(SEATED, None, None, "2026-12-01T12:00", None, id="the right holds"),
        pytest.param(SEATED, ENDED, None, "2026-11-25T16:59", None, id="16 days before: later"),
        pytest.param(SEATED, ENDED, None, "2026-11-25T17:00", AT_RISK, id="15 days before"),
        pytest.param(SEATED, ENDED, None, "2026-12-09T12:00", AT_RISK, id="cut short on the eve"),
        pytest.param(SEATED, ENDED, None, "2026-12-10T17:00", None, id="the very start"),
        pytest.param(AT_RISK, ENDED, TOLD, "2026-12-08T16:59", None, id="a minute before 48 hours"),
        pytest.param(AT_RISK, ENDED, TOLD, "2026-12-08T17:00", GIVEN_ON, id="48 hours before"),
        pytest.param(
            AT_RISK, ENDED, "2026-12-08T12:00", "2026-12-09T11:59", None, id="a day to answer"
        ),
        pytest.param(
            AT_RISK, ENDED, "2026-12-08T12:00", "2026-12-09T12:00", GIVEN_ON, id="the day is over"
        ),
        pytest.param(
            AT_RISK, ENDED, "2026-12-09T18:00", "2026-12-10T16:59", None, id="told too late: kept"
        ),
        pytest.param(AT_RISK, None, TOLD, "2026-12-01T12:00", SEATED, id="renewed in time"),
        pytest.param(GIVEN_ON, None, TOLD, "2026-12-09T12:00", FIRST, id="renewed after that"),
        pytest.param(GIVEN_ON, None, None, "2026-12-09T12:00", None, id="given back by oneself"),
        pytest.param(GIVEN_ON, ENDED, TOLD, "2026-12-09T12:00", None, id="not renewed"),
        pytest.param(GIVEN_ON, None, TOLD, "2026-12-10T17:00", None, id="renewed after the start"),
    ],
)
def test_a_seat_follows_the_right_and_the_clock(state, refusal, told, now, expected):
    ended_at = told and paris(told)

    assert (
        state_by_right(session(), state=state, ended_at=ended_at, refusal=refusal, now=paris(now))
        == expected
    )


def test_fifteen_days_are_those_of_a_clock_in_paris():
    """Summer time ends on 25 October 2026: the days before are an hour longer."""
    assert right_asked_from(session("2026-11-02T17:00")) == paris("2026-10-18T17:00")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param("2026-11-25T17:00", "2026-12-08T17:00", id="48 hours before"),
        pytest.param("2026-12-08T08:00", "2026-12-09T08:00", id="a day after it was told"),
        pytest.param("2026-12-09T17:00", None, id="not before the start: kept"),
    ],
)
def test_a_seat_is_held_until(told, expected):
    until = seat_held_until(session(), told_at=paris(told))

    assert until == (expected and paris(expected))
