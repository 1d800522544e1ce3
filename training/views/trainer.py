"""A trainer's own sessions: when, the way into the room, and who comes: first names and codes,
nothing else.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.live.queries import join_url
from courses.live.values import OPENS_BEFORE
from courses.people.permissions import PersonRequest, is_trainer, requires
from training.enums import NOT_HELD
from training.models import Session
from training.queries import filling
from training.views.planning import how_a_session_stands
from training.views.room import date_rows
from training.views.rows import Standing

PAST_ON_A_PAGE = 20


@dataclass(frozen=True)
class LedMeeting:
    meeting: Meeting
    expected: list[filling.Expected]
    join: str = ""

    @property
    def sheet(self):
        return getattr(self.meeting, "sheet", None)


@dataclass(frozen=True)
class LedRow:
    """A session that this trainer leads; `next_meeting` is the one going on, or the next to come."""

    session: Session
    standing: Standing
    meetings: list[Meeting]
    next_meeting: Meeting | None
    join: str


@requires(is_trainer)
def my_sessions(request: PersonRequest) -> HttpResponse:
    now = timezone.now()
    to_come, past = filling.led_sessions(request.user, now=now)
    page = Paginator(past, PAST_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [led_row(session, now) for session in to_come]
    open_row = next((row for row in rows if row.join), None)
    context = {
        "rows": [row for row in rows if row is not open_row],
        "open_row": open_row,
        "led": [session for session in past if session.state not in NOT_HELD],
        "led_minutes": sum(
            meeting.sheet.real_minutes
            for session in past
            for meeting in session.series.in_order
            if getattr(meeting, "sheet", None)
        ),
        "past": [led_row(session, now) for session in page.object_list],
        "page": page,
    }
    return render(request, "training/trainer/list.html", context)


def led_row(session: Session, now: datetime) -> LedRow:
    meetings = session.series.in_order
    coming = (
        []
        if session.is_cancelled
        else [m for m in meetings if not m.is_cancelled and m.ends_at > now]
    )
    first = coming[0] if coming else None
    return LedRow(session, how_a_session_stands(session, now), meetings, first, way_in(first, now))


def way_in(meeting: Meeting | None, now: datetime) -> str:
    """The address of the room's door, from a quarter of an hour before."""
    if meeting is None or meeting.is_cancelled:
        return ""
    return join_url(meeting) if meeting.starts_at - OPENS_BEFORE <= now < meeting.ends_at else ""


@requires(is_trainer)
def my_session(request: PersonRequest, public_id: str) -> HttpResponse:
    """One session with its meetings and who is expected at each. Printable."""
    now = timezone.now()
    session = get_object_or_404(
        Session.objects.led_by(request.user).with_page_rows().with_seats(), public_id=public_id
    )
    meetings = filling.meetings_with_sheets(session)
    expected = filling.expected_at(meetings)
    context = {
        "session": session,
        "standing": how_a_session_stands(session, now),
        "meetings": [
            LedMeeting(m, expected[m.pk], "" if session.is_cancelled else way_in(m, now))
            for m in meetings
        ],
        "changes": list(session.changes.all()),
        "has_begun": session.starts_at <= now,
        "to_announce": [row for row in date_rows(session, now) if row.can_announce],
    }
    return render(request, "training/trainer/session.html", context)
