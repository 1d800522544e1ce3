"""A session, or one of its dates, is called off or takes place after all: preview, then do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.agenda.models import Meeting
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.people.permissions import PersonRequest, is_planner, keeps_what_was_typed, requires
from training.forms.reasons import ReasonForm
from training.models import Session
from training.queries import filling
from training.queries.certificates import is_complete
from training.queries.effects import effects_of
from training.queries.other_dates import whose_seats_are_held
from training.rules import (
    why_not_cancel_meeting,
    why_not_cancel_session,
    why_not_restore,
)
from training.services import certificates, holds, session_dates, sessions
from training.views.changes import when_told
from training.views.planning import CONFLICT, find


@requires(is_planner)
@keeps_what_was_typed
def cancel_session(request: PersonRequest, public_id: str) -> HttpResponse:
    """The whole session, with the reason that everybody reads."""
    session, now = find(request, public_id), timezone.now()
    refusal = why_not_cancel_session(session, now=now)
    form = ReasonForm(request.POST or None, initial={"revision": session.revision})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            sessions.cancel(
                session=session, by=request.user, reason=said["reason"], revision=said["revision"]
            )
        except StaleSheet as stale:
            return _again(request, session, form, stale)
        except Refusal as why:
            messages.warning(request, why.reason)
            return redirect("training:cancel_session", session.public_id)
        messages.success(
            request,
            _("The session is cancelled: everybody is told, and it is removed from calendars."),
        )
        return redirect("training:session_people", session.public_id)
    meetings = filling.cancels_with_it(session, now=now)
    context = {
        "session": session,
        "form": form,
        "refusal": refusal,
        "meetings": meetings,
        "is_rest": filling.has_held_dates(session, now=now),
        "ends_with_certificates": is_complete(session, without=meetings),
        "can_be_restored": bool(meetings) and meetings[0].starts_at > now,
        "told": filling.count_told(session),
        **_held_elsewhere(session),
    }
    return render(request, "training/planning/cancel.html", context)


def _held_elsewhere(session: Session) -> dict:
    """Return for how many a seat of another date can be held now, and for how many it can't."""
    held = len(holds.holds_for(session, now=timezone.now()))
    return {"held": held, "not_held": len(whose_seats_are_held(session)) - held}


@requires(is_planner)
def restore_session(request: PersonRequest, public_id: str) -> HttpResponse:
    """A session that was cancelled by mistake takes place all the same."""
    session = find(request, public_id)
    if request.method == "POST":
        try:
            sessions.restore(session=session, by=request.user)
        except Refusal as why:
            messages.warning(request, f"{why.reason} {why.advice}".strip())
        else:
            messages.success(
                request,
                _("The session takes place after all: everybody is told, and invited again."),
            )
        return redirect("training:session_people", session.public_id)
    meetings = filling.cancelled_with(session)
    has_certificates = certificates.were_issued(session)
    refusal = why_not_restore(
        session, cancelled=meetings, has_certificates=has_certificates, now=timezone.now()
    )
    context = {
        "session": session,
        "meetings": meetings,
        "refusal": refusal,
        "told": filling.count_told(session),
        "moved_on": filling.count_on_other_dates(session)[1],
    }
    return render(request, "training/planning/restore.html", context)


@requires(is_planner)
@keeps_what_was_typed
def cancel_date(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    """One date of several: only that one."""
    session = find(request, public_id)
    meeting = get_object_or_404(session.meetings, public_id=meeting_id)
    refusal = why_not_cancel_meeting(
        session, meeting=meeting, meetings=list(session.meetings), now=timezone.now()
    )
    form = ReasonForm(request.POST or None, initial={"revision": session.revision})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            session_dates.cancel_meeting(
                session=session,
                meeting=meeting,
                by=request.user,
                reason=said["reason"],
                revision=said["revision"],
            )
        except StaleSheet as stale:
            return _again(request, session, form, stale, meeting=meeting)
        except Refusal as why:
            messages.warning(request, f"{why.reason} {why.advice}".strip())
        else:
            told = when_told(session, [meeting.starts_at])
            messages.success(request, f"{_('The date is cancelled.')} {told}".strip())
        return redirect("training:session_people", session.public_id)
    context = {
        "session": session,
        "meeting": meeting,
        "meetings": [meeting],
        "form": form,
        "refusal": refusal,
        **effects_of_cancelling(session, [meeting]),
    }
    return render(request, "training/planning/cancel.html", context)


def effects_of_cancelling(session: Session, dates: list[Meeting]) -> dict:
    """Context for the templates."""
    off = {meeting.pk: None for meeting in dates}
    effects = effects_of(session, meetings=session.meetings, moves=off)
    return {"effects": effects, "when_told": when_told(session, effects.starts)}


def _again(
    request: HttpRequest,
    session: Session,
    form: ReasonForm,
    stale: StaleSheet,
    *,
    meeting: Meeting | None = None,
) -> HttpResponse:
    """Somebody saved in the meantime: the reason stays, the dates are shown as they are now;
    pressing again decides.
    """
    messages.warning(request, stale.reason)
    replace_sent(form, "revision", session.revision)
    meetings = [meeting] if meeting else [one for one in session.meetings if not one.is_cancelled]
    context = {
        "session": session,
        "form": form,
        "meeting": meeting,
        "meetings": meetings,
        "told": filling.count_told(session),
    }
    if meeting:
        context |= effects_of_cancelling(session, [meeting])
    return render(request, "training/planning/cancel.html", context, status=CONFLICT)
