"""The video server, behind one small face:

`server()` gives the configured one, or the practice room.
"""

from datetime import datetime
from typing import Protocol

from django.conf import settings

from courses.live.gateways.jitsi import Jitsi
from courses.live.gateways.pretend import PracticeServer
from courses.live.values import RoomEntry


class VideoServer(Protocol):
    """Interface of a video server.

    Here is the place for JaaS (8x8), a third twin beside `jitsi` and `pretend`. It differs in the
    token (RS256 only, kid "APPID/KEYID", iss "chat", aud "jitsi", sub = APPID, `context.features`
    required, moderator as a string), in the address (https://8x8.vc/APPID/ROOM?jwt=), and in the
    events: one webhook with an HMAC signature (X-Jaas-Signature), kinds ROOM_CREATED,
    PARTICIPANT_JOINED… and `fqn` "APPID/room", which `room_of` and a second view would turn into
    the bodies that `courses.live.values.stays` reads.
    """

    is_practice: bool

    def address(self, entry: RoomEntry, *, now: datetime, language: str) -> str:
        """Where to send this one person, token included: a secret, made at the moment of entering."""
        ...

    def room_of(self, event_name: str) -> str:
        """Our name of the room that an event speaks of; unchanged where it isn't ours."""
        ...

    def accepts(self, authorization: str) -> bool:
        """Whether this header shows that an event comes from the server."""
        ...


def server() -> VideoServer:
    """Chosen by `settings.JITSI`: no domain, no Jitsi."""
    return Jitsi(settings.JITSI) if settings.JITSI["domain"] else PracticeServer(settings.JITSI)
