"""Services on video rooms: they are made, people get the right to enter, events come in and become
stays.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.documents.values import random_code
from courses.live import tasks
from courses.live.enums import RoomEventKind, RoomRole
from courses.live.gateways import pretend, server
from courses.live.gateways.pretend import PracticeServer
from courses.live.models import PracticeLine, Room, RoomEvent, RoomPass, Stay
from courses.live.signals import presence_settled
from courses.live.values import OPENS_BEFORE, STAYS_OPEN_AFTER, RoomEntry, SeenStay, StayKey, stays
from courses.people.models import Person

logger = logging.getLogger(__name__)

CODE_LENGTH = 4
SWEEP_AFTER = timedelta(minutes=1)  # the worker's own time to come to an event
Report = tuple[RoomEventKind, dict[str, Any]]


# Rooms and the right to enter them


def room_for(meeting: Meeting) -> Room:
    """The meeting's room, made at the first call. Two callers at once get the same one."""
    return Room.objects.get_or_create(meeting=meeting, defaults={"name": _unguessable_name()})[0]


def _unguessable_name() -> str:
    """100 random bits in [a-z0-9-], in groups that can be read aloud: nothing that a server would
    write otherwise.
    """
    code = random_code(20).lower()
    return "-".join(code[i : i + 4] for i in range(0, 20, 4))


def give_pass(*, meeting: Meeting, person: Person, role: RoomRole) -> RoomPass:
    """The right to enter the meeting's room. Giving it twice gives the same one; a withdrawn one is
    valid again.

    No row is held: constraints see to it that a code goes to one person only, and that a person
    has one pass.
    """
    room = room_for(meeting)
    while (known := room.passes.filter(person=person).first()) is None:
        try:
            with transaction.atomic():
                return RoomPass.objects.create(
                    room=room,
                    person=person,
                    role=role,
                    code=random_code(CODE_LENGTH),
                    subject=random_code(20).lower(),
                )
        except IntegrityError:
            continue  # the code was somebody else's, or the pass was made at the same instant
    if known.is_withdrawn or known.role != role:
        known.is_withdrawn, known.role = False, role
        known.save(update_fields=["is_withdrawn", "role"])
    return known


def take_back_pass(*, meeting: Meeting, person: Person) -> None:
    """No entry any more. The code stays known, so that stays of before keep their name."""
    RoomPass.objects.filter(room__meeting=meeting, person=person).update(is_withdrawn=True)


# Presence


def receive(
    kind: RoomEventKind | str, body: dict[str, Any], *, now: datetime | None = None
) -> RoomEvent:
    """Keep an event as it came, and have the worker settle its room. The same event again is the
    same row.

    Holds the room's row, so that of all events that come while a room waits to be settled only the
    first asks for it. Rooms that aren't ours are kept too: a refused event would be lost for good.
    """
    content = json.dumps(body, sort_keys=True, separators=(",", ":"))
    fingerprint = hashlib.sha256(f"{kind} {content}".encode()).hexdigest()
    name = server().room_of(str(body.get("room_name") or ""))[:200]
    with transaction.atomic():
        room = Room.objects.select_for_update().filter(name=name).first()
        is_awaited = (
            room is not None and RoomEvent.objects.filter(room_name=name, settled_at=None).exists()
        )
        event, is_new = RoomEvent.objects.get_or_create(
            fingerprint=fingerprint,
            defaults={
                "kind": kind,
                "room_name": name,
                "body": body,
                "received_at": now or timezone.now(),
            },
        )
        if room is not None and is_new and not is_awaited:
            tasks.settle.enqueue(room.pk)
    return event


def settle(room: Room, *, now: datetime | None = None) -> None:
    """Bring the room's stays in line with its events: made, completed, never shortened or reopened.

    Reads all events of the room, so their order and number don't matter; may run at any time, and
    twice. After commit `presence_settled` is sent. What stays open when the meeting's time is over
    is closed by rule, as an estimate.
    """
    now = now or timezone.now()
    with transaction.atomic():
        room = (
            Room.objects.select_for_update(of=("self",))
            .select_related("meeting__occurrence")
            .get(pk=room.pk)
        )
        events = list(RoomEvent.objects.filter(room_name=room.name))
        rows = {_key(row): row for row in room.stays.all()}
        for key, seen in stays(event.body for event in events).items():
            _complete(rows.setdefault(key, _new_stay(room, key)), seen)
        _close_what_was_left_open(rows.values(), room.meeting, now)
        Stay.objects.bulk_create(
            [row for row in rows.values() if row.pk is None], ignore_conflicts=True
        )
        Stay.objects.bulk_update(
            [row for row in rows.values() if row.pk is not None],
            ["subject", "shown_name", "left_at", "is_estimated"],
            batch_size=100,
        )
        RoomEvent.objects.filter(
            pk__in=[event.pk for event in events if event.settled_at is None]
        ).update(settled_at=now)
        transaction.on_commit(
            lambda: presence_settled.send_robust(sender=Room, meeting_id=room.meeting_id)
        )


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _key(row: Stay) -> StayKey:
    return StayKey(row.room_jid, row.breakout_id, row.occupant_jid, int(row.joined_at.timestamp()))


def _new_stay(room: Room, key: StayKey) -> Stay:
    return Stay(
        room=room,
        room_jid=key.room_jid,
        breakout_id=key.breakout_id,
        occupant_jid=key.occupant_jid,
        joined_at=_instant(key.joined_at),
    )


