"""The rooms' hours, who enters, and what a room's events say of presence.

Pure: no database, no clock.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

OPENS_BEFORE = timedelta(minutes=15)
RAW_EVENTS_KEPT = timedelta(days=30)  # erased by the register: `courses/live/register.py`
STAYS_OPEN_AFTER = timedelta(minutes=30)
TRAINER_IS_LATE_AFTER = timedelta(minutes=5)
TRAINER_IS_GIVEN_UP_AFTER = timedelta(minutes=15)

LATEST_SECOND = (
    4_102_444_800  # 2100: anything beyond isn't an instant that a server could have meant
)


@dataclass(frozen=True)
class RoomEntry:
    """One person, one room, one role, until an instant: what a token grants.

    No email address, no family name.
    """

    room: str
    subject: str
    shown_name: str
    is_moderator: bool
    until: datetime


@dataclass(frozen=True)
class PlanB:
    """Where people go since the room failed: an https address, words, or both."""

    address: str
    words: str
    since: datetime


@dataclass(frozen=True)
class Elsewhere:
    """Where a product leads people instead of our room: an https address, empty for our room."""

    address: str = ""
    plan_b: PlanB | None = None


class TokensStayOut(logging.Filter):
    """Filter for handlers of logs: some addresses open what is behind them to whoever has them, and
    a log would keep them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_token(arg) if isinstance(arg, str) else arg for arg in record.args
            )
        if isinstance(record.msg, str):
            record.msg = without_token(record.msg)
        return True


# The practice room's token; an identity provider's ticket or code; a password's link; one that logs in;
# the link that confirms an email address; the feed of a student's week; a guardian's personal link; those
# that stop emails.
SECRETS = re.compile(
    r"(?P<before>jwt=|ticket=|/password/[\w-]+/|/login/link/[\w-]+/|/mail-address/|/feeds/(?:week|trainings)/|/families/link/|/no-invitations/|/family-mails/)[\w.:%-]+"
    r"|(?P<name>[?&](?:s|arrival|code|state|SAMLRequest|SAMLResponse)=)[^&\s\"]+"
)


def without_token(line: str) -> str:
    return SECRETS.sub(lambda found: f"{found['before'] or found['name']}(left out)", line)


class StayKey(NamedTuple):
    """One connection from one moment on.

    The same connection may leave and come back: a stay each.
    """

    room_jid: str
    breakout_id: str
    occupant_jid: str
    joined_at: int


@dataclass
class SeenStay:
    """A stay as the events tell of it, in whole seconds of the server's clock."""

    subject: str = ""  # empty: a guest without a token
    shown_name: str = ""
    left_at: int | None = None
    is_estimated: bool = False


def stays(bodies: Iterable[dict[str, Any]]) -> dict[StayKey, SeenStay]:
    """The stays that these events tell of; any order, repeats and gaps allowed.

    `left` and `destroyed` carry the arrival too, so each makes the stay by itself, and a late
    `joined` reopens nothing. A lost `left` is repaired from the room's end; where that is lost too,
    the stay ends at the first thing that can't have happened while it lasted and is marked as
    estimated.
    """
    bodies = list(bodies)
    seen: dict[StayKey, SeenStay] = {}
    for body in bodies:
        for key, occupant in _occupants(body):
            stay = seen.setdefault(key, SeenStay())
            stay.subject = stay.subject or _text(occupant.get("id"))
            stay.shown_name = stay.shown_name or _text(occupant.get("name"))
            left_at = _second(occupant.get("left_at"))
            if left_at is not None:
                # Seconds are cut, and a departure before its arrival is a stay of no length.
                stay.left_at = max(key.joined_at, left_at, stay.left_at or 0)
    turns = list(_turns(bodies))
    for key, stay in seen.items():
        if stay.left_at is None and (ends := [*_bounds(key, turns), *_returns(key, seen)]):
            stay.left_at, stay.is_estimated = min(ends), True
    return seen


def _occupants(body: dict[str, Any]) -> Iterator[tuple[StayKey, dict[str, Any]]]:
    everybody = body.get("all_occupants")
    for occupant in [body.get("occupant"), *(everybody if isinstance(everybody, list) else [])]:
        if not isinstance(occupant, dict):
            continue
        joined_at, jid = _second(occupant.get("joined_at")), _text(occupant.get("occupant_jid"))
        if joined_at is not None and jid:
            yield StayKey(*_place(body), jid, joined_at), occupant


def _place(body: dict[str, Any]) -> tuple[str, str]:
    return _text(body.get("room_jid")), _text(body.get("breakout_room_id"))


def _turns(bodies: list[dict[str, Any]]) -> Iterator[tuple[str, str, int | None, int | None]]:
    """When rooms began and ended."""
    for body in bodies:
        created_at, destroyed_at = (
            _second(body.get("created_at")),
            _second(body.get("destroyed_at")),
        )
        if created_at is not None or destroyed_at is not None:
            yield *_place(body), created_at, destroyed_at


def _bounds(key: StayKey, turns: list[tuple[str, str, int | None, int | None]]) -> Iterator[int]:
    """Instants by which an unfinished stay was over, since its room, or the main room it belongs
    to, ended or began anew.
    """
    for room_jid, breakout_id, created_at, destroyed_at in turns:
        if room_jid != key.room_jid or breakout_id not in ("", key.breakout_id):
            continue
        if destroyed_at is not None and (created_at or 0) <= key.joined_at <= destroyed_at:
            yield destroyed_at
        if created_at is not None and created_at > key.joined_at:
            yield created_at


def _returns(key: StayKey, seen: dict[StayKey, SeenStay]) -> Iterator[int]:
    """A connection that comes in again had left before."""
    return (
        other.joined_at
        for other in seen
        if other[:3] == key[:3] and other.joined_at > key.joined_at
    )


def _second(value: Any) -> int | None:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 < value < LATEST_SECOND
    ):
        return None
    return int(value)


def _text(value: Any) -> str:
    """Texts as they fit a column.

    The server writes a number 1234 as 1234.0: it is the id "1234".
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:200]


def union[Instant: (int, datetime)](
    intervals: Iterable[tuple[Instant, Instant]],
) -> list[tuple[Instant, Instant]]:
    """Intervals without overlap, in order; what touches is one, what has no length is nothing."""
    merged: list[tuple[Instant, Instant]] = []
    for start, end in sorted(pair for pair in intervals if pair[1] > pair[0]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
