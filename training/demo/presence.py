"""Who was in the demo's rooms: the same events that the real server sends, through the same
service.
"""

import datetime
import random
from collections.abc import Collection
from uuid import UUID

from courses.agenda.models import Meeting
from courses.live import services as rooms
from courses.live.enums import RoomEventKind, RoomRole
from courses.live.models import Room, RoomPass

MINUTE = datetime.timedelta(minutes=1)
MUC = "conference.meet.demo.invalid"

type Stays = list[tuple[datetime.datetime, datetime.datetime | None]]


class RoomOfMeeting:
    """One room's events, in the form of `event_sync`.

    Times are whole seconds of the server's clock.
    """

    def __init__(self, meeting: Meeting, rng: random.Random):
        self.meeting, self.rng = meeting, rng
        self.room: Room = rooms.room_for(meeting)
        self.events: list[tuple[datetime.datetime, str, dict]] = []

    def opened(self, at: datetime.datetime) -> None:
        self._add(
            at, RoomEventKind.ROOM_CREATED, "muc-room-created", created_at=int(at.timestamp())
        )

    def stays(self, person: RoomPass | None, stays: Stays, guest_name: str = "") -> None:
        """Each connection has an address of its own; a guest has no token, so neither id nor name."""
        for begin, end in stays:
            jid = f"{UUID(int=self.rng.getrandbits(128), version=4)}@meet.demo.invalid/{self.rng.getrandbits(32):08x}"
            occupant = {"occupant_jid": jid, "joined_at": int(begin.timestamp())}
            if person:
                occupant |= {"id": person.subject, "name": person.display_name}
            self._add(
                begin, RoomEventKind.OCCUPANT_JOINED, "muc-occupant-joined", occupant=dict(occupant)
            )
            if end:
                occupant["left_at"] = int(end.timestamp())
                self._add(end, RoomEventKind.OCCUPANT_LEFT, "muc-occupant-left", occupant=occupant)

    def _add(self, at: datetime.datetime, kind: str, name: str, **fields) -> None:
        body = {
            "event_name": name,
            "room_name": self.room.name,
            "room_jid": f"{self.room.name}@{MUC}",
            "is_breakout": False,
            **fields,
        }
        self.events.append((at, kind, body))

    def send(self) -> None:
        """Send the events in the order in which they happened; then settle the room as the worker
        does.
        """
        for _at, kind, body in sorted(self.events, key=lambda event: event[0]):
            rooms.receive(kind, body)
        rooms.settle(self.room)


def hold(
    meeting: Meeting,
    rng: random.Random,
    *,
    until: datetime.datetime,
    absent: Collection[int] | None = None,
    guest: bool = False,
) -> None:
    """Fill the room up to an instant: the trainer early, most people on time, some late, some
    dropped, some away: `absent` (primary keys), or every ninth.
    """
    room = RoomOfMeeting(meeting, rng)
    start, end = meeting.starts_at, meeting.ends_at
    passes = list(
        room.room.passes.select_related("person").filter(is_withdrawn=False).order_by("pk")
    )
    room.opened(start - 9 * MINUTE)
    for place, member in enumerate(passes):
        if member.role == RoomRole.MODERATOR:
            stays: Stays = [(start - 9 * MINUTE, end + 2 * MINUTE)]
        elif place % 9 == 8 if absent is None else member.person_id in absent:
            continue
        else:
            stays = _stays_of_a_member(place, start, end, rng)
        room.stays(member, _up_to(stays, until))
    if guest:
        room.stays(None, _up_to([(start + 4 * MINUTE, end - 3 * MINUTE)], until))
    room.send()


def _stays_of_a_member(
    place: int, start: datetime.datetime, end: datetime.datetime, rng: random.Random
) -> Stays:
    arrives = start - rng.randint(30, 420) * datetime.timedelta(seconds=1)
    leaves = end + rng.randint(-90, 120) * datetime.timedelta(seconds=1)
    match place % 7:
        case 3:  # the line dropped, twice
            third = (end - start) / 3
            return [
                (arrives, start + third),
                (start + third + 2 * MINUTE, start + 2 * third),
                (start + 2 * third + MINUTE, leaves),
            ]
        case 5:  # had to leave early
            return [(arrives, start + (end - start) * 0.55)]
        case 6:  # late, after a staff meeting
            return [(start + rng.randint(6, 11) * MINUTE, leaves)]
        case _:
            return [(arrives, leaves)]


def _up_to(stays: Stays, until: datetime.datetime) -> Stays:
    """Return the stays as known at that instant: who is still there has no end yet."""
    return [
        (begin, end if end and end <= until else None) for begin, end in stays if begin <= until
    ]
