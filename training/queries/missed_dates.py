"""Dates to which no trainer came: what a room saw, and what is owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, Min, OuterRef

from courses.agenda.models import Meeting
from courses.live.enums import RoomRole
from courses.live.models import RoomPass, Stay
from courses.live.values import OPENS_BEFORE
from training.models import MissedDate, Session
from training.queries.leading import led_for


def trainers_seen(meetings: Iterable[Meeting | int]) -> dict[int, datetime]:
    """When the room of the meeting first saw somebody who leads it. One query."""
    passes = RoomPass.objects.filter(
        room=OuterRef("room"), subject=OuterRef("subject"), role=RoomRole.MODERATOR
    )
    stays = Stay.objects.filter(
        Exists(passes),
        room__meeting__in=list(meetings),
        joined_at__gte=F("room__meeting__occurrence__start") - OPENS_BEFORE,
    )
    rows = stays.order_by().values("room__meeting").annotate(first=Min("joined_at"))
    return {row["room__meeting"]: row["first"] for row in rows}


@dataclass(frozen=True)
class OwedDate:
    """`seen_at`: a trainer was seen in the room, as was only learned afterwards; `led_for`: the
    providers' names.
    """

    missed: MissedDate
    seen_at: datetime | None
    led_for: str


def owed_dates() -> list[OwedDate]:
    """List the owed dates for all planners. Two queries, one if there are none; one more for a date
    of a session whose resource has another provider since.
    """
    rows = list(
        MissedDate.objects.owed().select_related(
            "session__training__resource__provider", "meeting__occurrence", "by"
        )
    )
    seen = trainers_seen([one.meeting_id for one in rows]) if rows else {}
    return [OwedDate(one, seen.get(one.meeting_id), led_for(one.session)) for one in rows]


def owes_a_date(session: Session) -> bool:
    return session.missed_dates.owed().exists()
