"""Licences from a table, for advisers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalogue.services import LicencesImport
from courses.people.permissions import PersonRequest, is_registrar, requires
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
