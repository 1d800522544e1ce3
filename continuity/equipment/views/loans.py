"""Loans: what is out in a school, one loan with its return, and what a student has."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from continuity.enums import RETURNS
from continuity.equipment.forms import DueForm, ReturnForm
from continuity.equipment.queries.loans import (
    loans_followed_to,
    loans_kept_by,
    open_loans,
    reports_open_in,
    schools_of,
    signatory_corrections,
    told_of,
)
from continuity.equipment.queries.photos import counting_photos, has_come_back
from continuity.equipment.queries.returns import returned, with_history
from continuity.equipment.queries.swaps import possible_swaps
from continuity.equipment.services import returns
from continuity.models import Loan, LoanLine
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.permissions import (
    PersonRequest,
    keeps_students,
    kept_school,
    requires,
)

A_PAGE = 50


def still_out(loan: Loan) -> list[LoanLine]:
    return [line for line in loan.lines.all() if line.back_at is None]


@require_safe
@requires(keeps_students)
def school_loans(request: PersonRequest, public_id: str) -> HttpResponse:
    """What is out, in the order in which it is due."""
    school, today = kept_school(request, public_id), timezone.localdate()
    page = Paginator(open_loans(school), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "school": school,
        "page": page,
        "rows": [(loan, still_out(loan), loan.due_on < today) for loan in page],
        "reports": reports_open_in(school),
        "followed": loans_followed_to(school),
    }
    return render(request, "continuity/equipment/loans.html", context)


def _loan(request: PersonRequest, public_id: str) -> Loan:
    found = counting_photos(with_history(loans_kept_by(request.user)))
    return get_object_or_404(found, public_id=public_id)


@require_safe
@requires(keeps_students)
def loan(request: PersonRequest, public_id: str) -> HttpResponse:
    return _loan_page(request, _loan(request, public_id))


def _loan_page(request: PersonRequest, found: Loan, refused: str = "") -> HttpResponse:
    """Refused, with what was marked of the things that are still out."""
    out, led = still_out(found), request.user.places_as(Role.LEADER)
    request.shown_at = reverse("continuity:loan", args=[found.public_id])
    context = {
        "loan": found,
        "out": [_as_marked(line, request.POST) for line in out],
        "back": returned(found),
        "outcomes": [(one.value, one.label) for one in RETURNS],
        "refused": refused,
        "is_late": found.due_on < timezone.localdate() and bool(out),
        "form": DueForm(initial={"due_on": found.due_on.isoformat()}),
        "told": [one.display_name for one in told_of(found)] if out else [],
        "reports": [(line, line.reports.all()) for line in out if line.reports.all()],
        "next_schools": partial(schools_of, found.student),  # called if the student has left
        "left_over": getattr(found, "has_left_over", False) and found.school in led,
        "signatory_corrections": signatory_corrections(found),
        "swaps": possible_swaps(found) if getattr(found, "is_here", True) else [],
        "is_partial": bool(out) and has_come_back(found),
    }
    return render(
        request, "continuity/equipment/loan.html", context, status=422 if refused else 200
    )


def _as_marked(line: LoanLine, sent: QueryDict) -> tuple[LoanLine, str, bool]:
    """How it came back, as it was marked; and whether its data are gone."""
    return (
        line,
        sent.get(f"line-{line.public_id}", ""),
        f"erased-{line.public_id}" in sent,
    )


@require_POST
@requires(keeps_students)
def take_back(request: PersonRequest, public_id: str) -> HttpResponse:
    """The checklist: what isn't said of stays out."""
    found = _loan(request, public_id)
    form = ReturnForm(request.POST, lines=list(found.lines.all()))
    if not form.is_valid() or not form.outcomes:
        return _loan_page(request, found, _("Say of at least one thing how it came back."))
    try:
        after = returns.take_back(
            loan=found, outcomes=form.outcomes, by=request.user, erased=form.erased
        )
    except Refusal as refusal:
        found = _loan(request, public_id)  # a colleague was faster
        return _loan_page(request, found, f"{refusal.reason} {refusal.advice}".strip())
    messages.success(request, _what_is_left(after))
    return redirect("continuity:loan", found.public_id)


def _what_is_left(after: Loan) -> str:
    if after.ended_at:
        return _("Everything is back or written off: the loan has ended.")
    left = after.lines.filter(back_at__isnull=True).count()
    return ngettext(
        "It is saved. %(count)s thing is still out: the loan stays open for it.",
        "It is saved. %(count)s things are still out: the loan stays open for them.",
        left,
    ) % {"count": left}
