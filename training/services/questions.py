"""A participant asks the trainer something before the session: asked, changed, withdrawn.

Each holds the session's row until commit. `now` is aware.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from training import rules
from training.models import AdvanceQuestion, Enrolment
from training.services.enrolment import locked


def ask(
    *, enrolment: Enrolment, text: str, key: UUID, now: datetime | None = None
) -> AdvanceQuestion:
    """The same key, or the same words of the same person, is one question. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(enrolment)
        mine = list(enrolment.advance_questions.all())
        for known in mine:
            if key == known.key or text.strip() == known.text:
                return known
        if refusal := rules.why_not_ask(enrolment, number=len(mine), now=now):
            raise refusal
        return AdvanceQuestion.objects.create(
            enrolment=enrolment, text=text.strip(), key=key, asked_at=now
        )


def change(*, question: AdvanceQuestion, text: str, now: datetime | None = None) -> AdvanceQuestion:
    """Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(question.enrolment)
        question = enrolment.advance_questions.get(pk=question.pk)
        if refusal := rules.why_not_change_question(enrolment, now=now):
            raise refusal
        question.text = text.strip()
        question.save(update_fields=["text"])
    return question


def withdraw(*, question: AdvanceQuestion, now: datetime | None = None) -> None:
    """Nobody reads it any more. Twice is once. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(question.enrolment)
        if refusal := rules.why_not_change_question(enrolment, now=now):
            raise refusal
        enrolment.advance_questions.filter(pk=question.pk).delete()


def _held(enrolment: Enrolment) -> Enrolment:
    """With its session, as they are now."""
    session = locked(enrolment.session)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    enrolment.session = session
    return enrolment
