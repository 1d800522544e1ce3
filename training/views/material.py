"""Files and links for the participants of a session: left by its trainers and by who leads one date
in the place of one of them, removed by them and by training planners, read by those with a seat.
"""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.agenda.models import Meeting
from courses.documents.exceptions import TryAgain
from courses.documents.services import serve
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_trainer,
    is_trainer_or_planner,
    keeps_what_was_typed,
    requires,
    signed_in,
)
from training import rules
from training.forms.material import MaterialForm
from training.models import Material, Session
from training.queries import filling
from training.queries.leading import is_trainer_in, is_trainer_of
from training.queries.material import material_kept
from training.services import material as materials
from training.values import MATERIAL_UNDONE_WITHIN


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer_or_planner)
@keeps_what_was_typed
def session_material(request: PersonRequest, public_id: str) -> HttpResponse:
    """Show the material, and the form of whoever leads. A planner reads, and removes."""
    now, me = timezone.now(), request.user
    session, dates, is_whole = _find(me, public_id, now)
    form = None
    if is_whole or dates:
        form = MaterialForm(
            request.POST or None,
            request.FILES or None,
            initial={"key": uuid.uuid4()},
            dates=dates,
            is_whole=is_whole,
        )
    elif request.method == "POST":
        raise Http404
    status = 200
    if form and form.is_bound:
        status = _deposit(request, session, form)
        if status == 302:
            return redirect("training:session_material", public_id)
    context = {
        "session": session,
        "form": form,
        "why_not": rules.why_not_deposit(
            session, meeting=None, number=session.materials.there().count(), now=now
        ),
        "rows": material_kept(session, me, now=now),
        "minutes": MATERIAL_UNDONE_WITHIN.seconds // 60,
        "plans": is_planner(me),
    }
    return render(request, "training/material.html", context, status=status)


def _deposit(request: PersonRequest, session: Session, form: MaterialForm) -> int:
    if not form.is_valid():
        return 422
    try:
        materials.deposit(session=session, by=request.user, **form.as_deposited)
    except Refusal as refusal:
        form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        return 503 if isinstance(refusal, TryAgain) else 422
    messages.success(request, _("It is there for those who have a seat."))
    return 302


def _find(person: Person, public_id: str, now: datetime) -> tuple[Session, list[Meeting], bool]:
    """The session; the dates for which this person leaves material; whether also for the whole."""
    sessions = Session.objects.with_page_rows()
    if not is_planner(person):
        sessions = sessions.with_dates_of(person)
    session = get_object_or_404(sessions, public_id=public_id)
    leads = is_trainer(person) and is_trainer_in(person, session)
    if leads and is_trainer_of(person, session):
        return session, list(session.meetings.going_on()), True
    mine = [
        one
        for one in filling.meetings_with_sheets(session)
        if leads
        and not one.is_cancelled
        and rules.leads_date(person, one, is_trainer=False)
        and rules.may_read_names(person, one, now=now)
    ]
    if not mine and not is_planner(person):
        raise Http404
    return session, mine, False


@require_POST
@requires(is_trainer_or_planner)
def remove_material(request: PersonRequest, public_id: str) -> HttpResponse:
    material = _find_kept(request.user, public_id)
    materials.remove(material=material, by=request.user)
    messages.success(request, _("It is removed: nobody reads it any more."))
    return redirect("training:session_material", material.session.public_id)


@require_POST
@requires(is_trainer_or_planner)
def put_material_back(request: PersonRequest, public_id: str) -> HttpResponse:
    material = _find_kept(request.user, public_id)
    try:
        materials.put_back(material=material, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("It is there again."))
    return redirect("training:session_material", material.session.public_id)


def _find_kept(person: Person, public_id: str) -> Material:
    mine = Material.objects.kept_by(person, now=timezone.now()).select_related("session")
    return get_object_or_404(mine, public_id=public_id)


@require_safe
@requires(signed_in)
def material_file(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """404 for everybody else."""
    mine = Material.objects.readable_by(request.user, now=timezone.now()).exclude(file="")
    found = get_object_or_404(mine, public_id=public_id)
    return serve(request, found.file, name=found.name, media_type=found.media_type, inline=True)
