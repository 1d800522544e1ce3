"""Three things done to a session's rhythm: go on, move this date and all that follow, stop after
this one.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.agenda.models import Meeting
from courses.agenda.queries import moves_along
from courses.agenda.values import Hours
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.people.permissions import PersonRequest, is_planner, keeps_what_was_typed, requires
from training.forms.dates import DateForm, GoOnForm
from training.forms.reasons import MoveReasonForm, ReasonForm
from training.models import Session
from training.queries import filling
from training.rules import why_not_go_on, why_not_move, why_not_stop_after
from training.services import session_dates
from training.views.cancelling import effects_of_cancelling
from training.views.changes import (
    Move,
    effects_shown,
    hours_of,
    say_moved,
    when_told,
)
from training.views.planning import CONFLICT, find
from training.views.preview import preview_of


@requires(is_planner)
def go_on(request: PersonRequest, public_id: str) -> HttpResponse:
    """More dates at the session's rhythm: first shown, then added."""
    session, now = find(request, public_id), timezone.now()
    form = GoOnForm(request.POST or None, initial={"revision": session.revision})
    is_asked = request.method == "POST" and form.is_valid()
    asked = (
        form.cleaned_data
        if is_asked
        else {"count": GoOnForm.base_fields["count"].initial, "leave_out_days_off": True}
    )
    dates = filling.dates_to_go_on(
        session, count=asked["count"], leave_out_days_off=asked["leave_out_days_off"], now=now
    )
    if is_asked and request.POST.get("step") == "add":
        try:
            added = session_dates.go_on(
                session=session, dates=dates, by=request.user, revision=asked["revision"]
            )
        except StaleSheet as stale:
            return _go_on_page(
                request, session, _again(form, session, request, stale), dates, status=CONFLICT
            )
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        else:
            said = ngettext(
                "%(count)s date is added: those who have a seat are invited to it.",
                "%(count)s dates are added: those who have a seat are invited to them.",
                len(added),
            )
            messages.success(request, said % {"count": len(added)})
            return redirect("training:session_people", session.public_id)
    return _go_on_page(request, session, form, dates)


def _go_on_page(
    request: HttpRequest, session: Session, form: GoOnForm, dates: list, *, status: int = 200
) -> HttpResponse:
    meetings, hours = list(session.meetings), [date.hours for date in dates]
    refusal = why_not_go_on(session, meetings=meetings, dates=dates, now=timezone.now())
    preview = preview_of(hours, session.trainers.all(), apart_from=session, refusal=refusal)
    context = {
        "session": session,
        "form": form,
        "preview": preview,
        "can_go_on": bool(dates),
        "told": filling.count_told(session),
        **effects_shown(session, preview, meetings=meetings, added=hours),
    }
    return render(request, "training/planning/go_on.html", context, status=status)


@requires(is_planner)
@keeps_what_was_typed
def move_following(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    """One date and those after it at its weekday and hour: first as was and is, then for good."""
    session, now = find(request, public_id), timezone.now()
    meeting = get_object_or_404(session.meetings, public_id=meeting_id)
    meetings = list(session.meetings)
    date = DateForm(request.POST or None, initial=hours_of(meeting))
    reason = MoveReasonForm(request.POST or None, initial={"revision": session.revision})
    moves: dict[int, Hours] = {}
    status = 200
    if request.method == "POST" and date.is_valid() and reason.is_valid():
        moves = moves_along(meetings, meeting, date.hours)
        if request.POST.get("step") == "move":
            said = reason.cleaned_data
            try:
                done = session_dates.move(
                    session=session,
                    moves=moves,
                    revision=said["revision"] or 0,
                    by=request.user,
                    reason=said["reason"],
                )
            except StaleSheet as stale:
                reason, status = _again(reason, session, request, stale), CONFLICT
            except Refusal as refusal:
                messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
            else:
                say_moved(request, session, done)
                return redirect("training:session_people", session.public_id)
    why_not = why_not_move(
        session,
        meetings=meetings,
        moves=moves or moves_along(meetings, meeting, _as_it_is(meeting)),
        now=now,
    )
    hours, trainers = list(moves.values()), session.trainers.all()
    preview = preview_of(hours, trainers, apart_from=session, refusal=why_not) if moves else None
    context = {
        "session": session,
        "meeting": meeting,
        "date": date,
        "form": reason,
        "refusal": why_not,
        "moves": [Move(date, one, moves[one.pk]) for one in meetings if one.pk in moves],
        "preview": preview,
        **effects_shown(session, preview, meetings=meetings, moves=moves),
    }
    return render(request, "training/planning/move_following.html", context, status=status)


def _as_it_is(meeting: Meeting) -> Hours:
    return Hours(meeting.starts_at, meeting.ends_at)


@requires(is_planner)
@keeps_what_was_typed
def stop_after(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    """All dates to come after this one are cancelled, with the reason that everybody reads."""
    session = find(request, public_id)
    meeting = get_object_or_404(session.meetings, public_id=meeting_id)
    following = filling.dates_after(meeting, session.meetings, now=timezone.now())
    form, status = ReasonForm(request.POST or None, initial={"revision": session.revision}), 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = session_dates.stop_after(
                session=session,
                meeting=meeting,
                by=request.user,
                reason=said["reason"],
                revision=said["revision"] or 0,
            )
        except StaleSheet as stale:
            form, status = _again(form, session, request, stale), CONFLICT
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        else:
            told = when_told(session, [start for one in done for start in one.starts])
            messages.success(
                request, f"{_('The dates that followed are cancelled.')} {told}".strip()
            )
            return redirect("training:session_people", session.public_id)
    context = {
        "session": session,
        "meeting": meeting,
        "following": following,
        "form": form,
        "refusal": why_not_stop_after(session, meeting=meeting, following=following),
        **effects_of_cancelling(session, following),
    }
    return render(request, "training/planning/stop_after.html", context, status=status)


def _again(form, session: Session, request: HttpRequest, stale: StaleSheet):
    """Somebody saved in the meantime: what was typed stays, the dates are shown as they are now;
    pressing again decides.
    """
    messages.warning(request, stale.reason)
    replace_sent(form, "revision", session.revision)
    return form
