"""Meetings with a room, and the video server's requests."""

import datetime
import json
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.agenda.services import plan_series
from courses.agenda.values import Hours
from courses.live import services as rooms
from courses.live.models import Room


def meeting_at(
    starts_at: datetime.datetime, *, minutes: int = 90, title: str = "Chercher et citer"
) -> Meeting:
    series = plan_series(
        title=title, hours=[Hours(starts_at, starts_at + datetime.timedelta(minutes=minutes))]
    )
    return series.meetings.in_time_order().select_related("series").get()


def meeting_in(delay: float, **kwargs) -> Meeting:
    """One that starts in so many minutes; negative: that started so long ago."""
    return meeting_at(
        (timezone.now() + datetime.timedelta(minutes=delay)).replace(microsecond=0), **kwargs
    )


def room_called(name: str, meeting: Meeting) -> Room:
    """The meeting's room, under the name that the events to come speak of."""
    room = rooms.room_for(meeting)
    room.name = name
    room.save()
    return room


def post_event(client, kind: str, body: dict | bytes, *, authorization: str | None = None):
    """As event_sync does: to the prefix and the kind, with the fixed header."""
    if authorization is None:
        authorization = f"Bearer {settings.JITSI['events_token']}"
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        f"/live/events/{kind}",
        content,
        content_type="application/json",
        headers={"Authorization": authorization},
    )


def post_events(client, events: Iterable[tuple[str, dict]]) -> None:
    for kind, body in events:
        assert post_event(client, kind, body).status_code == 200
