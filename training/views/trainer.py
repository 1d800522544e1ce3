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
from training import rules
from training.models import Session
from training.queries import filling
from training.queries.changes import moves_told
from training.queries.hours_led import dates_led
from training.queries.leading import is_trainer_of
from training.queries.missed_dates import trainers_seen
from training.queries.participants import Expected, expected_at
from training.queries.questions import count_asked, with_number_asked
from training.queries.subjects import subjects_at_start
from training.values import FEWEST_ANSWERS
from training.views.planning import how_a_session_stands
from training.views.room import date_rows
from training.views.rows import StateBadge

PAST_ON_A_PAGE = 20


@dataclass(frozen=True)
class LedMeeting:
    """`is_mine`: this trainer leads it; `shows_names`: and may read who comes. `can_replace` and
    `can_take_back`: a substitute can be named, or taken back.
    """

    meeting: Meeting
    expected: list[Expected]
    join: str = ""
    is_mine: bool = True
    shows_names: bool = True
    can_replace: bool = False
    can_take_back: bool = False
    is_missed: bool = False  # nobody was seen: it can be recorded that no trainer came
    can_undo: bool = False

    @property
    def sheet(self):
        return getattr(self.meeting, "sheet", None) if self.shows_names else None


@dataclass(frozen=True)
class LedRow:
    """A session that this trainer leads; `next_meeting` is the one going on, or the next to come."""

    session: Session
    standing: StateBadge
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
    led = dates_led(request.user)
    context = {
        "rows": [row for row in rows if row is not open_row],
        "open_row": open_row,
        "led": led,
        "led_minutes": sum(one.minutes for one in led),
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
    """One session with its meetings and who is expected at each. Printable.

    Who leads one date in somebody's place reads of that date alone.
    """
    now, me = timezone.now(), request.user
    dates_of_me = Session.objects.with_dates_of(me).with_page_rows()
    dates_of_me = dates_of_me.annotate(enrolled=filling.count_enrolled())
    session = get_object_or_404(with_number_asked(dates_of_me), public_id=public_id)
    is_whole = is_trainer_of(me, session)
    meetings = filling.meetings_with_sheets(session)
    led = {m.pk for m in meetings if rules.leads_date(me, m, is_trainer=is_whole)}
    named = {m.pk for m in meetings if m.pk in led and rules.may_read_names(me, m, now=now)}
    meetings = [m for m in meetings if is_whole or m.pk in led]
    of_dates = [m for m in meetings if m.pk in named]
    expected = expected_at(of_dates)
    unseen = unseen_of(session, of_dates, now)
    rows = [
        LedMeeting(
            m,
            expected.get(m.pk, []),
            way_in(m, now) if m.pk in led and not session.is_cancelled else "",
            is_mine=m.pk in led,
            shows_names=m.pk in named,
            **(what_can_be_done(session, m, now) if is_whole else {}),
            **(what_of_missed(session, m, unseen, now) if m.pk in named else {}),
        )
        for m in meetings
    ]
    announced = [row for row in date_rows(session, meetings, now) if row.can_announce]
    told = moves_told([session], me, {}, led={session.pk: led}, now=now).get(session.pk)
    context = {
        "session": session,
        "standing": how_a_session_stands(session, now),
        "is_whole": is_whole,
        "meetings": rows,
        "changes": told.dates if told else [],
        "asked": (session.number_asked if is_whole else count_asked(session, of_those_at=of_dates)),
        "taught": (
            subjects_at_start(session)
            if is_whole and rules.are_subjects_shown(session, now=now)
            else []
        ),
        "fewest": FEWEST_ANSWERS,
        "can_leave_material": is_whole or bool(named),
        "has_begun": any(m.pk in led and m.starts_at <= now for m in meetings),
        "to_announce": announced,
    }
    return render(request, "training/trainer/session.html", context)


def unseen_of(session: Session, meetings: list[Meeting], now: datetime) -> set[int]:
    """The meetings that have begun and in whose room no trainer was seen. No query if it can't be
    recorded of any that no trainer came.
    """
    asked = [
        one
        for one in meetings
        if rules.why_not_record_missed(session, meeting=one, is_seen=False, now=now) is None
    ]
    return {one.pk for one in asked} - set(trainers_seen(asked)) if asked else set()


def what_of_missed(
    session: Session, meeting: Meeting, unseen: set[int], now: datetime
) -> dict[str, bool]:
    """Whether it can be recorded that no trainer came, or undone; the meeting comes with its row."""
    missed = getattr(meeting, "missed_date", None)
    undo = missed and rules.why_not_undo_missed(session, missed=missed, now=now) is None
    return {"is_missed": meeting.pk in unseen, "can_undo": bool(undo)}


def what_can_be_done(session: Session, meeting: Meeting, now: datetime) -> dict[str, bool]:
    """Whether a substitute can be named for this date, or taken back. Meetings come with theirs."""
    known = getattr(meeting, "substitution", None)
    name = rules.why_not_substitute(session, meeting=meeting, known=known, now=now)
    back = rules.why_not_take_back_substitute(session, meeting=meeting, now=now)
    return {"can_replace": name is None, "can_take_back": bool(known) and back is None}