def _complete(row: Stay, seen: SeenStay) -> None:
    """Fill what was unknown with what was seen, which takes the place of an estimate; a real end is
    kept.
    """
    row.subject = row.subject or seen.subject
    row.shown_name = row.shown_name or seen.shown_name
    has_a_real_end = row.left_at is not None and not row.is_estimated
    if seen.left_at is not None and not (has_a_real_end and seen.is_estimated):
        left_at = _instant(seen.left_at)
        row.left_at = max(left_at, row.left_at) if has_a_real_end and row.left_at else left_at
        row.is_estimated = seen.is_estimated


def _close_what_was_left_open(rows: Iterable[Stay], meeting: Meeting, now: datetime) -> None:
    """A stay whose end never came (the server was killed) ends with the meeting as planned: nobody
    knows better.

    Outside the meeting's hours nothing is known at all: such a stay gets no length.
    """
    if now <= meeting.ends_at + STAYS_OPEN_AFTER:
        return
    for row in rows:
        if row.left_at is None:
            began_in_its_hours = meeting.starts_at - OPENS_BEFORE <= row.joined_at < meeting.ends_at
            row.left_at, row.is_estimated = (
                (meeting.ends_at if began_in_its_hours else row.joined_at),
                True,
            )


def tidy(now: datetime) -> str:
    """Each minute: rooms whose task was lost, stays that nobody ended, lost lines of the practice
    room.

    Raw events go with the register (`register.py`), as all that is about people.
    """
    give_up_lost_lines(now=now)
    unsettled = RoomEvent.objects.filter(settled_at=None, received_at__lt=now - SWEEP_AFTER).values(
        "room_name"
    )
    over = Stay.objects.filter(
        left_at=None, room__meeting__occurrence__end__lt=now - STAYS_OPEN_AFTER
    ).values("room")
    rooms = list(Room.objects.filter(Q(name__in=unsettled) | Q(pk__in=over)))
    for room in rooms:
        try:
            settle(room, now=now)
        except Exception:
            logger.exception("room %s could not be settled", room.pk)
    return f"{len(rooms)} rooms settled"


# The practice room's server: what it remembers between two clicks


@contextmanager
def _practice(room: Room, now: datetime) -> Iterator[tuple[list[PracticeLine], list[Report]]]:
    """The room's lines under its lock, lost ones given up; what is to be told goes out after the
    commit, as a server would.
    """
    reports: list[Report] = []
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=room.pk)
        lines = list(room.practice_lines.select_related("room"))
        _give_up(lines, now, reports)
        lines = [] if lines and all(line.left_at for line in lines) else lines
        yield lines, reports
    for kind, body in reports:
        PracticeServer(settings.JITSI).report(kind, body)


def enter_practice(
    *, room: Room, entry: RoomEntry | None, now: datetime | None = None
) -> PracticeLine:
    """Somebody's browser connects, by a verified token or as a guest.

    The first one in opens the room.
    """
    now = (now or timezone.now()).replace(microsecond=0)
    with _practice(room, now) as (lines, reports):
        opened_at = lines[0].room_opened_at if lines else now
        line = PracticeLine(
            room=room,
            room_opened_at=opened_at,
            joined_at=now,
            occupant_jid=pretend.new_jid(is_guest=entry is None),
        )
        if entry:
            line.subject, line.shown_name, line.is_moderator = (
                entry.subject,
                entry.shown_name,
                entry.is_moderator,
            )
        line.save()
        if not lines:
            reports.append(pretend.room_created(room.name, opened_at))
        reports.append(pretend.occupant_joined(room.name, line, present=_present(lines) + 1))
    return line


def drop_line(line: PracticeLine, *, now: datetime | None = None) -> None:
    """The network is gone. The server tells nobody: it waits whether the line comes back."""
    PracticeLine.objects.filter(pk=line.pk, left_at=None, dropped_at=None).update(
        dropped_at=(now or timezone.now()).replace(microsecond=0)
    )


def leave_practice(line: PracticeLine, *, now: datetime | None = None) -> None:
    """Hung up. The last one out closes the room."""
    now = (now or timezone.now()).replace(microsecond=0)
    with _practice(line.room, now) as (lines, reports):
        _end(
            [known for known in lines if known.pk == line.pk and known.left_at is None],
            now,
            lines,
            reports,
        )


def end_practice(room: Room, *, now: datetime | None = None) -> None:
    """End for all: everybody's departure and the room's end leave at the same instant."""
    now = (now or timezone.now()).replace(microsecond=0)
    with _practice(room, now) as (lines, reports):
        _end([line for line in lines if line.left_at is None], now, lines, reports)


def give_up_lost_lines(*, now: datetime) -> None:
    """Lines that dropped and didn't come back: the departure is told late, as of the end of the
    waiting time.
    """
    for room in Room.objects.filter(
        practice_lines__dropped_at__lte=now - pretend.HIBERNATION, practice_lines__left_at=None
    ).distinct():
        with _practice(room, now):
            pass


def _give_up(lines: list[PracticeLine], now: datetime, reports: list[Report]) -> None:
    for line in lines:
        if (
            line.left_at is None
            and line.dropped_at
            and line.dropped_at + pretend.HIBERNATION <= now
        ):
            _end([line], line.dropped_at + pretend.HIBERNATION, lines, reports)


def _end(
    ending: list[PracticeLine], at: datetime, lines: list[PracticeLine], reports: list[Report]
) -> None:
    for line in ending:
        line.left_at = at
        line.save(update_fields=["left_at"])
        reports.append(pretend.occupant_left(line.room.name, line, present=_present(lines)))
    if ending and all(line.left_at for line in lines):
        reports.append(pretend.room_destroyed(ending[0].room.name, lines))
        PracticeLine.objects.filter(pk__in=[line.pk for line in lines]).delete()


def _present(lines: list[PracticeLine]) -> int:
    return sum(line.left_at is None for line in lines)
