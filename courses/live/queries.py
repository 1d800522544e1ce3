"""Queries on rooms for pages and products."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from courses.agenda.models import Meeting
from courses.digest.enums import Hook
from courses.jobs.values import LATE_AFTER, Backlog
from courses.live.enums import RoomRole
from courses.live.models import Room, RoomEvent, RoomPass, Stay
from courses.live.values import (
    OPENS_BEFORE,
    STAYS_OPEN_AFTER,
    TRAINER_IS_LATE_AFTER,
    Elsewhere,
    union,
)
from courses.people.models import Person


@dataclass(frozen=True)
class PersonStays:
    """When one person was in a meeting's room: the union over devices and breakout rooms, within
    the meeting's hours.

    A guest (no pass in this room) has neither role nor person, and is never matched by name;
    without a token each connection is a guest of its own, with a subject that begins with `guest:`.
    """

    subject: str
    shown_name: str
    intervals: list[tuple[datetime, datetime]]  # an open one ends now
    is_open: bool
    has_estimate: bool  # an end was set by rule, since the real one was lost
    role: RoomRole | None = None
    person_id: int | None = None


def join_url(meeting: Meeting) -> str:
    """The absolute address of our join page: the same for everybody, worth nothing without a pass."""
    return f"{settings.SITE_ADDRESS}{reverse('live:join', args=[meeting.public_id])}"


def pass_of(meeting: Meeting, person: Person) -> RoomPass | None:
    """Valid or withdrawn."""
    return (
        RoomPass.objects.filter(room__meeting=meeting, person=person)
        .select_related("room", "person")
        .first()
    )


def meetings_with_pass(person: Person, meetings: Collection[Meeting]) -> set[int]:
    """Primary keys of those whose room the person has a valid pass for."""
    valid = RoomPass.objects.filter(person=person, room__meeting__in=meetings, is_withdrawn=False)
    return set(valid.values_list("room__meeting", flat=True))


def is_still_held(room_pass: RoomPass, meeting: Meeting) -> bool:
    """Whether the product whose meeting it is gives the person the pass's role to this moment."""
    return all(
        answer(meeting, room_pass.person, RoomRole(room_pass.role))
        for answer in hooks.get_hooks(Hook.ROOM_ROLE)
    )


def waiting_page(meeting: Meeting) -> str:
    """Where the product whose meeting it is lets those wait who don't lead; empty: nobody waits."""
    answers = (answer(meeting) for answer in hooks.get_hooks(Hook.ROOM_WAITS))
    return next((address for address in answers if address), "")


def elsewhere(meeting: Meeting) -> Elsewhere:
    """Return the answer of the product whose meeting it is: another tool, or plan B that was
    announced.
    """
    answers = (answer(meeting) for answer in hooks.get_hooks(Hook.ROOM_ELSEWHERE))
    return next((said for said in answers if said), Elsewhere())


def _hours(meeting: Meeting) -> tuple[datetime, datetime]:
    """Return the period that belongs to the meeting: from the room's opening to its closing.

    What was before, or at an old date, doesn't.
    """
    return meeting.starts_at - OPENS_BEFORE, meeting.ends_at + STAYS_OPEN_AFTER


def _stays_of(meeting: Meeting) -> QuerySet[Stay]:
    opens_at, closes_at = _hours(meeting)
    return Stay.objects.filter(room__meeting=meeting, joined_at__lt=closes_at).exclude(
        left_at__lte=opens_at
    )


def stays_in(meeting: Meeting, *, now: datetime | None = None) -> list[PersonStays]:
    """Everybody who was in the room, who came first first. Two queries."""
    now = now or timezone.now()
    passes = {
        known.subject: known
        for known in RoomPass.objects.filter(room__meeting=meeting).select_related("person")
    }
    by_subject: dict[str, list[Stay]] = {}
    for stay in _stays_of(meeting):
        by_subject.setdefault(stay.subject or f"guest:{stay.occupant_jid}", []).append(stay)
    everybody = [
        _together(subject, found, passes.get(subject), _hours(meeting), now)
        for subject, found in by_subject.items()
    ]
    return [person for person in everybody if person.intervals or person.is_open]


def _together(
    subject: str,
    found: list[Stay],
    known: RoomPass | None,
    hours: tuple[datetime, datetime],
    now: datetime,
) -> PersonStays:
    return PersonStays(
        subject=subject,
        shown_name=(
            known.display_name
            if known
            else next((stay.shown_name for stay in found if stay.shown_name), "")
        ),
        intervals=union(_within(hours, ((stay.joined_at, stay.left_at or now) for stay in found))),
        is_open=any(stay.left_at is None for stay in found),
        has_estimate=any(stay.is_estimated for stay in found),
        role=RoomRole(known.role) if known else None,
        person_id=known.person_id if known else None,
    )


def _within(
    hours: tuple[datetime, datetime], intervals: Iterable[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    return ((max(start, hours[0]), min(end, hours[1])) for start, end in intervals)


def trainer_is_awaited(meeting: Meeting, *, now: datetime) -> bool:
    """The meeting began a while ago, and no trainer is in the room."""
    if now < meeting.starts_at + TRAINER_IS_LATE_AFTER:
        return False
    trainers = RoomPass.objects.filter(room__meeting=meeting, role=RoomRole.MODERATOR).values(
        "subject"
    )
    return not _stays_of(meeting).filter(left_at=None, subject__in=trainers).exists()


def trainers_of(meeting: Meeting) -> list[RoomPass]:
    """Those who lead it, by name."""
    return list(
        RoomPass.objects.filter(room__meeting=meeting, role=RoomRole.MODERATOR, is_withdrawn=False)
        .select_related("person")
        .order_by("person__family_name", "pk")
    )


def presence_backlog(now: datetime) -> Backlog:
    """Events of rooms of ours that no sheet shows yet; another server's rooms are never settled."""
    ours = Room.objects.order_by().values("name")
    found = RoomEvent.objects.filter(
        settled_at=None, received_at__gt=now - timedelta(days=2), room_name__in=ours
    ).aggregate(number=Count("pk"), oldest=Min("received_at"))
    return Backlog(
        "presence",
        _("Events of video rooms not on a sheet yet"),
        found["number"],
        found["oldest"],
        LATE_AFTER["default"],
    )
