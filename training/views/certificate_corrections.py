"""Corrections of certificates: asked for by the holder, answered by a planner."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.exceptions import Refusal
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    keeps_what_was_typed,
    requires,
    signed_in,
)
from training.enums import RequestedChange, RequestState
from training.forms.certificate import CORRECTION_FORMS, CertificateAnswerForm
from training.models import Certificate, CertificateRequest
from training.queries.attendance import tally
from training.queries.certificates import requests_for
from training.rules import why_not_ask_for_correction
from training.services import certificate_corrections as corrections
from training.values import needed_minutes

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@requires(signed_in)
@keeps_what_was_typed
def ask_for_correction(request: PersonRequest, code: str) -> HttpResponse:
    """The holder says what the certificate should read, and why."""
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("person", "replaced_by"),
        code=code,
    )
    change = _change_asked(request)
    form = CORRECTION_FORMS[change](
        request.POST or None,
        certificate=certificate,
        initial=_words_withdrawn(certificate, change),
    )
    if form.is_valid():
        try:
            corrections.ask(
                certificate=certificate, change=form.change, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request, _("Your request is with the training planners: the answer comes by email.")
            )
            return redirect("training:certificates")
    waiting = certificate.requests.open().first()
    context = {
        "certificate": certificate,
        "words": certificate.content[translation.get_language()],
        "form": form,
        "change": change,
        "changes": RequestedChange,
        "refusal": why_not_ask_for_correction(certificate, waiting=waiting),
    }
    return render(
        request, "training/certificate_correct.html", context, status=422 if form.is_bound else 200
    )


def _words_withdrawn(certificate: Certificate, change: RequestedChange) -> dict:
    """Return the form's initial values from the holder's withdrawn request: whoever changes their
    mind needn't type it again.
    """
    withdrawn = certificate.requests.filter(state=RequestState.WITHDRAWN, change=change).first()
    return {"minutes": withdrawn.wanted_minutes, "reason": withdrawn.reason} if withdrawn else {}


@require_POST
@requires(signed_in)
def withdraw_correction(request: PersonRequest, public_id: str) -> HttpResponse:
    """The holder no longer wants what they asked for."""
    asked = get_object_or_404(
        CertificateRequest, public_id=public_id, certificate__person=request.user
    )
    try:
        corrections.withdraw(request=asked)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request,
            _("The request is withdrawn: the certificate stays as it is. You can ask again."),
        )
    return redirect("training:certificates")


def _change_asked(request: PersonRequest) -> RequestedChange:
    wanted = request.GET.get("change", "")
    return RequestedChange(wanted) if wanted in RequestedChange.values else RequestedChange.NAME


@require_safe
@requires(is_planner)
def certificate_requests(request: PersonRequest) -> HttpResponse:
    """List the requests that wait for an answer, the oldest first; then those that were
    answered.
    """
    asked = requests_for(request.user)
    answered = Paginator(
        asked.exclude(answered_at=None).order_by("-answered_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = {"waiting": asked.open().order_by("asked_at", "pk"), "page": answered}
    return render(request, "training/certificate_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_planner)
@keeps_what_was_typed
def certificate_request(request: PersonRequest, public_id: str) -> HttpResponse:
    """Replace the certificate, or say why it stays as it is. One's own request isn't there."""
    asked = get_object_or_404(
        requests_for(request.user).select_related(
            "certificate__person",
            "certificate__replaced_by",
            "certificate__enrolment__session__training__resource",
            "answered_by",
        ),
        public_id=public_id,
    )
    form = CertificateAnswerForm(request.POST or None, request=asked)
    if form.is_valid():
        try:
            said = _answer(request, asked, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, said)
            return redirect("training:certificate_requests")
    session = asked.certificate.enrolment.session
    counted = tally(session)
    context = {
        "asked": asked,
        "certificate": asked.certificate,
        "words": asked.certificate.content[translation.get_language()],
        "form": form,
        "stated": counted.followed.get(asked.certificate.enrolment_id, 0),
        "needed": needed_minutes(counted.real_minutes, session.threshold_percent),
        "real_minutes": counted.real_minutes,
    }
    return render(
        request, "training/certificate_request.html", context, status=422 if form.is_bound else 200
    )


def _answer(request: PersonRequest, asked, given: dict) -> str:
    if request.POST.get("step") == "replace":
        corrected = corrections.replace(
            request=asked, by=request.user, minutes=given.get("minutes"), reason=given["reason"]
        )
        return _("Certificate no. %(number)s replaces it. Its holder gets it by email.") % {
            "number": corrected.number
        }
    corrections.refuse(request=asked, reason=given["reason"], by=request.user)
    return _("The certificate stays as it is. Its holder is told why.")
