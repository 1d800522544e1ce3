"""Papers that are asked for: the worker draws them, `people:paper` shows them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_planner, is_teacher, requires
from training.models import Enrolment, Session
from training.services import papers


@require_POST
@requires(is_teacher)
def ask_for_notice(request: PersonRequest, public_id: str) -> HttpResponse:
    """One's own notice of enrolment, for the school's leader."""
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related(
            "teacher", "school", "session__training"
        ),
        public_id=public_id,
    )
    try:
        paper = papers.ask_for_notice(enrolment=enrolment)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return redirect(enrolment.session)
    return redirect("people:paper", paper.public_id)


@require_POST
@requires(is_planner)
def ask_for_sign_in(request: PersonRequest, public_id: str) -> HttpResponse:
    """The sheet to sign of a session, with names."""
    session = get_object_or_404(
        Session.objects.select_related("training__resource__provider"), public_id=public_id
    )
    try:
        paper = papers.ask_for_sign_in(session=session, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return redirect("training:session_people", public_id)
    return redirect("people:paper", paper.public_id)
