"""A school's timetable from files, kept by its leaders: chosen, read, applied, undone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.school.forms.timetable_files import (
    AppliedForm,
    TimetableChoicesForm,
    TimetableFilesForm,
)
from continuity.school.services import timetable_files as keeping
from continuity.school.views import timetable_page
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.permissions import (
    PersonRequest,
    is_leader,
    keeps_what_was_typed,
    led_school,
    requires,
)
from courses.timetables.exceptions import TimetableWaits
from courses.timetables.models import TimetableImport
from courses.timetables.queries import imports_of
from courses.timetables.services import applying, comparing, matching, receiving, undoing


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def choose_files(request: PersonRequest, public_id: str) -> HttpResponse:
    """Choose the files; those so far."""
    found = led_school(request, public_id)
    form, refusal = TimetableFilesForm(request.POST or None, request.FILES or None), None
    if form.is_valid():
        try:
            made = receiving.receive(
                school=found, files=form.cleaned_data["timetables"], by=request.user
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("continuity:timetable_import", made.public_id)
    imports = imports_of(found)
    waits = any(one.is_waiting for one in imports)
    context = {
        "school": found,
        "form": None if waits else form,
        "refusal": TimetableWaits() if waits else refusal,
        "imports": imports,
    }
    status = 422 if form.is_bound else 200
    return render(request, "continuity/school/timetable_files.html", context, status=status)


@require_safe
@requires(is_leader)
def timetable_import(request: PersonRequest, public_id: str) -> HttpResponse:
    """What the files change, class by class."""
    one = _led(request, public_id)
    if one.is_waiting:
        return _waiting(request, comparing.waiting(one))
    context = {"one": one, "can_undo": undoing.may_undo(one, timezone.now())}
    return render(request, "continuity/school/timetable_import.html", context)


def _waiting(
    request: PersonRequest,
    compared: comparing.WaitingTimetable,
    form: TimetableChoicesForm | None = None,
) -> HttpResponse:
    context = {
        "one": compared.one,
        "diff": compared.diff,
        "why_not": applying.why_not_from(compared.one.since, timezone.now()),
        "form": form or TimetableChoicesForm(compared=compared),
        "to_match": sum(row.is_to_match for row in compared.words()),
        "files": timetable_page.notes_of(compared),
        "classes": timetable_page.classes_of(compared.diff),
        "left_out": timetable_page.left_out_of(compared.diff),
    }
    status = 422 if form else 200
    return render(request, "continuity/school/timetable_import.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
@keeps_what_was_typed
def choose(request: PersonRequest, public_id: str) -> HttpResponse:
    """What the words mean, whose hours the files cover, from when on they apply."""
    one = _led(request, public_id)
    if request.method == "GET" or not one.is_waiting:
        return redirect("continuity:timetable_import", one.public_id)
    compared = comparing.waiting(one)
    form = TimetableChoicesForm(request.POST, compared=compared)
    if not form.is_valid():
        return _waiting(request, compared, form)
    try:
        matching.choose(one, **form.choices)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("Your choices are kept: these are the changes now."))
    return redirect("continuity:timetable_import", one.public_id)


@require_POST
@requires(is_leader)
def apply(request: PersonRequest, public_id: str) -> HttpResponse:
    one, form = _led(request, public_id), AppliedForm(request.POST)
    shown = form.cleaned_data["shown"] if form.is_valid() else ""
    try:
        keeping.apply(one, by=request.user, shown=shown)
    except Refusal as refusal:
        messages.error(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("The timetable is applied."))
    return redirect("continuity:timetable_import", one.public_id)


@require_POST
@requires(is_leader)
def set_aside(request: PersonRequest, public_id: str) -> HttpResponse:
    one = _led(request, public_id)
    try:
        applying.set_aside(one, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("These files are set aside: nothing of them was applied."))
    return redirect("continuity:timetable_files", one.school.public_id)


@require_POST
@requires(is_leader)
def undo(request: PersonRequest, public_id: str) -> HttpResponse:
    one = _led(request, public_id)
    try:
        keeping.undo(one, by=request.user)
    except Refusal as refusal:
        messages.error(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("The timetable is undone: the hours before it are back."))
    return redirect("continuity:timetable_import", one.public_id)


def _led(request: PersonRequest, public_id: str) -> TimetableImport:
    held = TimetableImport.objects.led_by(request.user.places_as(Role.LEADER))
    return get_object_or_404(held.select_related("school"), public_id=public_id)
