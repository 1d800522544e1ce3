"""A student hands in, photo by photo with a script, all at once without one; begins again, or leaves
what was begun.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from continuity.handins.exceptions import HandedInAlready, StillMissing
from continuity.handins.forms import HandInForm
from continuity.handins.queries import (
    HandInDesk,
    assignment_of,
    why_gone,
)
from continuity.handins.services import handins, parts
from continuity.handins.values import LIMITS, SentFiles
from continuity.handins.views.desk import desk_for, given
from continuity.homework.views.homework import withdrawn
from continuity.models import Assignment, HandIn
from continuity.permissions import student_shown
from continuity.writing.views import outbox
from courses.dates import day_and_hour
from courses.documents.exceptions import TryAgain
from courses.exceptions import Refusal
from courses.notices import warn_of_files_left_out
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
    desk = desk_for(request, assignment)
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
    request: HttpRequest,
    desk,
    form,
    *,
    refusal: Refusal | None = None,
    sent: SentFiles | None = None,
    status: int = 200,
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
        "sent": sent,
        "is_missing_some": isinstance(refusal, StillMissing),
        "are_files_left_out": left_files_out(request) and desk.takes_files,
    }
    answer = render(request, "continuity/handins/hand_in.html", context, status=status)
    if status == 503:
        answer.headers["Retry-After"] = outbox.SOON
    return answer


def _sent(request: PersonRequest, assignment, desk) -> HttpResponse:
    """The one form: its photos are kept, then the whole is handed in if that was pressed and all of
    them were taken.

    What is refused is said above the form.
    """
    form = _form(desk, request.POST, request.FILES)
    if not form.is_valid():
        return _not_sent(request, desk, form)
    said = form.cleaned_data
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
        files = zip(form.keys, said["photos"], strict=True)
        sent = parts.add_files(**mine, receipt_key=said["receipt_key"], files=files)
        if sent.refused:
            return _not_sent(request, desk_for(request, assignment), form, sent=sent)
        if "add" in request.POST:
            return redirect("continuity:hand_in", assignment.public_id)
        as_it_is = "as_it_is" in request.POST
        handin = handins.hand_in(**mine, **of_form, expected=said["expected"], as_it_is=as_it_is)
    except HandedInAlready as already:
        handin = required(desk_for(request, assignment).standing)
        messages.info(request, already.reason)
    except handins.WrittenSince as since:
        return _handed_in(request, said["receipt_key"], since.handin, assignment)
    except Refusal as refusal:
        return _not_sent(request, desk_for(request, assignment), form, refusal)
    return _handed_in(request, said["receipt_key"], handin)


def _to_choose_again(request: PersonRequest, assignment: Assignment, text: str) -> HttpResponse:
    """Back to the form: the files that came with this text couldn't be kept, and work without them
    isn't what was meant to be handed in. To the receipt, where work stands and the text adds nothing:
    it was handed in meanwhile, in another tab.
    """
    desk = desk_for(request, assignment)
    if desk.standing and not desk.begun and not desk.is_again:
        warn_of_files_left_out(request, _standing_words(desk.standing))
        return redirect("continuity:receipt", desk.standing.public_id)
    warn_of_files_left_out(request, _words_of_choosing(desk, text))
    return redirect("continuity:hand_in", assignment.public_id)


def _standing_words(standing: HandIn) -> str:
    already = HandedInAlready(number=standing.receipt_number).reason
    files = _(
        "Files that you had chosen beside your text aren’t added: what counts is shown below."
    )
    return f"{already} {files}"


def _words_of_choosing(desk: HandInDesk, text: str) -> str:
    """`text` is kept where a version is begun with it."""
    is_kept = bool(text) and desk.begun is not None and desk.begun.text == text
    if desk.standing is None:
        return (
            _("Your text is kept. Nothing is handed in yet: choose your files again, then hand in.")
            if is_kept
            else _("Nothing is handed in yet: choose your files again, then hand in.")
        )
    words = (
        _(
            "What you handed in on %(moment)s counts. Your text waits as a new version, which isn’t"
            " handed in yet: choose your files again, then hand in."
        )
        if is_kept
        else _(
            "What you handed in on %(moment)s counts. A new version isn’t handed in yet: choose your"
            " files again, then hand in."
        )
    )
    return words % {"moment": day_and_hour(required(desk.standing.handed_in_at))}


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
    request: HttpRequest,
    desk: HandInDesk,
    form: HandInForm,
    refusal: Refusal | None = None,
    sent: SentFiles | None = None,
) -> HttpResponse:
    status = 503 if isinstance(refusal, TryAgain) else 422
    if not outbox.wants_json(request):
        return _page(request, desk, form, refusal=refusal, sent=sent, status=status)
    key = request.POST.get("receipt_key")
    if sent is not None:
        refusal = sent.refused[0][1]
    if refusal is not None:
        return outbox.refused_for(key, refusal)
    return outbox.refused(
        key, " ".join(str(error) for errors in form.errors.values() for error in errors)
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
    assignment = given(request, public_id)
    handins.drop(assignment=assignment, student=student_shown(request))
    messages.success(request, _("What you had begun is gone. What you had handed in before stays."))
    return redirect("continuity:hand_in", public_id)
