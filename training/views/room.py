"""Where a session and its dates take place: the provider's own tool, and plan B. For training
planners, the session's own trainers, and who leads a date in the place of one of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.agenda.models import Meeting
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.live.enums import RoomRole
from courses.live.values import Elsewhere, PlanB
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_trainer_or_planner,
    keeps_what_was_typed,
    requires,
)
from training import rules
from training.forms.room import RoomForm
from training.models import PlanBAnnouncement, RoomPlan, Session
from training.models.session import SessionQuerySet
from training.queries.leading import is_trainer_of, leads, meetings_led
from training.queries.rooms import announced_in, room_plan_of, room_plan_read, room_plans_of
from training.services import rooms
from training.views.planning import find_led_or_planned


@dataclass(frozen=True)
class RoomDateRow:
    """A date to come: what holds for it, and whether plan B can be announced."""

    meeting: Meeting
    plan: RoomPlan | None
    has_own: bool
    announced: PlanBAnnouncement | None
    can_announce: bool


@requires(is_trainer_or_planner)
def session_rooms(request: PersonRequest, public_id: str) -> HttpResponse:
    """Show the plans of the session and each of its dates to come; to who leads one date in
    somebody's place, of that date alone.
    """
    now = timezone.now()
    session, dates = _find_dates(request.user, public_id)
    plans = room_plans_of(session)
    is_whole = dates is None
    context = {
        "session": session,
        "is_whole": is_whole,
        "plan": plans.get(None),
        "rows": date_rows(session, session.meetings if dates is None else dates, now),
        "why_not": rules.why_not_set_room(session, meeting=None, now=now),
        "plans": is_planner(request.user),
    }
    return render(request, "training/rooms.html", context)


def _find_dates(person: Person, public_id: str) -> tuple[Session, QuerySet[Meeting] | None]:
    """The session, and the dates whose room is this person's to set: None stands for all, for
    planners and the session's own trainers.
    """
    session = get_object_or_404(_sessions_of(person), public_id=public_id)
    if is_planner(person) or is_trainer_of(person, session):
        return session, None
    return session, meetings_led(person, session)


def _sessions_of(person: Person) -> SessionQuerySet:
    sessions = Session.objects.with_page_rows()
    return sessions if is_planner(person) else sessions.with_dates_of(person)


def find_date(person: Person, public_id: str, meeting_id: str) -> tuple[Session, Meeting]:
    """A date of a session that this person leads, or plans."""
    session, dates = _find_dates(person, public_id)
    dates = session.meetings if dates is None else dates
    return session, get_object_or_404(dates, public_id=meeting_id)


def date_rows(session: Session, meetings: Iterable[Meeting], now: datetime) -> list[RoomDateRow]:
    """Two queries."""
    plans, announced = room_plans_of(session), announced_in(session)
    rows = []
    for meeting in meetings:
        if rules.why_not_set_room(session, meeting=meeting, now=now):
            continue
        plan = plans.get(meeting.pk) or plans.get(None)
        said = announced.get(meeting.pk)
        refusal = rules.why_not_announce(session, meeting=meeting, plan=plan, now=now)
        rows.append(
            RoomDateRow(meeting, plan, meeting.pk in plans, said, refusal is None and said is None)
        )
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer_or_planner)
@keeps_what_was_typed
def set_room(request: PersonRequest, public_id: str, meeting_id: str = "") -> HttpResponse:
    """Set the room of one date, or of all that have none of their own."""
    if meeting_id:
        session, meeting = find_date(request.user, public_id, meeting_id)
    else:
        session, meeting = find_led_or_planned(request.user, public_id), None
    if refusal := rules.why_not_set_room(session, meeting=meeting, now=timezone.now()):
        messages.warning(request, refusal.reason)
        return redirect("training:session_rooms", public_id)
    plan, is_stale = room_plan_read(session, meeting), False
    form = RoomForm(request.POST or None, initial=RoomForm.initial_of(plan))
    if form.is_valid():
        try:
            rooms.set_room(
                session=session,
                meeting=meeting,
                fields=form.fields_of_room,
                by=request.user,
                stamp=form.stamp_read,
            )
        except StaleSheet as refusal:
            form.add_error(None, refusal.reason)
            plan, is_stale = room_plan_read(session, meeting), True
            replace_sent(form, "stamp", plan.stamp if plan else "")
        except Refusal as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Saved. Whoever follows the join address is led there."))
            return redirect("training:session_rooms", public_id)
    context = {
        "session": session,
        "meeting": meeting,
        "form": form,
        "is_stale": is_stale,
        "plan": plan,
    }
    return render(request, "training/set_room.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(is_trainer_or_planner)
def forget_room(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    session, meeting = find_date(request.user, public_id, meeting_id)
    try:
        rooms.forget_date(
            session=session, meeting=meeting, by=request.user, stamp=request.POST.get("stamp")
        )
    except StaleSheet:
        messages.warning(request, _("Somebody changed this room in the meantime: look again."))
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("This date takes place where the session does."))
    return redirect("training:session_rooms", public_id)


@require_POST
@requires(is_trainer_or_planner)
def announce_plan_b(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    session, meeting = find_date(request.user, public_id, meeting_id)
    try:
        rooms.announce_plan_b(session=session, meeting=meeting, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request, _("Plan B is announced: everybody gets an email, and the join page says so.")
        )
    return redirect("training:session_rooms", public_id)


@require_POST
@requires(is_trainer_or_planner)
def take_back_plan_b(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    session, meeting = find_date(request.user, public_id, meeting_id)
    rooms.take_back_plan_b(session=session, meeting=meeting, by=request.user)
    messages.success(request, _("The join address leads to the first room again."))
    return redirect("training:session_rooms", public_id)


def gives_role(meeting: Meeting, person: Person, role: RoomRole) -> bool:
    """Who leads a meeting of a session moderates its room, as long as they work for the provider.
    A seat's pass is withdrawn with the seat.
    """
    if role != RoomRole.MODERATOR or not hasattr(meeting.series, "training_session"):
        return True
    return leads(person, meeting)


def elsewhere(meeting: Meeting) -> Elsewhere | None:
    """Return the tool and the announced plan B of a session's meeting for the join page."""
    plan = room_plan_of(meeting)
    if plan is None:
        return None
    said = PlanBAnnouncement.objects.filter(meeting=meeting).first() if plan.has_plan_b else None
    plan_b = PlanB(plan.plan_b_address, plan.plan_b_words, said.at) if said else None
    return Elsewhere(plan.address, plan_b)
