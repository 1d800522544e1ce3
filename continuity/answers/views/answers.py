"""A student's pages on answers: the list, one answer beside their hand-in, and their reply."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from continuity.answers.exceptions import HomeworkDeleted
from continuity.answers.forms.feedback import ReplyForm
from continuity.answers.queries.feedback import (
    PAGE_WIDTHS,
    answers_for,
    help_answered_for,
    marked,
    marks_of,
    pages_of,
)
from continuity.answers.rules import why_not_reply
from continuity.answers.services import feedback as feedbacks
from continuity.answers.services import help as help_answers
from continuity.enums import HandInState, PartKind, Returns, Verdict
from continuity.handins.queries import parts_to_read, readers_of
from continuity.homework.queries.own import own_of
from continuity.models import Feedback, HandInPage, Pin, Reply
from continuity.permissions import in_a_school, student_shown
from courses.documents.services import serve, serve_small
from courses.exceptions import Refusal
from courses.people.permissions import (
    PersonRequest,
    is_student,
    keeps_what_was_typed,
    posted_from,
    requires,
)
from courses.writable import noted_if_writable

A_PAGE = 20
MOST_QUESTIONS = 20


@require_safe
@requires(is_student)
def answers(request: PersonRequest) -> HttpResponse:
    """A student's list of answers, unread first.

    Answers to questions are shown whole: opening the page marks them as read.
    """
    student = student_shown(request)
    page = Paginator(answers_for(student), A_PAGE).get_page(request.GET.get("page"))
    asked = list(help_answered_for(student)[:MOST_QUESTIONS])
    if request.method == "GET" and any(one.read_at is None for one in asked):
        with noted_if_writable():
            help_answers.read(by=request.user)
    return render(request, "continuity/answers/answers.html", {"page": page, "asked": asked})


@require_safe
@requires(is_student)
def answer(request: PersonRequest, public_id: str) -> HttpResponse:
    feedback = _find(request, public_id)
    context = _context(feedback)
    unheard = any(
        word.read_at is None and word.author_id != feedback.handin.student_id
        for word in feedback.replies.all()
    )
    if request.method == "GET" and (feedback.read_at is None or unheard):
        with noted_if_writable():
            feedbacks.opened(feedback=feedback, by=request.user)
    return render(request, "continuity/answers/answer.html", context)


@posted_from("continuity:answer")
@requires(is_student)
@keeps_what_was_typed
def reply(request: PersonRequest, public_id: str) -> HttpResponse:
    feedback = _find(request, public_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return render(
            request,
            "continuity/answers/answer.html",
            _context(feedback) | {"reply_form": form},
            status=422,
        )
    try:
        feedbacks.reply(feedback=feedback, by=request.user, **form.cleaned_data)
    except HomeworkDeleted as refusal:
        form.add_error(None, f"{refusal.reason} {refusal.advice}")
        return render(
            request,
            "continuity/answers/answer.html",
            _context(feedback) | {"reply_form": form},
            status=422,
        )
    except Refusal as refusal:  # taken back in the meantime
        messages.warning(request, refusal.reason)
        return redirect("continuity:answers")
    messages.success(request, _message_sent(feedback))
    return redirect(f"{request.path.removesuffix('reply/')}#talk")


def _message_sent(feedback: Feedback) -> str:
    """Confirmation with the names of today's readers; the one who answered may have left the school
    since.
    """
    readers = readers_of(feedback.handin.assignment, timezone.localdate())
    if not readers:
        return _("Your message is sent. Whoever takes over the class can read it.")
    return _("Your message is sent. Who can read it: %(names)s.") % {
        "names": get_text_list(readers, _("and"))
    }


@require_safe
@requires(in_a_school)
def page_picture(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """A page of a hand-in, to whom the hand-in is shown: its student, and who has to answer it."""
    part = get_object_or_404(parts_to_read(request.user), public_id=public_id)
    if (width := _width_asked(request)) and part.kind == PartKind.PHOTO:
        return serve_small(request, part.file, width=width)
    name = f"{part.public_id}.{part.ending}"
    # A PDF that a student sent is read as pictures of its pages; as it came, it is a download.
    return serve(
        request, part.file, name=name, media_type=part.media_type, inline=part.kind != PartKind.PDF
    )


@require_safe
@requires(in_a_school)
def drawn_page(request: PersonRequest, public_id: str, number: int) -> HttpResponseBase:
    """A page of a PDF as a picture, to whom its hand-in is shown."""
    found = HandInPage.objects.filter(
        part__in=parts_to_read(request.user), part__public_id=public_id, number=number
    )
    drawn = get_object_or_404(found)
    if width := _width_asked(request):
        return serve_small(request, drawn.file, width=width)
    return serve(
        request,
        drawn.file,
        name=f"{public_id}-{number}.jpg",
        media_type="image/jpeg",
        inline=True,
    )


def _width_asked(request: PersonRequest) -> int:
    """One of `PAGE_WIDTHS`, or 0 for the picture as it is kept."""
    asked = request.GET.get("width", "")
    return next((width for width in PAGE_WIDTHS if str(width) == asked), 0)


def _find(request: PersonRequest, public_id: str) -> Feedback:
    """A student's own, and only what was returned."""
    pins = Prefetch("pins", Pin.objects.select_related("author"))
    talk = Prefetch("replies", Reply.objects.select_related("author"))
    return get_object_or_404(
        answers_for(student_shown(request)).prefetch_related(pins, talk),
        handin__public_id=public_id,
    )


def _is_to_redo(feedback: Feedback) -> bool:
    homework = feedback.handin.assignment.homework
    return (
        feedback.verdict == Verdict.AGAIN
        and feedback.handin.state == HandInState.HANDED_IN
        and not homework.deleted_at
        and homework.returns != Returns.NOTHING
    )


def _context(feedback: Feedback) -> dict:
    handin, pins = feedback.handin, list(feedback.pins.all())
    return {
        "feedback": feedback,
        "handin": handin,
        "assignment": handin.assignment,
        "is_to_redo": (is_to_redo := _is_to_redo(feedback)),
        "own": own_of(handin.student, handin.assignment.homework_id, "homework")
        if is_to_redo
        else None,
        "pages": marked(pages_of(handin), marks_of(pins)),
        "reply_form": ReplyForm(initial={"key": uuid.uuid4()}),
        "why_not_reply": why_not_reply(feedback, handin.assignment.homework),
    }
