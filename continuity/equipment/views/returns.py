"""What was noted of a return is corrected or estimated, and the desk's receipt."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import LOSSES
from continuity.equipment.forms import CorrectionForm, EstimateForm
from continuity.equipment.queries.loans import loans_kept_by
from continuity.equipment.queries.returns import lines_kept_by, with_history
from continuity.equipment.services import returns
from continuity.equipment.views.while_out import Reader, receipt_page
from continuity.models import LoanLine
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, keeps_students, requires


def _line(request: PersonRequest, public_id: str) -> LoanLine:
    return get_object_or_404(lines_kept_by(request.user), public_id=public_id)


def _page(
    request: PersonRequest,
    line: LoanLine,
    correction: CorrectionForm | None = None,
    estimate: EstimateForm | None = None,
) -> HttpResponse:
    latest = line.estimates.first()
    known = {"euros": latest.euros, "reason": latest.reason} if latest else {}
    now = {"outcome": line.outcome or "out", "is_erased": line.is_erased}
    context = {
        "line": line,
        "correction": correction or CorrectionForm(line=line, initial=now),
        "estimate": estimate or EstimateForm(initial=known) if line.outcome in LOSSES else None,
    }
    refused = correction or estimate
    request.shown_at = reverse("continuity:correct_return", args=[line.public_id])
    return render(
        request, "continuity/equipment/correct.html", context, status=422 if refused else 200
    )


def _refused(form: forms.Form, refusal: Refusal, field: str | None = None) -> None:
    form.add_error(field, f"{refusal.reason} {refusal.advice}".strip())


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def correct_return(request: PersonRequest, public_id: str) -> HttpResponse:
    """Something was noted wrongly: what had been noted stays on the page, and on the receipt."""
    line = _line(request, public_id)
    if line.back_at is None:
        return redirect("continuity:loan", line.loan.public_id)
    if request.method != "POST":
        return _page(request, line)
    form = CorrectionForm(request.POST, line=line)
    if form.is_valid():
        given, is_out = form.cleaned_data, form.cleaned_data["outcome"] == "out"
        try:
            returns.correct(
                line=line,
                outcome="" if is_out else given["outcome"],
                is_erased=given.get("is_erased", False),
                by=request.user,
            )
        except Refusal as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("It is corrected, and the receipt is written anew."))
            return redirect("continuity:loan", line.loan.public_id)
    return _page(request, line, correction=form)


@require_POST
@requires(keeps_students)
def estimate_loss(request: PersonRequest, public_id: str) -> HttpResponse:
    line, form = _line(request, public_id), EstimateForm(request.POST)
    if form.is_valid():
        try:
            returns.estimate(line=line, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            _refused(form, refusal, "euros")
        else:
            messages.success(request, _("The estimate is saved."))
            return redirect("continuity:loan", line.loan.public_id)
    return _page(request, line, estimate=form)


@require_POST
@requires(keeps_students)
def swap(request: PersonRequest, public_id: str) -> HttpResponse:
    """On to the other loan: there the thing that was brought can be taken back."""
    line = _line(request, public_id)
    other = _line(request, request.POST.get("other", ""))
    try:
        returns.swap(line=line, other=other, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return redirect("continuity:loan", line.loan.public_id)
    facts = {
        "name": line.loan.student.display_name,
        "number": other.thing.number,
        "other_name": other.loan.student.display_name,
        "other_number": line.thing.number,
    }
    said = _(
        "Exchanged: %(name)s has %(number)s now, %(other_name)s has %(other_number)s. Both receipts"
        " say so."
    )
    messages.success(request, said % facts)
    return redirect("continuity:loan", other.loan.public_id)


@require_safe
@requires(keeps_students)
def loan_receipt(request: PersonRequest, public_id: str) -> HttpResponse:
    """As the family reads it, for the desk to print."""
    found = get_object_or_404(with_history(loans_kept_by(request.user)), public_id=public_id)
    back = reverse("continuity:loan", args=[found.public_id])
    reader = Reader(request.user, back, found.student.display_name)
    return receipt_page(request, found, reader)
