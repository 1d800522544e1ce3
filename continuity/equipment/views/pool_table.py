"""Many things at once: a table is read, what it would change is shown, and then written.

The table stays in the form, signed: nothing is kept on the server, and what is written is read anew
from it.
"""

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from continuity.equipment.forms import PoolTableForm
from continuity.equipment.services.pool_table import COLUMNS, PoolImport
from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.people.permissions import (
    PersonRequest,
    keeps_students,
    keeps_what_was_typed,
    kept_school,
    requires,
)
from courses.tables.enums import LineState
from courses.tables.exceptions import PlanChanged
from courses.tables.services import files, imports

A_DAY = 24 * 60 * 60
LOOKS = {
    LineState.NEW: ("moved", "plus"),
    LineState.CHANGED: ("wait", "pencil"),
    LineState.UNCHANGED: ("calm", "check"),
    LineState.WRONG: ("warn", "circle-alert"),
}


def _salt(request: PersonRequest) -> str:
    """A table that one person was shown isn't written by another."""
    return f"continuity.pool.{request.user.pk}.{request.path_info}"


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
@keeps_what_was_typed
def import_items(request: PersonRequest, public_id: str) -> HttpResponse:
    school = kept_school(request, public_id)
    if "kept" in request.POST:
        return _write(request, school)
    form = PoolTableForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return _trial(request, school, form.text)
        except Refusal as refusal:
            form.add_error("file", refusal.reason)
    context = {"school": school, "form": form, "columns": COLUMNS}
    return render(
        request,
        "continuity/equipment/pool_table.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _trial(request: PersonRequest, school: Organisation, text: str) -> HttpResponse:
    lines = PoolImport(school).plan(files.read_table(text, COLUMNS))
    counted = imports.counts(lines)
    context = {
        "school": school,
        "lines": [
            (line, *LOOKS[LineState(line.state)])
            for line in lines
            if line.state != LineState.UNCHANGED
        ],
        "counted": [
            (LineState(state).counted(number), *LOOKS[LineState(state)])
            for state, number in counted.items()
            if number
        ],
        "wrong": counted[LineState.WRONG],
        "to_write": counted[LineState.NEW] + counted[LineState.CHANGED],
        "kept": signing.dumps(
            [text, imports.fingerprint(lines)], salt=_salt(request), compress=True
        ),
    }
    return render(request, "continuity/equipment/pool_trial.html", context)


def _write(request: PersonRequest, school: Organisation) -> HttpResponse:
    """When it would now do something else than was shown, show that instead."""
    try:
        text, seen = signing.loads(request.POST["kept"], salt=_salt(request), max_age=A_DAY)
        rows = files.read_table(text, COLUMNS)
        lines = PoolImport(school).apply(rows, by=request.user, shown=seen)
    except signing.BadSignature:
        messages.warning(
            request,
            _("This table is too old, or not yours: choose the file again. Nothing was saved."),
        )
        return redirect("continuity:import_things", school.public_id)
    except PlanChanged as refusal:
        messages.warning(request, refusal.reason)
        return _trial(request, school, text)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return redirect("continuity:import_things", school.public_id)
    written = sum(line.state != LineState.UNCHANGED for line in lines)
    messages.success(
        request,
        ngettext("%(count)s line is saved.", "%(count)s lines are saved.", written)
        % {"count": written},
    )
    return redirect("continuity:pool", school.public_id)


@require_safe
@requires(keeps_students)
def export_items(request: PersonRequest, public_id: str) -> HttpResponse:
    """The pool in the form in which it can be brought back."""
    school = kept_school(request, public_id)
    content = files.write_table(COLUMNS, PoolImport(school).export_rows())
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="passerelle-{_("things")}.csv"'
    return response
