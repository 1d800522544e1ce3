"""The provider's own list of who attended: upload, preview, difference, matching. For training
planners.

The file stays in the form, signed, until it is saved; nothing is kept on the server before.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_planner, requires
from courses.tables.enums import LineState
from courses.tables.exceptions import PlanChanged
from courses.tables.services import files, imports
from training import rules
from training.forms.provider_list import ProviderListForm
from training.models import Sheet, SheetLine
from training.queries.attendance import sheets_for
from training.services import provider_lists
from training.services.provider_lists import COLUMNS, ProviderListImport

SALT = "training.provider_list"
AN_HOUR = 60 * 60
LOOKS = {
    LineState.NEW: ("moved", "plus"),
    LineState.CHANGED: ("wait", "pencil"),
    LineState.UNCHANGED: ("calm", "check"),
    LineState.WRONG: ("warn", "circle-alert"),
}


@dataclass
class ShownName:
    """A name of the list, the sum of its lines, and the person that is matched or proposed."""

    field: str
    name: str
    minutes: int
    lines: int
    person: str = ""
    is_proposed: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_planner)
def provider_list(request: PersonRequest, public_id: str) -> HttpResponse:
    """Choose a file; see what it says and what it changes; save it; match it."""
    found = _find(request, public_id)
    if refusal := rules.why_not_list(found, now=timezone.now()):
        messages.warning(request, refusal.reason)
        return redirect("training:sheet", public_id)
    if "kept" in request.POST:
        return _save(request, found)
    form = ProviderListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return _preview(request, found, form.cleaned_data["file"])
        except Refusal as refusal:
            form.add_error("file", f"{refusal.reason} {refusal.advice}".strip())
    return _page(request, found, form)


@require_POST
@requires(is_planner)
def match_provider_list(request: PersonRequest, public_id: str) -> HttpResponse:
    found = _find(request, public_id)
    chosen = {
        one.name: request.POST[one.field] for one in _names(found) if one.field in request.POST
    }
    try:
        people = provider_lists.match(sheet=found, chosen=chosen, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request,
            ngettext(
                "%(count)s person has minutes from the list. They count once the sheet says so.",
                "%(count)s people have minutes from the list. They count once the sheet says so.",
                people,
            )
            % {"count": people},
        )
    return redirect("training:sheet", public_id)


@require_POST
@requires(is_planner)
def erase_provider_list(request: PersonRequest, public_id: str) -> HttpResponse:
    found = _find(request, public_id)
    try:
        provider_lists.erase(sheet=found, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("The list is erased, with the minutes that came from it."))
    return redirect("training:sheet", public_id)


def _find(request: PersonRequest, public_id: str) -> Sheet:
    return get_object_or_404(sheets_for(request.user), public_id=public_id)


def _page(request: PersonRequest, found: Sheet, form: ProviderListForm) -> HttpResponse:
    context = {
        "sheet": found,
        "form": form,
        "names": _names(found),
        "people": _people(found),
        "columns": COLUMNS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "training/provider_list.html", context, status=status)


def _preview(request: PersonRequest, found: Sheet, text: str) -> HttpResponse:
    kind = ProviderListImport(found)
    lines = kind.plan(files.read_table(text, COLUMNS, leaves_out_others=True))
    kept = [text, imports.fingerprint(lines)]
    counted = imports.counts(lines)
    context = {
        "sheet": found,
        "lines": [(line, *LOOKS[LineState(line.state)]) for line in lines],
        "counted": [
            (LineState(state).counted(number), *LOOKS[LineState(state)])
            for state, number in counted.items()
            if number
        ],
        "wrong": counted[LineState.WRONG],
        "missing": kind.missing,
        "total": len(lines),
        "kept": signing.dumps(kept, salt=_salt(request), compress=True),
    }
    return render(request, "training/provider_list_preview.html", context)


def _save(request: PersonRequest, found: Sheet) -> HttpResponse:
    try:
        text, shown = signing.loads(request.POST["kept"], salt=_salt(request), max_age=AN_HOUR)
        rows = files.read_table(text, COLUMNS, leaves_out_others=True)
        ProviderListImport(found).apply(rows, by=request.user, shown=shown)
    except signing.BadSignature:
        messages.warning(
            request,
            _("This table is too old, or not yours: choose the file again. Nothing was saved."),
        )
    except PlanChanged as refusal:
        if ProviderListImport(found).is_done(rows):
            return _saved(request, found)
        messages.warning(request, refusal.reason)
        return _preview(request, found, text)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        return _saved(request, found)
    return redirect("training:provider_list", found.public_id)


def _saved(request: PersonRequest, found: Sheet) -> HttpResponse:
    """Also to a second press."""
    messages.success(request, _("The list is saved. Now say whose its lines are."))
    return redirect("training:provider_list", found.public_id)


def _salt(request: PersonRequest) -> str:
    return f"{SALT}.{request.user.pk}.{request.path_info}"


def _names(found: Sheet) -> list[ShownName]:
    """One for each name, with the person that is matched, else proposed."""
    names: dict[str, ShownName] = {}
    for row in found.provider_rows.select_related("line"):
        shown = names.setdefault(row.name, ShownName(f"of-{row.pk}", row.name, 0, 0))
        shown.minutes += row.minutes
        shown.lines += 1
        shown.person = shown.person or (row.line.public_id if row.line else "")
    free = [one for one in names.values() if not one.person]
    proposed = provider_lists.proposed(
        [one.name for one in free], {line.public_id: name for line, name in _people(found)}
    )
    for one in free:
        one.person = proposed.get(one.name, "")
        one.is_proposed = bool(one.person)
    return list(names.values())


def _people(found: Sheet) -> list[tuple[SheetLine, str]]:
    lines = found.lines.participants().select_related("participation__enrolment__teacher")
    return sorted(
        (
            (line, line.participation.enrolment.teacher.display_name)
            for line in lines
            if line.participation
        ),
        key=lambda pair: pair[1],
    )
