"""Certificates for training planners: found by filters, downloaded together."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_planner, requires
from training.forms.issued import CertificatesForm
from training.models import Certificate
from training.queries import issued as queries
from training.services import papers
from training.views.planning_list import query_without

ON_A_PAGE = 25


@require_safe
@requires(is_planner)
def issued_certificates(request: PersonRequest) -> HttpResponse:
    """The newest first."""
    form = CertificatesForm(request.GET)
    form.is_valid()
    found = queries.issued(form.asked).order_by("-issued_at", "-pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [_row(certificate) for certificate in page.object_list],
        "query": query_without(request.GET, "page"),
        "is_filtered": bool(form.asked.filled),
        "session": form.cleaned_data.get("session"),
        "all_sessions": f"?{query_without(request.GET, 'session')}",
        "number": queries.valid_ones(form.asked).count(),
    }
    return render(request, "training/planning/certificates.html", context)


def _row(certificate: Certificate) -> dict:
    return {
        "certificate": certificate,
        "words": certificate.content[translation.get_language()],
        "holder": queries.holder(certificate),
        "state": queries.state_of(certificate),
    }


@require_POST
@requires(is_planner)
def certificates_as_zip(request: PersonRequest) -> HttpResponse:
    """The files of the list that the address asks for: the worker puts them together."""
    form = CertificatesForm(request.GET)
    form.is_valid()
    try:
        paper = papers.ask_for_certificates(asked=form.asked, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        back = reverse("training:issued_certificates")
        return redirect(f"{back}?{query_without(request.GET, 'page')}")
    return redirect("people:paper", paper.public_id)
