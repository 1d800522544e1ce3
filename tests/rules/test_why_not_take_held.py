"""Whether a seat that is held can be taken: one rule for page, service and letters. No database."""

import datetime

import pytest

from tests.rules.test_why_not_enrol import NOON, STARTS, entitlement, session
from training.enums import EnrolmentState, SessionState
from training.exceptions import (
    HeldSeatIsOver,
    NoSchool,
    NoSeatHeld,
    SessionIsCancelled,
    SessionStarted,
)
from training.models import Enrolment
from training.rules import why_not_take_held

END = NOON + datetime.timedelta(hours=72)
A_MINUTE = datetime.timedelta(minutes=1)
CANCELLED = {"state": SessionState.CANCELLED, "cancel_reason": "Grève"}


@pytest.mark.parametrize(
    ("of_session", "of_seat", "given", "now", "expected"),
    [
        pytest.param({}, {}, entitlement(), NOON, None, id="held and covered"),
        pytest.param({}, {}, entitlement(), END - A_MINUTE, None, id="in its last minute"),
        pytest.param({}, {}, entitlement(), END, HeldSeatIsOver, id="at its end"),
        pytest.param(
            {},
            {"state": EnrolmentState.CANCELLED, "held_until": None},
            entitlement(),
            NOON,
            NoSeatHeld,
            id="let go",
        ),
        pytest.param({}, {}, None, NOON, NoSchool, id="the right has ended"),
        pytest.param({}, {"is_admitted": True}, None, NOON, None, id="opened to the person"),
        pytest.param(CANCELLED, {}, entitlement(), NOON, SessionIsCancelled, id="cancelled"),
        pytest.param({}, {}, entitlement(), STARTS, SessionStarted, id="its date has begun"),
    ],
)
def test_the_first_thing_in_the_way(of_session, of_seat, given, now, expected):
    fields = {"state": EnrolmentState.HELD, "held_until": END, **of_seat}
    held = Enrolment(session=session(**of_session), **fields)

    refusal = why_not_take_held(held, entitlement=given, now=now)

    assert (type(refusal) if refusal else None) == expected
