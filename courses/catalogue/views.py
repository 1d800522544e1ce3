"""Licences from a table, for registrars; what resources cost, for the Region."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalogue.exceptions import AmountsSetMeanwhile
from courses.catalogue.forms import CostsForm
from courses.catalogue.models import Resource
from courses.catalogue.queries import costs_of
from courses.catalogue.services import LicencesImport, set_costs
from courses.dates import school_year_asked, school_year_begun
from courses.people.models import today
from courses.people.permissions import (
    PersonRequest,
    is_officer,
    is_registrar,
    keeps_what_was_typed,
    requires,
)
from courses.people.views.start import StartTable, table_file, table_page

LICENCES = StartTable(
    address="catalogue:import_licences",
    export="catalogue:export_licences",
    heading=gettext_lazy("Licences from a table"),
    lead=gettext_lazy(
        "Add and change many subscriptions at once. Nothing is saved before you have seen every"
        " line."
    ),
    kind=LicencesImport,
)


@require_http_methods(["GET", "POST"])
@requires(is_registrar)
def import_licences(request: PersonRequest):
    return table_page(request, LICENCES)


@require_safe
@requires(is_registrar)
def export_licences(request: PersonRequest):
    return table_file(LicencesImport(), _("licences"))


@require_http_methods(["GET", "POST"])
@requires(is_officer)
@keeps_what_was_typed
def costs(request: PersonRequest) -> HttpResponse:
    """What each resource costs in a school year: this one, unless another is asked for."""
    this_year = school_year_begun(today())
    asked = school_year_asked(request.GET.get("year") or str(this_year))
    if asked is None and request.method == "POST":
        raise Http404
    year = asked or this_year
    stored = costs_of(year)
    resources = list(Resource.objects.all())
    form = CostsForm(request.POST or None, resources=resources, amounts=stored)
    if not form.is_bound:
        return _form_of_costs(request, form, year, is_no_year=asked is None)
    if not form.is_valid():
        form.show_stored(stored)
        return _form_of_costs(request, form, year, status=422)
    try:
        set_costs(school_year=year, changes=form.changes, by=request.user)
    except AmountsSetMeanwhile as refusal:
        form.refuse(refusal)
        what = f"{refusal.reason} {refusal.advice}"
        return _form_of_costs(request, form, year, what=what, status=409)
    messages.success(request, _("The amounts are kept."))
    return redirect(f"{request.path}?year={year}")


def _form_of_costs(
    request: PersonRequest,
    form: CostsForm,
    year: int,
    *,
    what: str = "",
    is_no_year: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`what`: is said above the list of what is wrong. `is_no_year`: one was asked for that no page shows."""
    context = {
        "form": form,
        "year": year,
        "years": [year + 1, year, year - 1],
        "what": what,
        "is_no_year": is_no_year,
    }
    return render(request, "catalogue/costs.html", context, status=status)
