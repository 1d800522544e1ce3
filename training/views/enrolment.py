"""Enrolling and giving back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.exceptions import Refusal
from courses.mail.queries import late_mail
from courses.people.permissions import PersonRequest, is_teacher, requires
from training.forms.participants import CancelForm
from training.models import Enrolment, Session
from training.queries.sessions import classes_missed
from training.rules import why_not_now
from training.services import enrolment as enrolments
from training.views.session import find, page_context


@require_POST
@requires(is_teacher)
def enrol(request: PersonRequest, public_id: str) -> HttpResponse:
    session = get_object_or_404(Session.objects.visible_to(request.user), public_id=public_id)
    try:
        enrolment = enrolments.enrol(session=session, teacher=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        if too_late := why_not_now(
            session, now=timezone.now()
        ):  # enrolled before, and it began or was cancelled since
            messages.info(request, too_late.reason)
        elif enrolment.is_offered:
            messages.info(request, _("A seat is offered to you: answer the offer."))
        elif enrolment.is_waiting:
            messages.info(request, _said_of_waiting(session))
        else:
            messages.success(
                request, _("You are enrolled: an invitation is on its way to your calendar.")
            )
            if late := late_mail(timezone.now()):
                messages.info(request, str(late))
            if classes := classes_missed(enrolment):
                messages.info(
                    request,
                    _("You have class at that time: %(classes)s. Your absence is noted.")
                    % {"classes": ", ".join(classes)},
                )
    return _seats(request, public_id, session)


def _said_of_waiting(session: Session) -> str:
    if session.count_seats_taken() < session.capacity and session.school_quota:
        return _(
            "The seats for your school are taken: you are in the waiting list. You will be told by"
            " email of the next seat that you can have."
        )
    return _(
        "The session is full: you are in the waiting list. You will be told by email of the next"
        " seat that you can have."
    )


@require_POST
@requires(is_teacher)
def cancel_enrolment(request: PersonRequest, public_id: str) -> HttpResponse:
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related("session__training"),
        public_id=public_id,
    )
    form = CancelForm(request.POST)
    try:
        if enrolment.is_cancelled:
            messages.info(request, _("Your enrolment is cancelled already."))
        elif form.is_valid():
            had_a_seat = enrolment.holds_a_seat
            enrolments.cancel(
                enrolment=enrolment, by=request.user, reason=form.cleaned_data["reason"]
            )
            messages.success(
                request,
                (
                    _("Your seat is given back, and your calendar will be updated.")
                    if had_a_seat
                    else _("You have left the waiting list.")
                ),
            )
        else:
            messages.warning(
                request, " ".join(str(error) for errors in form.errors.values() for error in errors)
            )
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    if request.POST.get("back") == "mine":
        return redirect("training:mine")
    return _seats(request, enrolment.session.public_id, enrolment.session)


def _seats(request: PersonRequest, public_id: str, session: Session) -> HttpResponse:
    """The part of the page that changed, or the way back to the page."""
    if request.htmx:
        return render(
            request, "training/session.html#seats", page_context(request, find(request, public_id))
        )
    return redirect(session)
