"""Answering a hand-in: its pages beside the comment, pins, a word; saved, returned, taken back,
talked about. For its teachers.
"""

import re
import uuid
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from continuity.answers.exceptions import AnswerReturned, StaleAnswer
from continuity.answers.forms.feedback import FeedbackForm, PinForm, ReplyForm
from continuity.answers.queries.feedback import (
    PinMark,
    earlier_answers,
    feedback_of,
    handins_to_read,
    marked,
    marks_of,
    pages_of,
)
from continuity.answers.queries.queue import around, cursor_of, progress_of
from continuity.answers.rules import why_not_take_back
from continuity.answers.services import comment_bank
from continuity.answers.services import feedback as answers
from continuity.answers.values import Answer
from continuity.answers.views.queue import address_of, query_of, wanted_from, with_query
from continuity.enums import HandInState
from continuity.models import BankComment, Feedback, HandIn
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_teacher,
    keeps_what_was_typed,
    posted_from,
    requires,
)
from courses.writable import noted_if_writable

PERCENT = re.compile(r"\d{1,3}(\.\d+)?", re.ASCII)


@dataclass
class PinRow:
    """A pin as its page and its list show it: with its number, what is typed, who wrote it, what
    another wrote meanwhile.
    """

    number: int
    form: PinForm
    author: Person | None = None
    theirs: str = ""
    is_others: bool = False

    @property
    def page(self) -> int:
        said = self.form.place[0]
        return int(said) if said.isdecimal() and len(said) < 5 else 1

    @property
    def mark(self) -> PinMark:
        """Its place as it is typed; nonsense is shown in the corner."""
        left, top = (
            f"{said}%" if PERCENT.fullmatch(said) else "0%" for said in self.form.place[1:]
        )
        return PinMark(self.number, left, top)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def write_answer(request: PersonRequest, public_id: str) -> HttpResponse:
    """The answer's page; sent, it is kept and not seen by the student yet."""
    handin = _find(request, public_id)
    if request.method == "POST":
        return _write(request, handin)
    feedback = feedback_of(handin)
    if feedback and any(
        word.author_id == handin.student_id and not word.read_at for word in feedback.replies.all()
    ):
        context = _context(
            request, handin, feedback
        )  # the queue's place of unread words, before they are read
        with noted_if_writable():
            answers.heard(feedback=feedback)
    else:
        context = _context(request, handin, feedback)
    return render(request, "continuity/answers/write_answer.html", context)


@posted_from("continuity:write_answer")
@requires(is_teacher)
@keeps_what_was_typed
def return_answer(request: PersonRequest, public_id: str) -> HttpResponse:
    """Return the answer in the form to the student, then go to the next."""
    return _write(request, _find(request, public_id), returns=True)


@require_POST
@requires(is_teacher)
def take_back_answer(request: PersonRequest, public_id: str) -> HttpResponse:
    handin = _find(request, public_id)
    try:
        answers.take_back(handin=handin, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request, _("The answer is a draft again: the student doesn’t see it any more.")
        )
    return redirect(_address(request, handin))


