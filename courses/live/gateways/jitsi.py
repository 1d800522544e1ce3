"""A self-hosted Jitsi Meet: personal links, and which events are really its own."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jwt

from courses.live.exceptions import JitsiNotReady
from courses.live.values import RoomEntry

CLOCKS_MAY_DIFFER = timedelta(
    seconds=60
)  # the server grants no leeway on nbf, so a token is valid since a little while


class Jitsi:
    """`settings.JITSI`: domain, tenant, app_id, audience, algorithm, secret, private_key_file,
    key_id, events_token.
    """

    is_practice = False

    def __init__(self, config: Mapping[str, str]):
        self.config = config

    @property
    def tenant(self) -> str:
        return self.config["tenant"].lower()

    def claims(self, entry: RoomEntry, *, now: datetime) -> dict[str, Any]:
        """One person, one room, one role, a short life: never `*`, never a pattern, never without
        an end.
        """
        return {
            "iss": self.config["app_id"],
            "aud": self.config["audience"],  # a string: the server refuses lists
            "sub": self.tenant or self.config["domain"].lower(),
            "room": entry.room,
            "iat": int(now.timestamp()),
            "nbf": int((now - CLOCKS_MAY_DIFFER).timestamp()),
            "exp": int(entry.until.timestamp()),
            "context": {
                "user": {
                    "id": entry.subject,
                    "name": entry.shown_name,
                    "affiliation": "owner" if entry.is_moderator else "member",
                    "moderator": entry.is_moderator,
                },
                # Said to everybody: nothing is recorded. The client hides the buttons, the
                # recording filters refuse.
                "features": dict.fromkeys(("recording", "livestreaming", "transcription"), False),
            },
        }

    def token(self, entry: RoomEntry, *, now: datetime) -> str:
        """Signed with the shared secret (HS256), or with our private key (RS256), found by its kid."""
        algorithm = self.config["algorithm"]
        headers = {"kid": self.config["key_id"]} if algorithm == "RS256" else None
        try:
            return jwt.encode(
                self.claims(entry, now=now), self._key(), algorithm=algorithm, headers=headers
            )
        except (OSError, ValueError, TypeError, NotImplementedError, jwt.PyJWTError) as fault:
            raise JitsiNotReady(f"{algorithm}: {type(fault).__name__}") from fault

    def _key(self) -> str:
        if self.config["algorithm"] == "RS256":
            return Path(self.config["private_key_file"]).read_text()
        if not self.config["secret"]:
            raise ValueError("no secret")
        return self.config["secret"]

    def address(self, entry: RoomEntry, *, now: datetime, language: str) -> str:
        """The token stands where this server's clients look for it: in the query, or after `#`
        (newer ones).

        The page before the room, where one checks camera and microphone, is wanted.
        """
        path = f"{quote(self.tenant)}/{entry.room}" if self.tenant else entry.room
        wishes = {
            "config.prejoinConfig.enabled": True,
            "config.defaultLanguage": language,
            # The token forbids the server's recording; this one hides that of the browser.
            "config.localRecording.disable": True,
        }
        token = self.token(entry, now=now)
        if self.config.get("token_in") == "hash":
            query, wishes = "", {"jwt": token, **wishes}
        else:
            query = "?" + urlencode({"jwt": token})
        # The client parses each value after # as JSON: strings keep their quotes.
        hash_part = "&".join(f"{name}={quote(json.dumps(value))}" for name, value in wishes.items())
        return f"https://{self.config['domain']}/{path}{query}#{hash_part}"

    def room_of(self, event_name: str) -> str:
        """Rooms of a tenant come as `[tenant]room`.

        Another tenant's stay as they are: none of ours.
        """
        return (
            event_name.lower().removeprefix(f"[{self.tenant}]")
            if self.tenant
            else event_name.lower()
        )

    def accepts(self, authorization: str) -> bool:
        """The fixed header is the only proof of origin: compared in constant time, and never empty."""
        expected = self.config["events_token"]
        return bool(expected) and hmac.compare_digest(
            authorization.encode(), f"Bearer {expected}".encode()
        )
