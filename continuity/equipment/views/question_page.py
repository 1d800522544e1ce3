"""One question on one page: shown, answered by one press, and what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from continuity.enums import AnswerOrigin
from continuity.equipment import rules
from continuity.equipment.forms import SurveyAnswerForm
from continuity.equipment.queries.results import in_words
from continuity.equipment.services import answers
from continuity.equipment.values import voices
from continuity.equipment.values.questions import ORDER, QUESTIONS, Question
from continuity.models import SurveyAnswer, SurveyCampaign
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import PersonRequest

REFUSED = 422


@dataclass(frozen=True)
class Respondent:
    """Who answers about which student, and the addresses of their pages."""

    campaign: SurveyCampaign
    student: Person
    origin: str
    speaker: str
    by: Person
    answer: SurveyAnswer | None
    address_of: Callable[[Question], str]
    end: str
    back: str = ""  # the page from which they came: a week
    withdraw: str = ""  # deletes their answers
    ask: str = ""  # where equipment is asked for
    is_call: bool = False

    @property
    def is_guardian(self) -> bool:
        return self.origin == AnswerOrigin.GUARDIAN


def question_from(written: str) -> Question:
    try:
        return Question(written)
    except ValueError:
        raise Http404 from None


def first_page(request: PersonRequest, respondent: Respondent) -> HttpResponse:
    """The first question; for who has begun, where they stopped; for who has finished, the end."""
    if (answer := respondent.answer) is not None:
        is_over = not respondent.campaign.is_open_on(timezone.localdate())
        return redirect(
            respondent.end
            if is_over or answer.finished_at is not None
            else respondent.address_of(voices.goes_on_with(answer))
        )
    return question_page(request, respondent, Question.DEVICE)


def end_page(request: PersonRequest, respondent: Respondent, **more: Any) -> HttpResponse:
    """What was said, the way to change it or take it back, and what comes next; for who hasn't come
    to the end, the question at which they stopped.
    """
    is_open, answer = respondent.campaign.is_open_on(timezone.localdate()), respondent.answer
    if is_open and answer is not None and answer.finished_at is None:
        return first_page(request, respondent)
    context = {
        "respondent": respondent,
        "campaign": respondent.campaign,
        "is_open": is_open,
        "rows": answer_rows(respondent),
        "more": more_helps(respondent),
        "help_url": respondent.address_of(Question.HELP),
        **more,
    }
    return render(request, "continuity/equipment/end.html", context)


def question_page(
    request: PersonRequest, respondent: Respondent, question: Question
) -> HttpResponse:
    """By GET the question; by POST its answer, then the next question or the end."""
    refusal = rules.why_not_answer(respondent.campaign, today=timezone.localdate())
    if request.method == "POST" and refusal is None:
        form = SurveyAnswerForm(request.POST, question=question)
        if form.is_valid():
            try:
                return redirect(_after(respondent, question, form.cleaned_data))
            except Refusal as late:
                refusal = late
    return render(
        request,
        "continuity/equipment/question.html",
        page_of(respondent, question) | {"refusal": refusal},
        status=REFUSED if request.method == "POST" else 200,
    )


def _after(respondent: Respondent, question: Question, given: dict) -> str:
    """Save the answer. Who changes one answer of a finished survey comes back to its end."""
    saved = answers.answer(
        campaign=respondent.campaign,
        student=respondent.student,
        origin=respondent.origin,
        speaker=respondent.speaker,
        by=respondent.by,
        question=question,
        value=given["answer"],
        adds=given["adds"],
    )
    following = voices.next_question(saved, question)
    if following is None or (saved.finished_at is not None and not _opens(following, saved)):
        return respondent.end
    return respondent.address_of(following)


def _opens(following: Question, saved: SurveyAnswer) -> bool:
    """A question that only the answer before it asks, and that has no answer yet."""
    depends = following in (Question.SHARED, Question.RUNS_OUT)
    return depends and not voices.is_answered(following, saved)


def page_of(respondent: Respondent, question: Question) -> dict:
    number = ORDER.index(question)
    words = QUESTIONS[question]
    return {
        "respondent": respondent,
        "campaign": respondent.campaign,
        "question": question,
        "words": words,
        "action": respondent.address_of(question),
        "number": number + 1,
        "of": len(ORDER),
        "planks": [
            {"is_done": place < number, "is_current": place == number}
            for place in range(len(ORDER))
        ],
        "titles": [(one, QUESTIONS[one].title) for one in ORDER],
        "said": said(respondent.answer, question),
    }


def said(answer: SurveyAnswer | None, question: Question) -> str:
    return in_words(answer, question) if answer else ""


def answer_rows(respondent: Respondent) -> list[dict]:
    """What was answered, question by question, each with the way to change it."""
    answer = respondent.answer
    return [
        {
            "title": QUESTIONS[question].title,
            "said": said(answer, question),
            "is_asked": answer is None or voices.is_asked(question, answer),
            "url": respondent.address_of(question),
        }
        for question in ORDER
    ]


def more_helps(respondent: Respondent) -> list:
    """What would help, too, and isn't chosen yet."""
    answer = respondent.answer
    if answer is None or not answer.helps:
        return []
    options = QUESTIONS[Question.HELP].options[:-1]
    return [one for one in options if one.value not in answer.helps]
