"""A student hands in: photo by photo with a script, all at once without one; turns, moves, takes
again, removes; has a receipt.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import PartKind
from continuity.handins import rules
from continuity.handins.exceptions import GoneMeanwhile, HandedInAlready, StillMissing
from continuity.handins.forms import HandInForm, PhotoForm, RetakeForm
from continuity.handins.queries import (
    SHOWN,
    HandInDesk,
    assignment_of,
    desk_of,
    handins_of,
    latest_answer,
    open_parts_of,
    parts_to_read,
    versions_of,
    why_gone,
)
from continuity.handins.services import handins, parts, uploads
from continuity.handins.values import LIMITS
from continuity.homework.queries.own import own_of
from continuity.homework.rules import is_asked_again
from continuity.homework.views.homework import withdrawn
from continuity.models import Assignment, HandIn, HandInPart
from continuity.permissions import in_a_school, student_shown
from continuity.writing.views import outbox
from courses.documents.exceptions import TryAgain
from courses.documents.services import serve, serve_small
from courses.documents.values import PDF
from courses.exceptions import Refusal
from courses.jobs.queries import delay_of
from courses.notices import warn_of_saved
from courses.people.permissions import (
    PersonRequest,
    is_student,
    keeps_what_was_typed,
    left_files_out,
    requires,
)
from courses.required import required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_student)
@keeps_what_was_typed
def hand_in(request: PersonRequest, public_id: str) -> HttpResponse:
    """Put the work together and hand it in. Redirects to the receipt of a standing hand-in, unless
    a new version is begun or asked for.

    The page's script asks for JSON, and each answer to it repeats the form's key, as in
    `add_photo`.
    """
    assignment = assignment_of(student_shown(request), public_id)
    if assignment is None:
        return _withdrawn(request, public_id)
    desk = _desk(request, assignment)
    if request.method == "POST":
        return _sent(request, assignment, desk)
    if desk.standing and not desk.begun and not desk.is_again:
        return redirect("continuity:receipt", desk.standing.public_id)
    return _page(request, desk, _form(desk))


def _withdrawn(request: PersonRequest, public_id: str) -> HttpResponse:
    """The homework isn't given to the student, or no longer: a phone keeps its photos."""
    if outbox.wants_json(request):
        reason = why_gone(student_shown(request), public_id).reason
        return outbox.gone(request.POST.get("receipt_key"), reason)
    return withdrawn(request, public_id)


def _desk(request: PersonRequest, assignment: Assignment) -> HandInDesk:
    now = timezone.now()
    student = student_shown(request)
    desk = desk_of(assignment, student, now)
    desk.refusal = rules.why_not_begin(
        assignment.homework.returns,
        desk.standing,
        desk.answer,
        due_at=desk.due_at,
        now=now,
    )
    desk.is_again = is_asked_again(desk.answer)
    desk.is_redo = desk.standing is not None and is_asked_again(latest_answer(assignment, student))
    desk.would_be_late = desk.is_late and not desk.is_redo
    return desk


def _form(desk, data=None, files=None) -> HandInForm:
    """A text that is asked for again begins with what was handed in."""
    text = (
        desk.begun.text
        if desk.begun
        else desk.standing.text
        if desk.standing and desk.wants_text
        else ""
    )
    return HandInForm(
        data,
        files,
        initial={"text": text, "replaces": desk.standing.public_id if desk.standing else ""},
        wants_text=desk.wants_text,
        wants_sound=desk.wants_sound,
    )


