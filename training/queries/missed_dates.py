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
    """`seen_at`: a trainer was seen in the room, as was only learned afterwards."""

    missed: MissedDate
    seen_at: datetime | None


def owed_dates() -> list[OwedDate]:
    """List the owed dates for all planners. Two queries, one if there are none."""
    rows = list(
        MissedDate.objects.owed().select_related(
            "session__training__resource__provider", "meeting__occurrence", "by"
        )
    )
    seen = trainers_seen([one.meeting_id for one in rows]) if rows else {}
    return [OwedDate(one, seen.get(one.meeting_id)) for one in rows]


def owes_a_date(session: Session) -> bool:
    return session.missed_dates.owed().exists()
