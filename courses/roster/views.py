"""A school's directory, kept by its leaders and its office."""

import io
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.exceptions import Refusal
from courses.people.models import Organisation, today
from courses.people.permissions import (
    PersonRequest,
    is_leader,
    is_registrar,
    keeps_students,
    kept_school,
    leads,
    led_school,
    posted_from,
    requires,
)
from courses.roster import queries, rules
from courses.roster.enums import OF_FAMILIES, ImportState
from courses.roster.exceptions import AnotherDirectory
from courses.roster.forms import ARCHIVE, ArchiveForm, DirectoryForm, FolderForm, YesForm
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import (
    academy_pages,
    applying,
    asking,
    other_directories,
    practice,
    receiving,
    undoing,
)
from courses.roster.services import folder as folders
from courses.roster.services.holding import last_import, waits_before_undoing

COMPARED = (ImportState.WAITING, ImportState.NOTHING)


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def school_roster(request: PersonRequest, public_id: str) -> HttpResponse:
    """Choose the archive; the imports so far."""
    school = kept_school(request, public_id)
    form = ArchiveForm(request.POST or None, request.FILES or None)
    refusal = None
    if form.is_valid():
        try:
            made = receiving.receive(
                school=school, data=form.cleaned_data[ARCHIVE].read(), by=request.user
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("roster:import", made.public_id)
    return _school_page(request, school, form=form, refusal=refusal)


@posted_from("roster:school")
@requires(keeps_students)
def set_folder(request: PersonRequest, public_id: str) -> HttpResponse:
    """Whether and how the school takes the sets that come into its folder."""
    school = kept_school(request, public_id)
    if "leave" in request.POST:
        folders.leave_folder(school)
        messages.success(request, _("Sets are no longer taken from the folder."))
        return redirect("roster:school", school.public_id)
    if folders.folder_of(school) is None:
        raise Http404
    form = FolderForm(request.POST, school=school)
    if not form.is_valid():
        return _school_page(request, school, folder_form=form, status=422)
    folders.set_folder(school=school, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved. Sets that come into the folder are taken."))
    return redirect("roster:school", school.public_id)


@posted_from("roster:school")
@requires(is_leader)
def choose_directory(request: PersonRequest, public_id: str) -> HttpResponse:
    """The school goes on with the directory of a set that was refused."""
    school = led_school(request, public_id)
    form = DirectoryForm(request.POST)
    if not form.is_valid():
        return _school_page(request, school, directory_form=form, status=422)
    other_directories.choose_directory(
        school=school, namespace=form.cleaned_data["namespace"], by=request.user
    )
    messages.success(
        request,
        _("Saved. Choose the set once more, or wait for the next one: nothing is applied yet."),
    )
    return redirect("roster:school", school.public_id)


@require_safe
@requires(keeps_students)
def practice_set(request: PersonRequest, public_id: str) -> FileResponse:
    """The demo's next set of the school, to be chosen on its page."""
    school = kept_school(request, public_id)
    data = practice.practice_set(school) if settings.ONE_CLICK_LOGINS else None
    if data is None:
        raise Http404
    name = f"{today():%Y-%m-%d}.zip"
    return FileResponse(io.BytesIO(data), as_attachment=True, filename=name)


def _school_page(
    request: PersonRequest,
    school: Organisation,
    *,
    form: ArchiveForm | None = None,
    refusal: Refusal | None = None,
    folder_form: FolderForm | None = None,
    directory_form: DirectoryForm | None = None,
    status: int = 200,
) -> HttpResponse:
    folder = RosterFolder.objects.filter(school=school).select_related("by", "school").first()
    initial = {
        "recipients": folder.recipients.all() if folder else [request.user],
        "applies_by_itself": folder is not None and folders.applies_by_itself(folder),
    }
    refused = refusal or (folder.last_refusal if folder else None)
    is_led = directory_form is None and leads(request.user, school)
    if is_led and isinstance(refused, AnotherDirectory):
        namespace = refused.values["now"]
        if not other_directories.is_chosen(school, namespace):
            directory_form = DirectoryForm(initial={"namespace": namespace})
    context = {
        "school": school,
        "directory_form": directory_form,
        "form": form or ArchiveForm(),
        "refusal": refusal,
        "imports": queries.imports_of(school),
        "takes_folders": folder or folders.folder_of(school),
        "can_practise": settings.ONE_CLICK_LOGINS and practice.practice_set(school) is not None,
        "folder": folder,
        "folder_form": folder_form or FolderForm(initial=initial, school=school),
    }
    return render(request, "roster/school.html", context, status=status)


@require_safe
@requires(is_registrar)
def academy_sets(request: PersonRequest, public_id: str = "") -> HttpResponse:
    """Sets of the whole académie, and what became of one, the latest if none is named."""
    page = academy_pages.academy_page(public_id, request.GET.get("page"))
    if page is None and public_id:
        raise Http404
    context = {"page": page, "has_folder": bool(settings.ROSTER_FOLDER)}
    return render(request, "roster/academy.html", context)


@require_safe
@requires(keeps_students)
def roster_import(request: PersonRequest, public_id: str) -> HttpResponse:
    """What the set changes, student by student, and why."""
    return _page(request, _kept(request, public_id))


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def apply_import(request: PersonRequest, public_id: str) -> HttpResponse:
    """A refused form is a page at this address: read, it leads to the set's."""
    one = _kept(request, public_id)
    if request.method == "GET":
        return redirect("roster:import", one.public_id)
    form = YesForm(
        request.POST,
        asks=one.asks_who_they_are,
        asks_of_guardians=leads(request.user, one.school) and one.asks_of_guardians,
        **_asks(request, one),
    )
    if not form.is_valid():
        return _page(request, one, form)
    try:
        applying.say_yes(
            one,
            by=request.user,
            also_leaving=form.cleaned_data["what"] == "all",
            they_are_the_same=form.cleaned_data["same"],
            guardians_are_the_same=form.cleaned_data["same_guardians"],
            teachers=form.said_of_teachers,
            others=form.cleaned_data["not_them"],
            students=form.said_of_students,
        )
    except Refusal as refusal:
        messages.error(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("The set is being applied; you may close this page."))
    return redirect("roster:import", one.public_id)


@require_POST
@requires(keeps_students)
def set_aside_import(request: PersonRequest, public_id: str) -> HttpResponse:
    one = _kept(request, public_id)
    try:
        applying.set_aside(one, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("The set is set aside: nothing of it was applied."))
    return redirect("roster:school", one.school.public_id)


@require_POST
@requires(keeps_students)
def undo_import(request: PersonRequest, public_id: str) -> HttpResponse:
    one = _kept(request, public_id)
    try:
        undoing.say_undo(one, by=request.user)
    except Refusal as refusal:
        messages.error(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("The import is being undone; you may close this page."))
    return redirect("roster:import", one.public_id)


def _kept(request: PersonRequest, public_id: str) -> RosterImport:
    held = RosterImport.objects.kept_by(request.user).select_related("school", "by")
    return get_object_or_404(held, public_id=public_id)


def _asks(request: PersonRequest, one: RosterImport) -> dict[str, Any]:
    """What the form asks. Of teachers only a leader says whose account it is."""
    return {
        "asked": asking.asked_teachers(one) if leads(request.user, one.school) else [],
        "sure": other_directories.sure_students(one),
        "students": other_directories.asked_students(one),
    }


def _page(request: PersonRequest, one: RosterImport, form: YesForm | None = None) -> HttpResponse:
    now = timezone.now()
    last = last_import(one.school) if one.state == ImportState.APPLIED else None
    kind = request.GET.get("kind", "")
    is_led = leads(request.user, one.school)  # others read no guardian's name
    hidden = () if is_led else OF_FAMILIES
    page = queries.import_page(one, kind, request.GET.get("page"), hidden=hidden)
    context = {
        "page": page,
        "leads": is_led,
        "untouched": queries.untouched(one) if page.is_waiting else [],
        "staying": queries.staying_teachers(one) if page.is_waiting else [],
        "staying_guardians": queries.staying_guardians(one)
        if is_led and one.state in COMPARED
        else [],
        "kind": kind,
        "one": one,
        "form": form
        or YesForm(
            asks=bool(page.same_perhaps),
            asks_of_guardians=is_led and bool(page.guardians_same_perhaps),
            **_asks(request, one),
        ),
        "why_not": rules.why_not_close(one, now=now),
        "can_undo": rules.why_not_undo(one, last, now=now) is None,
        "waits_before": waits_before_undoing(one, now),
    }
    return render(request, "roster/import.html", context, status=422 if form else 200)
