"""While a thing is out: the desk prolongs, stops reminders, reads reports; student and family report,
and read a receipt.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import ReportKind
from continuity.equipment.forms import DueForm
from continuity.equipment.queries.loans import loans_kept_by, loans_of
from continuity.equipment.queries.returns import corrections_of, returned, with_history
from continuity.equipment.services import while_out
from continuity.models import Loan, LoanLine
from continuity.permissions import student_shown
from courses.dates import date_words
from courses.exceptions import Refusal
from courses.people.models import Organisation, Person
from courses.people.permissions import PersonRequest, is_student, keeps_students, requires

MISTAKE = "none"  # beside the kinds of a report


@require_POST
@requires(keeps_students)
def prolong(request: PersonRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(loans_kept_by(request.user), public_id=public_id)
    form = DueForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(one) for one in form.errors["due_on"]))
        return redirect("continuity:loan", found.public_id)
    try:
        while_out.prolong(loan=found, due_on=form.cleaned_data["due_on"])
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        day = date_words(form.cleaned_data["due_on"])
        messages.success(request, _("The last day is now %(day)s.") % {"day": day})
    return redirect("continuity:loan", found.public_id)


@require_POST
@requires(keeps_students)
def remind(request: PersonRequest, public_id: str) -> HttpResponse:
    """`on`: again; else no more."""
    found = get_object_or_404(loans_kept_by(request.user), public_id=public_id)
    while_out.remind(loan=found, on=bool(request.POST.get("on")))
    messages.success(request, _("It is saved."))
    return redirect("continuity:loan", found.public_id)


@require_POST
@requires(keeps_students)
def follow(request: PersonRequest, public_id: str) -> HttpResponse:
    """`to`: the student's next school; empty: it doesn't follow."""
    found = get_object_or_404(loans_kept_by(request.user), public_id=public_id)
    sent = request.POST.get("to")
    to = get_object_or_404(Organisation, public_id=sent) if sent else None
    try:
        while_out.follow(loan=found, to=to, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("It is saved."))
    return redirect("continuity:loan", found.public_id)


@require_POST
@requires(keeps_students)
def settle(request: PersonRequest, public_id: str) -> HttpResponse:
    """Read and dealt with: each `report` that stood on the page; the thing stays out."""
    lines = LoanLine.objects.filter(loan__in=Loan.objects.kept_by(request.user))
    found = get_object_or_404(lines.select_related("loan"), public_id=public_id)
    sent = request.POST.getlist("report")
    read = [one for one in found.reports.all() if str(one.pk) in sent]
    while_out.settle(line=found, reports=read)
    messages.success(request, _("It is saved."))
    return redirect("continuity:loan", found.loan.public_id)


# By student and family


@dataclass(frozen=True)
class Reader:
    """Who reports or reads, and the page to go back to."""

    person: Person
    back: str
    back_word: str
    by_link: bool = False


def report_page(request: HttpRequest, line: LoanLine, reader: Reader) -> HttpResponse:
    """One press more says which it is, or that it was a mistake."""
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        try:
            if kind in ReportKind.values:
                while_out.report(line=line, kind=kind, by=reader.person)
                messages.success(request, _("The school reads it from now on."))
            elif kind == MISTAKE and while_out.withdraw_report(line=line, by=reader.person):
                messages.success(request, _taken_back(line, reader.person))
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return redirect(reader.back)
    reported = list(line.reports.open())
    context = {
        "line": line,
        "reader": reader,
        "kinds": ReportKind.choices,
        "own": [one for one in reported if one.reported_by_id == reader.person.pk],
        "by_others": [one for one in reported if one.reported_by_id != reader.person.pk],
        "mistake": MISTAKE,
    }
    return render(request, "continuity/equipment/report.html", context)


def _taken_back(line: LoanLine, person: Person) -> str:
    before = line.reports.open().filter(reported_by=person).first()
    if before is None:
        return _("Your report is taken back.")
    said = _("Your report is taken back. What you had said before holds again: %(what)s.")
    return said % {"what": before.get_kind_display()}


def receipt_page(request: HttpRequest, loan: Loan, reader: Reader) -> HttpResponse:
    lines = list(loan.lines.all())
    context = {
        "loan": loan,
        "back": returned(loan),
        "corrections": corrections_of(loan),
        "out": [line for line in lines if not line.back_at],
        "reader": reader,
    }
    return render(request, "continuity/equipment/receipt.html", context)


def _student(request: PersonRequest) -> Reader:
    student = student_shown(request)
    return Reader(student, reverse("continuity:my_loans"), _("Lent to me"))


@require_http_methods(["GET", "POST"])
@requires(is_student)
def my_report(request: PersonRequest, public_id: str) -> HttpResponse:
    reader = _student(request)
    own = LoanLine.objects.filter(loan__student=reader.person).select_related("thing", "loan")
    return report_page(request, get_object_or_404(own, public_id=public_id), reader)


@require_safe
@requires(is_student)
def my_receipt(request: PersonRequest, public_id: str) -> HttpResponse:
    reader = _student(request)
    found = get_object_or_404(with_history(loans_of(reader.person)), public_id=public_id)
    return receipt_page(request, found, reader)
