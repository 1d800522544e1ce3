"""A participant asks the trainer something: asked, changed, withdrawn, answered.

Each holds the session's row until commit. `now` is aware.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courses.mail.services import post
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.models import AdvanceQuestion, Enrolment
from training.queries.leading import working_trainers_of
from training.services.enrolment import locked


def ask(
    *, enrolment: Enrolment, text: str, key: UUID, now: datetime | None = None
) -> AdvanceQuestion:
    """The same key, or the same words of the same person, is one question. Once the session has
    begun its trainers are told: no reminder may follow. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(enrolment)
        mine = list(enrolment.advance_questions.all())
        for known in mine:
            if key == known.key or text.strip() == known.text:
                return known
        if refusal := rules.why_not_ask(enrolment, number=len(mine), now=now):
            raise refusal
        asked = AdvanceQuestion.objects.create(
            enrolment=enrolment, text=text.strip(), key=key, asked_at=now
        )
        if not rules.takes_place_later(enrolment.session, now=now):
            for trainer in working_trainers_of(enrolment.session):
                post(
                    Letters.QUESTION_ASKED,
                    about=enrolment.session,
                    to=trainer,
                    key=f"question:{asked.pk}:{trainer.pk}",
                )
    return asked


def change(*, question: AdvanceQuestion, text: str, now: datetime | None = None) -> AdvanceQuestion:
    """Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(question.enrolment)
        question = enrolment.advance_questions.get(pk=question.pk)
        question.enrolment = enrolment
        if refusal := rules.why_not_change_question(question, now=now):
            raise refusal
        question.text = text.strip()
        question.save(update_fields=["text"])
    return question


def withdraw(*, question: AdvanceQuestion, now: datetime | None = None) -> None:
    """Nobody reads it any more. Twice is once. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(question.enrolment)
        if refusal := rules.why_not_withdraw_question(enrolment, now=now):
            raise refusal
        enrolment.advance_questions.filter(pk=question.pk).delete()


def answer(
    *, question: AdvanceQuestion, text: str, by: Person, now: datetime | None = None
) -> AdvanceQuestion:
    """Whoever leads answers this one person, who reads it on the page and by email. Other words
    correct the answer, with an email of their own; the same ones are once. Raises a `Refusal`, and
    `DoesNotExist` if the question was withdrawn.
    """
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(question.enrolment)
        question = enrolment.advance_questions.get(pk=question.pk)
        if question.answer == text.strip():
            return question
        if refusal := rules.why_not_answer(enrolment.session, now=now):
            raise refusal
        question.answer, question.answered_by, question.answered_at = text.strip(), by, now
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        post(
            Letters.QUESTION_ANSWERED,
            about=question,
            to=enrolment.teacher,
            key=f"answer:{question.pk}:{now:%Y%m%d%H%M%S%f}",
        )
    return question


def _held(enrolment: Enrolment) -> Enrolment:
    """With its session, as they are now."""
    session = locked(enrolment.session)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    enrolment.session = session
    return enrolment
