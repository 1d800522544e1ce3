"""Certificates for training planners: found by filters, downloaded together."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_planner, requires
from courses.tables.services.files import write_rows
from training.forms.issued import CertificatesForm, HoursYearForm
from training.models import Certificate
from training.queries import issued as queries
from training.services import certificates, papers
from training.values import school_year_name
from training.views.planning_list import query_without

ON_A_PAGE = 25


@require_safe
@requires(is_planner)
def issued_certificates(request: PersonRequest) -> HttpResponse:
    """The newest first."""
    years = queries.school_years()
    form = CertificatesForm(request.GET, years=years)
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
        "hours_form": HoursYearForm(auto_id="hours-%s", years=years) if years else None,
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
    form = CertificatesForm(request.GET, years=queries.school_years())
    form.is_valid()
    try:
        paper = papers.ask_for_certificates(asked=form.asked, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        back = reverse("training:issued_certificates")
        return redirect(f"{back}?{query_without(request.GET, 'page')}")
    return redirect("people:paper", paper.public_id)


@require_safe
@requires(is_planner)
def export_hours(request: PersonRequest) -> HttpResponse:
    """The certified hours of a school year, for the académie's own tool: a line for each teacher and
    training. Who took it is logged.
    """
    years = queries.school_years()
    if not years:
        return redirect("training:issued_certificates")
    year = HoursYearForm(request.GET, years=years).chosen or years[0]
    rows = (_cells_of_hours(certificate) for certificate in queries.hours_of_everybody(year))
    content = write_rows(_headings_of_hours(), rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="training-hours-{year}-{year + 1}.csv"'
    response["Cache-Control"] = "private, no-store"
    certificates.record_hours_export(year=school_year_name(year), by=request.user)
    return response


def _headings_of_hours() -> list[str]:
    """Headings in the order that docs/operations.md tells: other tools read these columns."""
    return [
        pgettext("column", "Login"),
        _("Name on the certificate"),
        _("School"),
        "UAI",
        _("Training"),
        _("Resource"),
        _("Provider"),
        _("First date"),
        _("Last date"),
        _("Minutes"),
        _("Hours"),
        _("Number"),
        _("Code"),
        _("Issued on"),
        _("State"),
    ]


def _cells_of_hours(certificate: Certificate) -> list[str]:
    session, school = certificate.enrolment.session, certificate.enrolment.school
    minutes = queries.minutes_that_count(certificate)
    hours = f"{minutes / 60:.2f}"
    return [
        certificate.person.login,
        queries.holder(certificate),
        str(school),
        school.uai or "",
        certificate.words["title"],
        session.resource.name,
        session.provider.name,
        f"{timezone.localtime(session.starts_at):%d/%m/%Y}",
        f"{timezone.localtime(session.ends_at):%d/%m/%Y}",
        str(minutes),
        hours if translation.get_language() == "en" else hours.replace(".", ","),
        certificate.number,
        certificate.code,
        f"{timezone.localtime(certificate.issued_at):%d/%m/%Y}",
        str(queries.state_of(certificate).label),
    ]
