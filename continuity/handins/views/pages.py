"""The pages of a hand-in, one by one: added, turned, moved, taken again, removed."""

from collections.abc import Callable
from textwrap import wrap

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.enums import PartKind
from continuity.handins.exceptions import GoneMeanwhile
from continuity.handins.forms import PhotoForm, RetakeForm
from continuity.handins.queries import (
    assignment_of,
    open_parts_of,
    parts_to_read,
    why_gone,
)
from continuity.handins.services import parts, uploads
from continuity.handins.values import LIMITS
from continuity.handins.views.desk import desk_for, given
from continuity.models import Assignment, HandInPart
from continuity.permissions import in_a_school, student_shown
from continuity.writing.views import outbox
from courses.documents.exceptions import FileLost
from courses.documents.services import serve_small
from courses.exceptions import Refusal
from courses.people.permissions import (
    PersonRequest,
    is_student,
    requires,
)

LINE_HEIGHT = 13  # of the words in a drawing of 90 by 120


@require_POST
@requires(is_student)
def add_photo(request: PersonRequest, public_id: str) -> HttpResponse:
    """One photo under its key.

    The answer repeats the key: a page that a network puts in its place doesn't.
    """
    assignment = assignment_of(student_shown(request), public_id)
    if assignment is None:
        return outbox.gone(
            request.POST.get("key"), why_gone(student_shown(request), public_id).reason
        )
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return outbox.refused(request.POST.get("key"), _("This isn’t a photo."), status=400)
    with translation.override(form.cleaned_data["language"] or translation.get_language()):
        return _added(request, assignment, form.cleaned_data)


def _added(request: PersonRequest, assignment: Assignment, said: dict) -> HttpResponse:
    try:
        part = parts.add_part(
            assignment=assignment,
            student=student_shown(request),
            key=said["key"],
            content=uploads.read(said["photo"], takes_sound=assignment.homework.takes_sound),
            expected=said["expected"],
            instead_of=said["instead_of"],
            receipt_key=said["receipt_key"],
        )
    except Refusal as refusal:
        return outbox.refused_for(str(said["key"]), refusal)
    desk = desk_for(request, assignment)
    told = {
        "key": str(said["key"]),
        "part": part.public_id,
        "arrived": len(desk.parts),
        "pages": _list(request, desk),
    }
    return JsonResponse(told)


def _part(request: PersonRequest, assignment: Assignment, page: str) -> HandInPart:
    """Return the page, or raise `GoneMeanwhile`, as after a second tap."""
    part = (
        open_parts_of(student_shown(request))
        .filter(handin__assignment__homework=assignment.homework_id, public_id=page)
        .first()
    )
    if part is None:
        raise GoneMeanwhile
    return part


def _list(request: HttpRequest, desk) -> str:
    return render_to_string(
        "continuity/handins/hand_in_pages.html", {"desk": desk, "limits": LIMITS}, request
    )


def _do(
    request: PersonRequest, public_id: str, page: str, service: Callable, **more
) -> HttpResponse:
    """Change one page; then the list of pages alone for htmx, else the whole page again."""
    assignment = given(request, public_id)
    try:
        service(part=_part(request, assignment, page), **more)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        if request.htmx:
            return HttpResponse(headers={"HX-Refresh": "true"})
    if request.htmx:
        return HttpResponse(_list(request, desk_for(request, assignment)))
    return redirect("continuity:hand_in", assignment.public_id)


@require_POST
@requires(is_student)
def turn_page(request: PersonRequest, public_id: str, page: str) -> HttpResponse:
    return _do(request, public_id, page, parts.turn)


@require_POST
@requires(is_student)
def move_page(request: PersonRequest, public_id: str, page: str) -> HttpResponse:
    """One place towards the beginning: any order can be made so."""
    return _do(request, public_id, page, parts.move_earlier)


@require_POST
@requires(is_student)
def remove_page(request: PersonRequest, public_id: str, page: str) -> HttpResponse:
    return _do(request, public_id, page, parts.remove)


@require_POST
@requires(is_student)
def retake_page(request: PersonRequest, public_id: str, page: str) -> HttpResponse:
    """Another photo in the place of this one, without a script."""
    form = RetakeForm(request.POST, request.FILES)
    return _do(
        request,
        public_id,
        page,
        parts.retake,
        sent=form.cleaned_data["photo"] if form.is_valid() else None,
    )


@require_safe
@requires(in_a_school)
def page_small(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """A photo in the size of a thumb. In place of one whose file is lost, a drawing that says so, as
    404: browsers show a picture whatever its status, and their own broken one fills the tile.
    """
    photos = parts_to_read(request.user).filter(kind=PartKind.PHOTO)
    part = get_object_or_404(photos, public_id=public_id)
    try:
        return serve_small(request, part.file)
    except FileLost:
        return _drawing_of_lost(request, part)


def _drawing_of_lost(request: HttpRequest, part: HandInPart) -> HttpResponse:
    """The tile turns its picture by `part.turned`: the words are turned back."""
    width, height = (120, 90) if part.turned % 180 else (90, 120)
    lines = wrap(_("This page can’t be found"), 15)
    top = height / 2 - LINE_HEIGHT * (len(lines) - 1) / 2
    drawing = {
        "width": width,
        "height": height,
        "turned": f"rotate({-part.turned} {width // 2} {height // 2})",
        "lines": [
            (width // 2, round(top + LINE_HEIGHT * at), line) for at, line in enumerate(lines)
        ],
    }
    return render(
        request,
        "continuity/handins/lost_page.svg",
        drawing,
        content_type="image/svg+xml",
        status=404,
    )