@posted_from("continuity:write_answer")
@requires(is_teacher)
@keeps_what_was_typed
def reply_to_student(request: PersonRequest, public_id: str) -> HttpResponse:
    handin = _find(request, public_id)
    feedback = get_object_or_404(Feedback.objects.select_related("handin"), handin=handin)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        context = _context(request, handin, feedback_of(handin)) | {"reply_form": form}
        return render(request, "continuity/answers/write_answer.html", context, status=422)
    try:
        answers.reply(feedback=feedback, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(
            request, _("Your message has reached %(name)s.") % {"name": handin.student.display_name}
        )
    return redirect(f"{_address(request, handin)}#talk")


def _find(request: PersonRequest, public_id: str) -> HandIn:
    return get_object_or_404(handins_to_read(request.user), public_id=public_id)


def _address(request: HttpRequest, handin: HandIn) -> str:
    return with_query(
        reverse("continuity:write_answer", args=[handin.public_id]), wanted_from(request)
    )


def _write(request: PersonRequest, handin: HandIn, *, returns: bool = False) -> HttpResponse:
    """Save, or return. Whatever refuses it, what was typed stays on the page."""
    pages = pages_of(handin)
    form = FeedbackForm(request.POST, pages=len(pages), insert=_sentence(request))
    if not form.is_valid():
        messages.error(request, _("This can’t be saved yet: see what is missing below."))
        return _again(request, handin, form, status=422)
    if "together" in request.POST:
        return _again(request, handin, _side_by_side(handin, form, together=True))
    said = {
        "handin": handin,
        "answer": form.answer,
        "revision": form.cleaned_data["revision"],
        "by": request.user,
    }
    wanted = wanted_from(request)
    try:
        if not returns:
            answers.write(**said)
            if "keep" in request.POST and form.answer.comment:
                comment_bank.keep(teacher=request.user, text=form.answer.comment[:500])
            messages.success(
                request, _("Saved. The student sees nothing of it before you return it.")
            )
            return redirect(_address(request, handin))
        _before, after = around(request.user, wanted, cursor_of(handin, None), now=timezone.now())
        answers.return_(**said)
    except StaleAnswer as refusal:
        messages.warning(request, refusal.reason)
        return _again(request, handin, _side_by_side(handin, form), status=409)
    except AnswerReturned as refusal:
        messages.warning(request, refusal.reason)
        return _too_late(request, handin, form.answer)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return _again(request, handin, form, status=409)
    messages.success(request, _("Returned to %(name)s.") % {"name": handin.student.display_name})
    return redirect(address_of(after, wanted))


def _sentence(request: PersonRequest) -> str:
    """One of the teacher's own sentences, to go into the comment."""
    asked = request.POST.get("insert", "")
    found = (
        BankComment.objects.filter(teacher=request.user, public_id=asked).first() if asked else None
    )
    return found.text if found else ""


def _again(
    request: PersonRequest, handin: HandIn, form: FeedbackForm, *, status: int = 200
) -> HttpResponse:
    context = _context(request, handin, feedback_of(handin), form)
    return render(request, "continuity/answers/write_answer.html", context, status=status)


def _too_late(request: PersonRequest, handin: HandIn, typed: Answer) -> HttpResponse:
    """Another teacher returned the answer meanwhile: what was typed can still be said below it."""
    words = "\n".join(
        part for part in (typed.comment, *(pin.text for pin in typed.pins if not pin.key)) if part
    )
    context = _context(request, handin, feedback_of(handin))
    context |= {
        "typed": words,
        "reply_form": ReplyForm(initial={"key": uuid.uuid4(), "text": words[:2000]}),
    }
    return render(request, "continuity/answers/write_answer.html", context, status=409)


def _side_by_side(handin: HandIn, form: FeedbackForm, *, together: bool = False) -> FeedbackForm:
    """A form on the newest revision with what was typed, and every pin of both: nothing of either
    is lost by saving it.
    """
    feedback = feedback_of(handin)
    kept = answers.answer_of(feedback)
    theirs = {pin.key: pin for pin in kept.pins}
    mine = form.answer
    asked = {one["key"].value() for one in form.pin_forms if one.is_bound}
    pins = [pin if pin.key in theirs else replace(pin, key="") for pin in mine.pins]
    pins += [pin for key, pin in theirs.items() if key not in asked]
    comment = mine.comment
    if together and kept.comment and kept.comment not in comment:
        comment = f"{kept.comment}\n\n{comment}".strip()
    verdict = mine.verdict or kept.verdict
    return FeedbackForm.of(
        Answer(comment, verdict, tuple(pins)),
        feedback.revision if feedback else 0,
        pages=form.pages,
    )


def _context(
    request: PersonRequest,
    handin: HandIn,
    feedback: Feedback | None,
    form: FeedbackForm | None = None,
) -> dict:
    pages, wanted = pages_of(handin), wanted_from(request)
    kept = answers.answer_of(feedback)
    earlier = [] if feedback else list(earlier_answers(handin))
    returned = feedback if feedback and feedback.returned_at else None
    is_unsaved = form is not None
    if form is None:
        begun = next((one for one in earlier if not one.returned_at), None)
        written = Answer(begun.comment, begun.verdict) if begun and feedback is None else kept
        form = FeedbackForm.of(written, feedback.revision if feedback else 0, pages=len(pages))
    rows = [] if returned else _rows(form, feedback, by=request.user)
    before, after = around(request.user, wanted, cursor_of(handin, feedback), now=timezone.now())
    others_text = feedback and feedback.written_by_id != request.user.pk and not returned
    return {
        "handin": handin,
        "assignment": handin.assignment,
        "feedback": feedback,
        "is_returned": returned is not None,
        "is_replaced": handin.state == HandInState.REPLACED,
        "may_take_back": returned is not None and why_not_take_back(handin, returned) is None,
        "newest": _newest(request, handin),
        "form": form,
        "is_unsaved": is_unsaved,
        "blank_pin": PinForm(prefix="new0", pages=len(pages)),
        "rows": rows,
        "can_be_pinned": any(not page.part.is_sound for page in pages),
        "pages": marked(
            pages,
            marks_of(returned.pins.all()) if returned else [(row.page, row.mark) for row in rows],
        ),
        "theirs": kept if others_text and kept.comment != (form["comment"].value() or "") else None,
        "earlier": earlier,
        "bank": BankComment.objects.filter(teacher=request.user),
        "reply_form": ReplyForm(initial={"key": uuid.uuid4()}),
        "wanted": wanted,
        "progress": progress_of(request.user, wanted),
        "query": query_of(wanted),
        "before": address_of(before, wanted) if before else "",
        "after": address_of(after, wanted) if after else "",
    }


def _newest(request: PersonRequest, handin: HandIn) -> HandIn | None:
    """The version that counts, where this one doesn't any more."""
    if handin.state != HandInState.REPLACED:
        return None
    return (
        handins_to_read(request.user)
        .handed_in()
        .filter(assignment=handin.assignment_id, student=handin.student_id)
        .first()
    )


def _rows(form: FeedbackForm, feedback: Feedback | None, *, by: Person) -> list[PinRow]:
    kept = {pin.public_id: pin for pin in feedback.pins.all()} if feedback else {}
    rows = []
    for number, one in enumerate(form.pin_forms, 1):
        pin = kept.get(one["key"].value() or "")
        row = PinRow(number, one)
        if pin:
            row.author, row.is_others = pin.author, pin.author_id != by.pk
            row.theirs = pin.text if pin.text != one["text"].value() else ""
        rows.append(row)
    return rows
