"""The practice room: a stand-in for the video server, with its verifier and its events, so that all
the rest is real.
"""

import io
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

import jwt
from django.core.handlers.wsgi import WSGIRequest
from django.urls import resolve, reverse
from django.utils.crypto import salted_hmac

from courses.live.enums import RoomEventKind
from courses.live.exceptions import TokenRefused
from courses.live.gateways.jitsi import Jitsi
from courses.live.values import RoomEntry

DOMAIN = "practice.invalid"
HIBERNATION = timedelta(
    seconds=60
)  # how long the server waits for a dropped line before it tells of a departure
MODERATORS = ("owner", "moderator", "teacher")


@dataclass(frozen=True)
class Verifier:
    """Says yes and no as a Jitsi server with strict settings does, for a token of one person and
    one room.

    Left out: patterns in the room claim, which the server reads as Lua patterns; they are refused
    here.
    """

    domain: str
    app_id: str
    audience: str
    algorithm: str = "HS256"
    secret: str = ""
    public_keys: Mapping[str, str] = field(
        default_factory=dict
    )  # kid -> PEM, as on the server's key server

    def verify(self, token: str | None, *, room: str, now: datetime, tenant: str = "") -> RoomEntry:
        """Return the entry that the token grants in that room; raises TokenRefused."""
        claims = self._signed_claims(token)
        self._check_claims(claims, now.timestamp())
        self._check_room(claims, room.lower(), (tenant or self.domain).lower())
        user = _dict(_dict(claims.get("context")).get("user"))
        until = (
            datetime.fromtimestamp(claims["exp"], UTC)
            if "exp" in claims
            else datetime.max.replace(tzinfo=UTC)
        )
        return RoomEntry(
            room.lower(),
            str(user.get("id", "")),
            str(user.get("name", "")),
            _moderates(user),
            until,
        )

    def _signed_claims(self, token: str | None) -> dict[str, Any]:
        if not token:
            raise TokenRefused("authentication", "token required")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as fault:
            raise TokenRefused("authentication", "Invalid token") from fault
        if header.get("typ") != "JWT":
            raise TokenRefused("authentication", "Invalid typ")
        if header.get("alg") != self.algorithm:
            raise TokenRefused("authentication", "Invalid or incorrect alg")
        try:
            return jwt.decode(
                token, self._key(header), algorithms=[self.algorithm], options=SIGNATURE_ONLY
            )
        except jwt.PyJWTError as fault:
            raise TokenRefused("authentication", "Invalid signature") from fault

    def _key(self, header: dict[str, Any]) -> str:
        if self.algorithm != "RS256":
            return self.secret
        if "kid" not in header:
            raise TokenRefused("authentication", "'kid' claim is missing")
        if header["kid"] not in self.public_keys:
            raise TokenRefused("authentication", "could not obtain public key")
        return self.public_keys[header["kid"]]

    def _check_claims(self, claims: dict[str, Any], now: float) -> None:
        for name, wanted in (("iss", self.app_id), ("aud", self.audience)):
            if name not in claims:
                raise TokenRefused("authentication", f"'{name}' claim is missing")
            if claims[name] != wanted:  # a plain comparison: a list is refused
                raise TokenRefused("authentication", f"invalid '{name}' claim")
        for name in ("exp", "nbf"):
            if name in claims and not _is_number(claims[name]):
                raise TokenRefused("authentication", f"{name} must be number")
        if "exp" in claims and claims["exp"] <= now:  # no leeway; without exp it never ends
            raise TokenRefused("authentication", "Not acceptable by exp")
        if claims.get("nbf", now) > now:
            raise TokenRefused("authentication", "Not acceptable by nbf")
        for name in ("room", "sub"):
            if name not in claims:
                raise TokenRefused("authentication", f"{name} claim is missing")

    def _check_room(self, claims: dict[str, Any], room: str, place: str) -> None:
        is_pattern = _dict(_dict(claims.get("context")).get("room")).get("regex") is True
        for claimed, wanted in ((claims["room"], room), (claims["sub"], place)):
            if is_pattern or not isinstance(claimed, str) or claimed.lower() not in ("*", wanted):
                raise TokenRefused("join", "Room and token mismatched")


SIGNATURE_ONLY: Any = {"verify_signature": True, "verify_exp": False, "verify_nbf": False, "verify_iat": False,
                       "verify_aud": False, "verify_iss": False, "verify_sub": False, "verify_jti": False}  # fmt: skip


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moderates(user: dict[str, Any]) -> bool:
    return (
        user.get("affiliation") in MODERATORS
        or user.get("moderator") is True
        or user.get("moderator") == "true"
    )


