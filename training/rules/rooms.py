"""Rooms in another tool."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.live.values import OPENS_BEFORE, STAYS_OPEN_AFTER
from training.exceptions import (
    AddressIsNoRoom,
    AddressIsOurs,
    DateIsCancelled,
    NoPlanB,
    PlanBNotYet,
    PlanBTooLate,
    SessionIsCancelled,
    SessionIsOver,
    ToolNotSaid,
)
from training.models import RoomPlan, Session
from training.values import RoomFields


def why_not_set_room(session: Session, *, meeting: Meeting | None, now: datetime) -> Refusal | None:
    """Until the end of the meeting, or of the session's last one (None): also while it goes on."""
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if meeting and meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    is_over = (meeting.ends_at if meeting else session.ends_at) + STAYS_OPEN_AFTER <= now
    return SessionIsOver() if is_over else None


def why_not_this_address(address: str) -> Refusal | None:
    """Any https address of a server with a name, that isn't ours; empty is none."""
    if not address:
        return None
    host = _https_host(address)
    if not host:
        return AddressIsNoRoom()
    return AddressIsOurs() if host == urlsplit(settings.SITE_ADDRESS).hostname else None


def _https_host(address: str) -> str:
    """Return the host of an https address that names a server and no account; else empty."""
    try:
        parts = urlsplit(address)
        host, is_plain = parts.hostname or "", parts.username is None and parts.port != 0
    except ValueError:
        return ""
    has_odd_signs = any(sign.isspace() or not sign.isprintable() for sign in address)
    is_https = parts.scheme == "https" and "." in host and is_plain and not has_odd_signs
    return host if is_https else ""


def why_not_these_fields(fields: RoomFields) -> Refusal | None:
    """Return why not these fields of a room, or None. Repeats the form's checks."""
    kept = fields.as_kept
    for address in (kept["address"], kept["plan_b_address"]):
        if refusal := why_not_this_address(address):
            return refusal
    is_said = not kept["address"] or (kept["tool"] and kept["learns"])
    return None if is_said else ToolNotSaid()


def why_not_announce(
    session: Session, *, meeting: Meeting, plan: RoomPlan | None, now: datetime
) -> Refusal | None:
    """While the room is open, where there is a plan B."""
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    if plan is None or not plan.has_plan_b:
        return NoPlanB()
    if now < meeting.starts_at - OPENS_BEFORE:
        return PlanBNotYet(opens_at=meeting.starts_at - OPENS_BEFORE)
    return PlanBTooLate() if now >= meeting.ends_at + STAYS_OPEN_AFTER else None
