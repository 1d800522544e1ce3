"""What stands in the way of a planner who enrols somebody once a session has begun. No database."""

import datetime

import pytest
from schedule.models import Occurrence

from courses.agenda.models import Meeting
from tests.rules.test_why_not_enrol import DAY, ONE_DAY, STARTS, entitlement, session
from training.enums import EnrolmentOrigin, EnrolmentState, Phase, SessionState
from training.exceptions import (
    LicenceBeginsAfter,
    LicenceEndsBefore,
    NoDateToEnter,
    SeriesStarted,
    SessionIsCancelled,
    SessionNotOpen,
    SessionStarted,
    TooLateToCancel,
)
from training.models import Enrolment
from training.queries.late_entry import LateEntry
from training.rules import (
    has_seat_for_late_entry,
    is_certificate_within_reach,
    phase,
    what_late_entry_gives,
    where_a_seat_goes,
    why_no_right,
    why_not_cancel,
    why_not_enter_late,
    why_not_now,
    why_not_place,
)

WEEK, HOUR = datetime.timedelta(weeks=1), datetime.timedelta(hours=1)
LATER = STARTS + ONE_DAY


def a_series(**fields):
    """Three Tuesdays, the first one begun."""
    shown = session(**fields)
    shown.ends_at = STARTS + 2 * WEEK + HOUR
    return shown


def dates(number, minutes=60):
    """A date a week, the first one begun at `STARTS`."""
    length = datetime.timedelta(minutes=minutes)
    begins = [STARTS + nth * WEEK for nth in range(number)]
    return [Meeting(occurrence=Occurrence(start=one, end=one + length)) for one in begins]


@pytest.mark.parametrize(
    ("fields", "to_come", "expected"),
    [
        pytest.param({}, 2, None, id="dates to come"),
        pytest.param({}, 0, NoDateToEnter, id="the last date goes on, or is over"),
        pytest.param({"state": SessionState.CLOSED}, 1, NoDateToEnter, id="every sheet closed"),
        pytest.param({"state": SessionState.DRAFT}, 2, SessionNotOpen, id="a draft"),
        pytest.param(
            {"state": SessionState.CANCELLED, "cancel_reason": "Ill."},
            2,
            SessionIsCancelled,
            id="cancelled",
        ),
    ],
)
def test_what_hinders_a_late_entry(fields, to_come, expected):
    shown, late = a_series(**fields), LateEntry(dates(3), dates(3)[3 - to_come :])
    refusal = why_not_enter_late(shown, to_come=late.to_come, now=LATER)

    assert (refusal and type(refusal)) == expected
    assert type(why_not_place(shown, late=late, now=LATER)) is type(refusal)


def test_before_the_start_the_planner_s_rule_is_everybody_s():
    before = STARTS - HOUR

    assert why_not_place(a_series(), late=None, now=before) is None
    assert isinstance(
        why_not_place(a_series(state=SessionState.DRAFT), late=None, now=before), SessionNotOpen
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(LATER, SeriesStarted, id="days to come: whom to ask"),
        pytest.param(STARTS + 2 * WEEK, SessionStarted, id="the last day"),
        pytest.param(STARTS + 3 * WEEK, SessionStarted, id="over"),
    ],
)
def test_a_press_stays_refused_after_the_start(now, expected):
    assert type(why_not_now(a_series(), now=now)) is expected


@pytest.mark.parametrize(("taken", "is_free"), [(19, True), (20, False), (21, False)])
def test_a_seat_is_free_after_the_start_whoever_waited(taken, is_free):
    assert has_seat_for_late_entry(a_series(), taken=taken) is is_free


@pytest.mark.parametrize(
    ("kept", "threshold", "is_enough"),
    [(2, 66, True), (2, 67, False), (1, 33, True), (1, 34, False), (3, 100, True)],
)
def test_what_the_dates_to_come_are_worth(kept, threshold, is_enough):
    """The same rule as for who gave back a date: planned lengths, whole percents."""
    late = LateEntry(dates(3), dates(3)[3 - kept :])
    said = what_late_entry_gives(late, threshold_percent=threshold, attested={})

    assert is_certificate_within_reach(late.meetings, late.to_come, threshold, {}) is is_enough
    assert f"{kept} of its 3 dates" in said[0]
    assert ("That is enough" in said[1]) is is_enough


@pytest.mark.parametrize(
    ("days", "since", "until", "expected"),
    [
        pytest.param(
            [DAY + 7 * ONE_DAY], DAY + 7 * ONE_DAY, DAY + 7 * ONE_DAY, None, id="that day"
        ),
        pytest.param([DAY + 7 * ONE_DAY], DAY + 8 * ONE_DAY, None, LicenceBeginsAfter, id="after"),
        pytest.param([DAY], DAY - ONE_DAY, DAY - ONE_DAY, LicenceEndsBefore, id="before"),
        pytest.param([], DAY + ONE_DAY, None, LicenceBeginsAfter, id="all days, unless told"),
    ],
)
def test_the_right_is_asked_for_these_days_alone(days, since, until, expected):
    given = entitlement(since=since, until=until or datetime.date.max)
    refusal = why_no_right(a_series(), entitlement=given, days=days)

    assert (refusal and type(refusal)) == expected


@pytest.mark.parametrize(
    ("enters_at", "now", "expected"),
    [
        pytest.param(STARTS + WEEK, LATER, None, id="before its own first date"),
        pytest.param(STARTS + WEEK, STARTS + WEEK, TooLateToCancel, id="at its start"),
        pytest.param(None, LATER, TooLateToCancel, id="no late entry"),
        pytest.param(None, STARTS - HOUR, None, id="before the start"),
    ],
)
def test_a_late_seat_is_given_back_until_its_own_first_date(enters_at, now, expected):
    seat = Enrolment(
        session=a_series(), state=EnrolmentState.CONFIRMED, origin=EnrolmentOrigin.LATE
    )
    refusal = why_not_cancel(seat, now=now, enters_at=enters_at)

    assert (refusal and type(refusal)) == expected


def test_a_seat_given_back_after_the_start_is_offered_to_nobody():
    shown = a_series()

    assert phase(shown, now=LATER) == Phase.STARTED
    for waiting in (0, 2):
        assert "nobody who waited is told" in where_a_seat_goes(
            shown, taken=5, waiting=waiting, now=LATER
        )
