"""The start of a real school: a table is read, what it would change is shown, and then written.

The table stays in the form, signed: nothing is kept on the server, and what is written is read anew
from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.people.permissions import PersonRequest, is_registrar, keeps_what_was_typed, requires
from courses.people.services.organisations import OrganisationsImport
from courses.people.services.start import PeopleImport
from courses.tables.enums import LineState
from courses.tables.exceptions import PlanChanged
from courses.tables.forms import TableForm
from courses.tables.services import files, imports
from courses.tables.services.imports import TableImport
from courses.tables.values import Column

SALT = "courses.people.table"
A_DAY = 24 * 60 * 60
LOOKS = {
    LineState.NEW: ("moved", "plus"),
    LineState.CHANGED: ("wait", "pencil"),
    LineState.UNCHANGED: ("calm", "check"),
    LineState.WRONG: ("warn", "circle-alert"),
}


@dataclass(frozen=True)
class StartTable:
    """The pages of one kind of table: their words, and the service behind them."""

    address: str  # name of the page's address
    export: str
    heading: object
    lead: object
    kind: Callable[[], TableImport]
    can_invite: bool = False
    can_paste: bool = False
    school: Organisation | None = None  # whose leader keeps it; none: an adviser's

    @property
    def columns(self) -> Sequence[Column]:
        return self.kind().columns

    @property
    def of(self) -> list[str]:
        return [self.school.public_id] if self.school else []

    @property
    def url(self) -> str:
        return reverse(self.address, args=self.of)

    @property
    def export_url(self) -> str:
        return reverse(self.export, args=self.of)


PEOPLE = StartTable(
    address="people:import_people",
    export="people:export_people",
    heading=gettext_lazy("People from a table"),
    lead=gettext_lazy(
        "Add and change many accounts at once. Nothing is saved before you have seen every line."
    ),
    kind=PeopleImport,
    can_invite=True,
)


@require_http_methods(["GET", "POST"])
@requires(is_registrar)
@keeps_what_was_typed
def import_people(request: PersonRequest):
    return table_page(request, PEOPLE)


@require_safe
@requires(is_registrar)
def export_people(request: PersonRequest):
    return table_file(PeopleImport(), _("people"))


ORGANISATIONS = StartTable(
    address="people:import_organisations",
    export="people:export_organisations",
    heading=gettext_lazy("Organisations from a table"),
    lead=gettext_lazy(
        "All lycées of a region at once, and providers. Nothing is saved before you have seen every"
        " line."
    ),
    kind=OrganisationsImport,
)


@require_http_methods(["GET", "POST"])
@requires(is_registrar)
@keeps_what_was_typed
def import_organisations(request: PersonRequest):
    return table_page(request, ORGANISATIONS)


@require_safe
@requires(is_registrar)
def export_organisations(request: PersonRequest):
    return table_file(OrganisationsImport(), _("organisations"))


def table_page(request: PersonRequest, table: StartTable):
    """Choose a file; see what it would change; write it."""
    if "kept" in request.POST:
        return write(request, table)
    form = TableForm(
        request.POST or None,
        request.FILES or None,
        can_invite=table.can_invite,
        can_paste=table.can_paste,
    )
    if form.is_valid():
        try:
            return trial(request, table, form.text, form.cleaned_data.get("invited", False))
        except Refusal as refusal:
            form.add_error("file", refusal.reason)
    emptied = [column.heading for column in table.columns if column.can_be_emptied]
    context = {"table": table, "form": form, "emptied": emptied}
    return render(request, "people/table.html", context)


def trial(request: PersonRequest, table: StartTable, text: str, invited: bool):
    lines = table.kind().plan(files.read_table(text, table.columns))
    kept = [text, imports.fingerprint(lines), invited]
    counted = imports.counts(lines)
    context = {
        "table": table,
        "lines": [
            (line, *LOOKS[LineState(line.state)])
            for line in lines
            if line.state != LineState.UNCHANGED or line.notes
        ],
        "noted": any(line.notes for line in lines),
        "counted": [
            (LineState(state).counted(number), *LOOKS[LineState(state)])
            for state, number in counted.items()
            if number
        ],
        "wrong": counted[LineState.WRONG],
        "to_write": counted[LineState.NEW] + counted[LineState.CHANGED],
        "invited": invited,
        "kept": signing.dumps(kept, salt=salt_of(request), compress=True),
    }
    return render(request, "people/table_trial.html", context)


def write(request: PersonRequest, table: StartTable):
    """Read the kept table anew; when it would now do something else than was shown, show that
    instead.
    """
    try:
        text, shown, invited = signing.loads(
            request.POST["kept"], salt=salt_of(request), max_age=A_DAY
        )
        rows = files.read_table(text, table.columns)
        lines = table.kind().apply(
            rows, by=request.user, shown=shown, **({"invited": invited} if table.can_invite else {})
        )
    except signing.BadSignature:
        messages.warning(
            request,
            _("This table is too old, or not yours: choose the file again. Nothing was saved."),
        )
    except PlanChanged as refusal:
        messages.warning(request, refusal.reason)
        return trial(request, table, text, invited)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        written = sum(line.state != LineState.UNCHANGED for line in lines)
        messages.success(
            request,
            ngettext("%(count)s line is saved.", "%(count)s lines are saved.", written)
            % {"count": written},
        )
    return redirect(table.url)


def salt_of(request: PersonRequest) -> str:
    """A table that one adviser was shown is not written by another."""
    return f"{SALT}.{request.user.pk}.{request.path_info}"


def table_file(kind: TableImport, name: str) -> HttpResponse:
    answer = HttpResponse(
        files.write_table(kind.columns, kind.export_rows()), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = content_disposition_header(
        True, f"passerelle-{name}.csv"
    )
    return answer
