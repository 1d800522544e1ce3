"""Questions about a session: written by participants, read and answered by who leads it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.exceptions import Refusal
from courses.fields import replace_sent
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_teacher,
    is_trainer,
    keeps_what_was_typed,
    requires,
)
from training import rules
from training.forms.question import ChangeQuestionForm, QuestionAnswerForm, QuestionForm
from training.models import AdvanceQuestion, Session
from training.queries.leading import led_for
from training.queries.questions import (
    dates_read_by,
    left_by,
    question_asked_at,
    questions_asked,
    questions_of,
    seats_of,
)
from training.services import questions
from training.values import MOST_QUESTIONS


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def my_questions(request: PersonRequest, public_id: str) -> HttpResponse:
    """One's own with their answers, and one more. They go with the seat: without it the session's
    page says so, and this one gives back what was typed meanwhile.
    """
    enrolment = seats_of(request.user).filter(session__public_id=public_id).first()
    if enrolment is None:
        enrolment = left_by(request.user).filter(session__public_id=public_id).first()
        if enrolment is None:
            raise Http404
        if request.method != "POST":
            words = _("You have no seat in this session: questions go with the seat.")
            messages.info(request, words)
            return redirect(enrolment.session)
    form = QuestionForm(request.POST or None, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            questions.ask(enrolment=enrolment, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("Whoever leads the session reads it."))
            return redirect("training:my_questions", public_id)
    mine, now = questions_of(enrolment), timezone.now()
    context = {
        "session": enrolment.session,
        "mine": mine,
        "form": form,
        "why_not": rules.why_not_ask(enrolment, number=len(mine), now=now),
        "can_withdraw": rules.why_not_withdraw_question(enrolment, now=now) is None,
        "most": MOST_QUESTIONS,
        "led_for": led_for(enrolment.session),
    }
    return render(
        request, "training/my_questions.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def change_question(request: PersonRequest, public_id: str) -> HttpResponse:
    question = _find(request.user, public_id)
    session = question.enrolment.session
    form = ChangeQuestionForm(request.POST or None, initial={"text": question.text})
    if form.is_valid():
        try:
            questions.change(question=question, **form.cleaned_data)
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
        else:
            messages.success(request, _("Your question is changed."))
        return redirect("training:my_questions", session.public_id)
    context = {"session": session, "form": form}
    return render(
        request, "training/change_question.html", context, status=422 if form.is_bound else 200
    )


@require_POST
@requires(is_teacher)
def withdraw_question(request: PersonRequest, public_id: str) -> HttpResponse:
    question = _find(request.user, public_id)
    try:
        questions.withdraw(question=question)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("Your question is withdrawn: nobody reads it any more."))
    return redirect("training:my_questions", question.enrolment.session.public_id)


def _find(person: Person, public_id: str) -> AdvanceQuestion:
    mine = AdvanceQuestion.objects.of_seats().filter(enrolment__teacher=person)
    return get_object_or_404(mine.select_related("enrolment__session"), public_id=public_id)


@require_safe
@requires(is_trainer)
def asked_questions(request: PersonRequest, public_id: str) -> HttpResponse:
    """All, with first names and codes; for who leads one date in somebody's place those of who
    comes then. Printable.
    """
    now, me = timezone.now(), request.user
    session = _led(me, public_id)
    context = {
        "session": session,
        "asked": questions_asked(session, of_those_at=dates_read_by(me, session, now=now)),
        "can_answer": rules.why_not_answer(session, now=now) is None,
        "starts_at": session.starts_at,
    }
    return render(request, "training/trainer/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer)
@keeps_what_was_typed
def answer_question(request: PersonRequest, public_id: str, question_id: str) -> HttpResponse:
    """One of those that `asked_questions` shows."""
    now, me = timezone.now(), request.user
    session = _led(me, public_id)
    question = question_asked_at(
        question_id, session, of_those_at=dates_read_by(me, session, now=now)
    )
    if question is None:
        raise Http404
    initial = {"text": question.answer, "read": question.read_mark}
    form = QuestionAnswerForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            questions.answer(question=question, by=me, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
            question.refresh_from_db(fields=["text", "answer", "answered_by", "answered_at"])
            replace_sent(form, "read", question.read_mark)
        else:
            messages.success(
                request, _("The participant reads your answer on the page and by email.")
            )
            return redirect("training:asked_questions", public_id)
    context = {
        "session": session,
        "question": question,
        "form": form,
        "why_not": rules.why_not_answer(session, now=now),
    }
    return render(
        request, "training/trainer/answer.html", context, status=422 if form.is_bound else 200
    )


def _led(person: Person, public_id: str) -> Session:
    return get_object_or_404(
        Session.objects.with_dates_of(person).with_page_rows(), public_id=public_id
    )
