"""No trainer came to a date: recorded by a planner or who was to lead it; what is owed, on the
planners' desk.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_trainer_or_planner,
    keeps_what_was_typed,
    requires,
)
from training import rules
from training.forms.leading import MissedForm, SettleForm
from training.models import MissedDate, Session
from training.queries import filling
from training.queries.leading import leads
from training.queries.missed_dates import owed_dates, trainers_seen
from training.services import missed_dates
from training.views.room import find_date


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer_or_planner)
@keeps_what_was_typed
def no_trainer_came(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    session, meeting = _find_own_date(request, public_id, meeting_id)
    refusal = rules.why_not_record_missed(
        session, meeting=meeting, is_seen=bool(trainers_seen([meeting])), now=timezone.now()
    )
    form = MissedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            missed = missed_dates.record(
                session=session, meeting=meeting, by=request.user, **form.cleaned_data
            )
        except Refusal as why:
            messages.warning(request, f"{why.reason} {why.advice}".strip())
        else:
            said = _("It is recorded, and those who were to come are told. Another date is owed.")
            if not rules.is_date_owed(session, missed):
                said = _("It was recorded already, and no other date is owed any more.")
            messages.success(request, said)
        return redirect(_back_to(request), session.public_id)
    context = {
        "session": session,
        "meeting": meeting,
        "form": form,
        "refusal": refusal,
        "plans": is_planner(request.user),
        "back": _back_to(request),
    }
    return render(request, "training/no_trainer_came.html", context)


@require_POST
@requires(is_trainer_or_planner)
def undo_no_trainer(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    session, meeting = _find_own_date(request, public_id, meeting_id)
    missed = getattr(meeting, "missed_date", None)
    try:
        if missed:  # else it is undone already
            missed_dates.undo(missed=missed, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("The date counts. Those who had been told get an email."))
    return redirect(_back_to(request), session.public_id)


@requires(is_planner)
def owed(request: PersonRequest) -> HttpResponse:
    """Dates that are owed, with what rooms saw since."""
    return _owed(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_planner)
@keeps_what_was_typed
def settle_missed(request: PersonRequest, public_id: str) -> HttpResponse:
    """`public_id` is the meeting's. Read, it leads to the dates that are owed."""
    missed = get_object_or_404(MissedDate, meeting__public_id=public_id)
    if request.method != "POST":
        return redirect("training:owed_dates")
    form = SettleForm(request.POST, prefix=public_id)
    if not form.is_valid():
        return _owed(request, form)
    try:
        missed_dates.settle(missed=missed, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("Settled: no other date is owed."))
    return redirect("training:owed_dates")


def _owed(request: PersonRequest, sent: SettleForm | None) -> HttpResponse:
    rows = [
        (one, sent if sent and sent.prefix == name else SettleForm(prefix=name))
        for one in owed_dates()
        for name in [one.missed.meeting.public_id]
    ]
    context = {"rows": rows}
    return render(request, "training/planning/owed.html", context, status=422 if sent else 200)


def _find_own_date(
    request: PersonRequest, public_id: str, meeting_id: str
) -> tuple[Session, Meeting]:
    """A date for training planners, and for who leads it: not for who is replaced, nor for a
    substitute whose access has ended. It comes with its sheet.
    """
    person = request.user
    session, found = find_date(person, public_id, meeting_id)
    meeting = next(one for one in filling.meetings_with_sheets(session) if one == found)
    if not is_planner(person) and not (
        leads(person, meeting) and rules.may_read_names(person, meeting, now=timezone.now())
    ):
        raise Http404
    return session, meeting


def _back_to(request: PersonRequest) -> str:
    return "training:session_people" if is_planner(request.user) else "training:my_session"
