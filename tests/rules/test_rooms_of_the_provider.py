"""Which addresses can be a room, what must be said with them, and when plan B is announced."""

import datetime

import pytest

from courses.agenda.values import PARIS
from tests.factories.training import SessionFactory
from training import rules
from training.enums import SessionState
from training.exceptions import (
    AddressIsNoRoom,
    AddressIsOurs,
    NoPlanB,
    PlanBNotYet,
    PlanBTooLate,
    SessionIsCancelled,
    SessionIsOver,
    ToolNotSaid,
)
from training.models import RoomPlan
from training.values import RoomFields

MINUTE = datetime.timedelta(minutes=1)
START = datetime.datetime(2026, 11, 25, 17, tzinfo=PARIS)


class Meeting:
    """All that the rules read."""

    starts_at, ends_at, is_cancelled = START, START + 60 * MINUTE, False


def session(state=SessionState.OPEN):
    return SessionFactory.build(
        resource=None, training=None, starts_at=START, minutes=60, state=state
    )


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("", None),
        ("https://zoom.example/j/9?pwd=x#y", None),
        ("https://meet.example:8443/room", None),
        ("http://zoom.example/j/9", AddressIsNoRoom),
        ("javascript:alert(1)", AddressIsNoRoom),
        ("//zoom.example/j/9", AddressIsNoRoom),
        ("zoom.example/j/9", AddressIsNoRoom),
        ("https://localhost/j/9", AddressIsNoRoom),
        ("https://me:secret@zoom.example/j", AddressIsNoRoom),
        ("https://zoom.example/a b", AddressIsNoRoom),
        ("https://zoom.example/a\nSet-Cookie: x", AddressIsNoRoom),
        ("https://zoom.example:99999/", AddressIsNoRoom),
        ("https://[", AddressIsNoRoom),
        ("https://passerelle.example/join/abc/", AddressIsOurs),
    ],
)
def test_a_room_has_any_https_address_that_is_not_ours(address, refusal, settings):
    settings.SITE_ADDRESS = "https://passerelle.example"

    assert _kind(rules.why_not_this_address(address)) is refusal


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        (RoomFields(), None),
        (RoomFields("https://zoom.example/j", "Zoom", "Your name"), None),
        (RoomFields("https://zoom.example/j", "Zoom", " "), ToolNotSaid),
        (RoomFields("https://zoom.example/j", "", "Your name"), ToolNotSaid),
        (RoomFields("ftp://zoom.example/j", "Zoom", "Your name"), AddressIsNoRoom),
        (RoomFields(plan_b_address="http://zoom.example/j"), AddressIsNoRoom),
        (RoomFields(plan_b_words="By telephone"), None),
    ],
)
def test_a_tool_comes_with_its_name_and_what_it_learns(fields, refusal):
    assert _kind(rules.why_not_these_fields(fields)) is refusal


READY = RoomPlan(plan_b_words="By telephone")


@pytest.mark.parametrize(
    ("plan", "state", "minutes", "refusal"),
    [
        (None, SessionState.OPEN, 0, NoPlanB),
        (RoomPlan(), SessionState.OPEN, 0, NoPlanB),
        (READY, SessionState.OPEN, -16, PlanBNotYet),
        (READY, SessionState.OPEN, -15, None),
        (READY, SessionState.OPEN, 89, None),
        (READY, SessionState.OPEN, 90, PlanBTooLate),
        (READY, SessionState.CANCELLED, 0, SessionIsCancelled),
    ],
)
def test_plan_b_is_announced_while_the_room_is_open(plan, state, minutes, refusal):
    found = rules.why_not_announce(
        session(state), meeting=Meeting(), plan=plan, now=START + minutes * MINUTE
    )

    assert _kind(found) is refusal


@pytest.mark.parametrize(
    ("state", "minutes", "refusal"),
    [
        (SessionState.OPEN, -20, None),
        (SessionState.OPEN, 20, None),
        (SessionState.DRAFT, -20, None),
        (SessionState.OPEN, 90, SessionIsOver),
        (SessionState.CANCELLED, -20, SessionIsCancelled),
    ],
)
def test_a_room_is_set_until_the_end_also_while_it_goes_on(state, minutes, refusal):
    now = START + minutes * MINUTE

    for meeting in (None, Meeting()):
        assert _kind(rules.why_not_set_room(session(state), meeting=meeting, now=now)) is refusal


def _kind(refusal):
    return type(refusal) if refusal else None
