"""Licences from a table, for registrars; what resources cost, for the Region."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalogue.forms import CostsForm
from courses.catalogue.models import Resource
from courses.catalogue.queries import costs_of
from courses.catalogue.services import LicencesImport, set_costs
from courses.dates import school_year_asked
from courses.people.permissions import PersonRequest, is_officer, is_registrar, requires
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
def costs(request: PersonRequest) -> HttpResponse:
    """What each resource costs in a school year: this one, unless another is asked for."""
    year = school_year_asked(request.GET.get("year"))
    known = costs_of(year)
    form = CostsForm(
        request.POST or None,
        resources=Resource.objects.all(),
        initial={f"resource-{pk}": amount for pk, amount in known.items()},
    )
    if form.is_valid():
        set_costs(school_year=year, amounts=form.amounts, by=request.user)
        messages.success(request, _("The amounts are kept."))
        return redirect(f"{request.path}?year={year}")
    context = {"form": form, "year": year, "years": [year + 1, year, year - 1]}
    status = 422 if form.is_bound else 200
    return render(request, "catalogue/costs.html", context, status=status)
