"""A session's dates are changed, a draft is deleted: preview, then do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.people.permissions import PersonRequest, is_planner, keeps_what_was_typed, requires
from training.forms.dates import DateForm, Moves
from training.forms.reasons import MoveReasonForm
from training.models import Session, SessionChange
from training.queries import filling
from training.queries.effects import effects_of
from training.queries.proposals import proposal_of, without_proposer
from training.rules import (
    is_told_at_once,
    why_not_add_meeting,
    why_not_delete,
    why_not_move,
)
from training.services import drafts, session_dates
from training.views.planning import CONFLICT, find
from training.views.preview import Preview, preview_of


@dataclass(frozen=True)
class Move:
    """A meeting's row in the form; `was` is what is saved now, `now` what the form asks for."""

    form: DateForm
    meeting: Meeting
    now: Hours | None = None

    @property
    def changes(self) -> bool:
        return self.now is not None and self.now != Hours(
            self.meeting.starts_at, self.meeting.ends_at
        )


@requires(is_planner)
@keeps_what_was_typed
def move_session(request: PersonRequest, public_id: str) -> HttpResponse:
    """One or several meetings: first as was and is, then for good."""
    session = find(request, public_id)
    meetings = list(session.meetings)
    movable = {m.pk: m for m in meetings if not m.is_cancelled and m.starts_at > timezone.now()}
    if request.method != "POST":
        rows = Moves(initial=[hours_of(meeting) for meeting in movable.values()], prefix="meetings")
        return _form_of_move(
            request, session, MoveReasonForm(initial={"revision": session.revision}), rows, movable
        )
    reason, rows = MoveReasonForm(request.POST), Moves(request.POST, prefix="meetings")
    if not (reason.is_valid() and rows.is_valid()):
        return _form_of_move(request, session, reason, rows, movable)
    moves = {
        form.cleaned_data["meeting"]: form.hours
        for form in rows
        if form.cleaned_data["meeting"] in movable
    }
    if request.POST.get("step") == "preview":
        preview = _preview_of_moves(session, meetings, moves)
        shown = effects_shown(session, preview, meetings=meetings, moves=moves)
        return _form_of_move(
            request, session, reason, rows, movable, preview=preview, previewed=True, shown=shown
        )
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
        messages.warning(request, stale.reason)
        replace_sent(reason, "revision", session.revision)
        return _form_of_move(
            request, session, reason, rows, movable, previewed=True, status=CONFLICT
        )
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return _form_of_move(request, session, reason, rows, movable, previewed=True)
    say_moved(request, session, done)
    return redirect("training:session_people", session.public_id)


def _preview_of_moves(
    session: Session, meetings: list[Meeting], moves: dict[int, Hours]
) -> Preview | None:
    """Preview of the meetings whose hours would change; None without one."""
    now = {meeting.pk: Hours(meeting.starts_at, meeting.ends_at) for meeting in meetings}
    changed = {pk: hours for pk, hours in moves.items() if hours != now[pk]}
    if not changed:
        return None
    refusal = why_not_move(session, meetings=meetings, moves=changed, now=timezone.now())
    hours = list(changed.values())
    return preview_of(hours, session.trainers.all(), apart_from=session, refusal=refusal)


def say_moved(request: HttpRequest, session: Session, done: list[SessionChange]) -> None:
    """How many meetings were moved and when that is told, in a message on the next page."""
    if not done:
        messages.info(request, _("Nothing was changed: the meetings are where they were."))
        return
    count = len(done)
    said = ngettext("The meeting is moved.", "%(count)s meetings are moved.", count)
    told = when_told(session, [start for one in done for start in one.starts])
    messages.success(request, f"{said % {'count': count}} {told}".strip())


def when_told(session: Session, starts: Iterable[datetime]) -> str:
    """When people read of a change of dates with these starts; empty for a draft."""
    if not session.is_open:
        return ""
    if is_told_at_once(starts, now=timezone.now()):
        return _("Those concerned are told at once.")
    return _(
        "Those concerned are told in ten minutes, so that a second change goes in the same email."
    )


def effects_shown(session: Session, preview: Preview | None, **change) -> dict:
    """Context for the templates: what the change would do to people, unless it is
    refused anyway.
    """
    if preview is None or preview.refusal:
        return {}
    effects = effects_of(session, **change)
    return {"effects": effects, "when_told": when_told(session, effects.starts)}


def hours_of(meeting: Meeting) -> dict:
    local = timezone.localtime(meeting.starts_at)
    minutes = round(meeting.duration.total_seconds() / 60)
    which = DateForm.SECOND if local.fold else DateForm.FIRST
    return {
        "meeting": meeting.pk,
        "day": local.date(),
        "hour": local.time(),
        "which": which,
        "minutes": minutes,
    }


def _form_of_move(
    request: HttpRequest,
    session: Session,
    reason,
    rows,
    movable: dict,
    *,
    preview=None,
    previewed: bool = False,
    shown: dict | None = None,
    status: int = 200,
) -> HttpResponse:
    moves = []
    for form in rows:
        pk = (
            form.cleaned_data.get("meeting")
            if form.is_bound and form.is_valid()
            else form["meeting"].value()
        )
        if meeting := movable.get(int(pk)) if str(pk).isdigit() else None:
            moves.append(Move(form, meeting, form.hours if previewed else None))
    context = {
        "session": session,
        "form": reason,
        "formset": rows,
        "moves": moves,
        "preview": preview,
        "previewed": previewed,
        "is_stale": status == CONFLICT,
        **(shown or {}),
    }
    return render(request, "training/planning/move.html", context, status=status)


@requires(is_planner)
def add_date(request: PersonRequest, public_id: str) -> HttpResponse:
    session = find(request, public_id)
    form = DateForm(
        request.POST or None, initial={"hour": timezone.localtime(session.starts_at).time()}
    )
    preview, shown = None, {}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "preview":
            meetings = list(session.meetings)
            refusal = why_not_add_meeting(
                session, meetings=meetings, hours=form.hours, now=timezone.now()
            )
            preview = preview_of(
                [form.hours], session.trainers.all(), apart_from=session, refusal=refusal
            )
            shown = effects_shown(session, preview, meetings=meetings, added=[form.hours])
        else:
            try:
                session_dates.add_meeting(
                    session=session, hours=form.hours, by=request.user, revision=session.revision
                )
            except Refusal as refusal:
                messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
            else:
                messages.success(
                    request, _("The date is added: those who have a seat are invited to it.")
                )
                return redirect("training:session_people", session.public_id)
    context = {
        "session": session,
        "form": form,
        "preview": preview,
        "told": filling.count_told(session),
        **shown,
    }
    return render(request, "training/planning/add_date.html", context)


@requires(is_planner)
def delete_draft(request: PersonRequest, public_id: str) -> HttpResponse:
    """A session that was never opened."""
    session = find(request, public_id)
    proposal = proposal_of(session)
    if request.method == "POST":
        try:
            drafts.delete(session=session, by=request.user)
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
            return redirect("training:session_people", session.public_id)
        messages.success(
            request,
            _("The draft is deleted.")
            if proposal
            else _("The draft is deleted. Nobody had been told of it."),
        )
        return redirect(f"{reverse('training:planning')}?when=draft")
    context = {
        "session": session,
        "refusal": why_not_delete(session),
        "proposal": proposal,
        "tells": proposal is not None and not without_proposer([proposal]),
        "waits_again": proposal is not None and proposal.ends_at > timezone.now(),
    }
    return render(request, "training/planning/delete.html", context)