class PracticeConnection(Protocol):
    """A connection, as the practice server remembers it."""

    occupant_jid: Any
    subject: Any
    shown_name: Any
    room_opened_at: Any
    joined_at: Any
    left_at: Any


Event = tuple[RoomEventKind, dict[str, Any]]


def new_jid(*, is_guest: bool) -> str:
    """Random: it names one connection, never a person."""
    return f"{uuid.uuid4()}@{'guest.' if is_guest else ''}{DOMAIN}/{uuid.uuid4().hex[:12]}"


def room_created(room: str, at: datetime) -> Event:
    return RoomEventKind.ROOM_CREATED, {**_of_room(room, "created"), "created_at": _second(at)}


def occupant_joined(room: str, line: PracticeConnection, *, present: int) -> Event:
    return RoomEventKind.OCCUPANT_JOINED, {
        **_of_room(room, "joined"),
        "active_occupants_count": present,
        "occupant": _occupant(line),
    }


def occupant_left(room: str, line: PracticeConnection, *, present: int) -> Event:
    return RoomEventKind.OCCUPANT_LEFT, {
        **_of_room(room, "left"),
        "active_occupants_count": present,
        "occupant": _occupant(line),
    }


def room_destroyed(room: str, lines: Sequence[PracticeConnection]) -> Event:
    body = {
        **_of_room(room, "destroyed"),
        "created_at": _second(lines[0].room_opened_at),
        "destroyed_at": max(_second(line.left_at) for line in lines),
        "all_occupants": [_occupant(line) for line in lines],
    }
    return RoomEventKind.ROOM_DESTROYED, body


def _of_room(room: str, happened: str) -> dict[str, Any]:
    noun = "occupant" if happened in ("joined", "left") else "room"
    return {
        "event_name": f"muc-{noun}-{happened}",
        "is_breakout": False,
        "room_name": room,
        "room_jid": f"{room}@conference.{DOMAIN}",
    }


def _occupant(line: PracticeConnection) -> dict[str, Any]:
    """A guest has neither id nor name: the server reports only what a token said."""
    told = {
        "occupant_jid": line.occupant_jid,
        "joined_at": _second(line.joined_at),
        "left_at": line.left_at and _second(line.left_at),
        "id": line.subject,
        "name": line.shown_name,
    }
    return {name: value for name, value in told.items() if value}


def _second(when: datetime) -> int:
    return int(when.timestamp())


class PracticeServer(Jitsi):
    """Signs and verifies with a secret of its own, derived from the site's; reports to the same
    webhook as a real server.
    """

    is_practice = True

    def __init__(self, config: Mapping[str, str]):
        super().__init__(
            {
                **config,
                "domain": DOMAIN,
                "tenant": "",
                "algorithm": "HS256",
                "secret": (
                    salted_hmac("courses.live.practice", "token", algorithm="sha256").hexdigest()
                ),
                "events_token": (
                    config["events_token"]
                    or salted_hmac(
                        "courses.live.practice", "events", algorithm="sha256"
                    ).hexdigest()
                ),
            }
        )

    def verifier(self) -> Verifier:
        return Verifier(
            DOMAIN, self.config["app_id"], self.config["audience"], secret=self.config["secret"]
        )

    def address(self, entry: RoomEntry, *, now: datetime, language: str) -> str:
        return f"{reverse('live:practice', args=[entry.room])}?{urlencode({'jwt': self.token(entry, now=now)})}"

    def report(self, kind: str, body: dict[str, Any]) -> int:
        """Send one event, as event_sync does, and return the answer's status.

        The request is made here and given to the view that the address resolves to, with the same
        headers and the same bytes: all that reads an event is passed through. A call over HTTP from
        the server to itself would wait for itself where there is one thread only.
        """
        content = json.dumps(body).encode()
        path = reverse("live:room_event", args=kind.split("/"))
        request = WSGIRequest(
            {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": path,
                "SERVER_NAME": DOMAIN,
                "SERVER_PORT": "443",
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(content)),
                "HTTP_AUTHORIZATION": f"Bearer {self.config['events_token']}",
                "wsgi.url_scheme": "https",
                "wsgi.input": io.BytesIO(content),
            }
        )
        view, args, kwargs = resolve(path)
        return view(request, *args, **kwargs).status_code