def _page(
    request: HttpRequest, desk, form, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    kept = desk.begun.text if desk.begun else ""
    typed = form.cleaned_data.get("text") if form.is_bound and hasattr(form, "cleaned_data") else ""
    context = {
        "desk": desk,
        "form": form,
        "kept": kept,
        "written": typed or kept,
        "limits": LIMITS,
        "refusal": refusal,
        "is_missing_some": isinstance(refusal, StillMissing),
    }
    answer = render(request, "continuity/handins/hand_in.html", context, status=status)
    if status == 503:
        answer.headers["Retry-After"] = outbox.SOON
    return answer


def _sent(request: PersonRequest, assignment, desk) -> HttpResponse:
    """The one form: its photos are kept, then the whole is handed in if that was pressed.

    What is refused is said above the form.
    """
    form = _form(desk, request.POST, request.FILES)
    if not form.is_valid():
        return _not_sent(request, desk, form)
    said, photos = form.cleaned_data, form.cleaned_data["photos"]
    mine = {"assignment": assignment, "student": student_shown(request)}
    # A press that has waited on a device since before this field was there names nothing.
    of_form = {
        "receipt_key": said["receipt_key"],
        "text": said["text"],
        "replaces": said["replaces"] if "replaces" in request.POST else None,
    }
    try:
        handins.keep_text(**mine, **of_form)
        if left_files_out(request):
            return _to_choose_again(request, assignment, said["text"])
        for key, photo in zip(form.keys, photos, strict=True):
            parts.add_part(
                **mine, key=key, content=uploads.read(photo), receipt_key=said["receipt_key"]
            )
        if "add" in request.POST:
            return redirect("continuity:hand_in", assignment.public_id)
        as_it_is = "as_it_is" in request.POST
        handin = handins.hand_in(**mine, **of_form, expected=said["expected"], as_it_is=as_it_is)
    except HandedInAlready as already:
        handin = required(_desk(request, assignment).standing)
        messages.info(request, already.reason)
    except handins.WrittenSince as since:
        return _handed_in(request, said["receipt_key"], since.handin, assignment)
    except Refusal as refusal:
        return _not_sent(request, _desk(request, assignment), form, refusal)
    return _handed_in(request, said["receipt_key"], handin)


def _to_choose_again(request: HttpRequest, assignment: Assignment, text: str) -> HttpResponse:
    """Back to the form: the files that came with this text couldn't be kept, and work without them
    isn't what was meant to be handed in.
    """
    words = (
        _("Your text is kept. Nothing is handed in yet: choose your files again, then hand in.")
        if text
        else _("Nothing is handed in yet: choose your files again, then hand in.")
    )
    warn_of_saved(request, words)
    return redirect("continuity:hand_in", assignment.public_id)


def _handed_in(
    request: HttpRequest, key: UUID, handin: HandIn, goes_on: Assignment | None = None
) -> HttpResponse:
    """To the receipt, or to the form of what was added since; the script is told of both."""
    receipt = reverse("continuity:receipt", args=[handin.public_id])
    then = reverse("continuity:hand_in", args=[goes_on.public_id]) if goes_on else receipt
    if not outbox.wants_json(request):
        return redirect(then)
    told = {"key": str(key), "receipt": receipt, "then": then, "number": handin.receipt_number}
    return JsonResponse(told, status=201)


def _not_sent(
    request: HttpRequest, desk: HandInDesk, form: HandInForm, refusal: Refusal | None = None
) -> HttpResponse:
    status = 503 if isinstance(refusal, TryAgain) else 422
    if not outbox.wants_json(request):
        return _page(request, desk, form, refusal=refusal, status=status)
    key = request.POST.get("receipt_key")
    if refusal is not None:
        return outbox.refused_for(key, refusal)
    return outbox.refused(
        key, " ".join(str(error) for errors in form.errors.values() for error in errors)
    )


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
            content=uploads.read(said["photo"]),
            expected=said["expected"],
            instead_of=said["instead_of"],
            receipt_key=said["receipt_key"],
        )
    except Refusal as refusal:
        return outbox.refused_for(str(said["key"]), refusal)
    desk = _desk(request, assignment)
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


def _given(request: PersonRequest, public_id: str) -> Assignment:
    assignment = assignment_of(student_shown(request), public_id)
    if assignment is None:
        raise Http404
    return assignment


def _do(
    request: PersonRequest, public_id: str, page: str, service: Callable, **more
) -> HttpResponse:
    """Change one page; then the list of pages alone for htmx, else the whole page again."""
    assignment = _given(request, public_id)
    try:
        service(part=_part(request, assignment, page), **more)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        if request.htmx:
            return HttpResponse(headers={"HX-Refresh": "true"})
    if request.htmx:
        return HttpResponse(_list(request, _desk(request, assignment)))
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


@require_POST
@requires(is_student)
def begin_again(request: PersonRequest, public_id: str) -> HttpResponse:
    """Replace what was handed in: a new version, with the same pages to begin with."""
    student = student_shown(request)
    assignment = assignment_of(student, public_id)
    if assignment is None:
        return withdrawn(request, public_id)
    try:
        handins.begin_again(assignment=assignment, student=student)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    return redirect("continuity:hand_in", public_id)


@require_POST
@requires(is_student)
def drop_handin(request: PersonRequest, public_id: str) -> HttpResponse:
    """Leave what was begun; what was handed in before counts as it did."""
    assignment = _given(request, public_id)
    handins.drop(assignment=assignment, student=student_shown(request))
    messages.success(request, _("What you had begun is gone. What you had handed in before stays."))
    return redirect("continuity:hand_in", public_id)


@never_cache
@require_safe
@requires(is_student)
def receipt(request: PersonRequest, public_id: str) -> HttpResponse:
    """Receipt of a hand-in: content, time, number of pages, and the checksum that proves it."""
    student = student_shown(request)
    handin = get_object_or_404(
        handins_of(student).exclude(handed_in_at=None).prefetch_related("parts"),
        public_id=public_id,
    )
    given = own_of(student, handin.assignment.homework_id, *SHOWN)
    desk = _desk(request, given or handin.assignment)
    if given is None:
        desk.refusal = why_gone(student, handin.assignment.public_id)
    versions = (
        versions_of(handin.assignment, student)
        .exclude(handed_in_at=None)
        .order_by("-handed_in_at", "-pk")
    )
    checksum = [handin.checksum[at : at + 4] for at in range(0, len(handin.checksum), 4)]
    context = {
        "handin": handin,
        "desk": desk,
        "versions": versions,
        "checksum": checksum,
        "size": _size(handin),
        "now": timezone.now(),
        "delay": delay_of("papers", timezone.now()) if handin.is_without_pdf else None,
    }
    return render(request, "continuity/handins/receipt.html", context)


def _size(handin) -> int:
    return sum(part.size_bytes for part in handin.parts.all())


@require_safe
@requires(in_a_school)
def page_small(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """A photo in the size of a thumb."""
    photos = parts_to_read(request.user).filter(kind=PartKind.PHOTO)
    return serve_small(request, get_object_or_404(photos, public_id=public_id).file)


@require_safe
@requires(in_a_school)
def handin_pdf(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """All pages in one. Not bound yet, the reader is told to come back."""
    handin = get_object_or_404(
        HandIn.objects.visible_to(request.user).select_related("assignment__homework"),
        public_id=public_id,
    )
    return serve(
        request,
        handin.pdf,
        name=f"{handin.assignment.homework.title}.pdf",
        media_type=PDF,
        inline=True,
    )
