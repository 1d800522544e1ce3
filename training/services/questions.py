"""A participant asks the trainer something: asked, changed, withdrawn, answered.

Each holds the session's row until commit. `now` is aware.
"""

import logging
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from courses.documents.values import form_key
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.mail.services import post
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.exceptions import AnsweredElsewhere, AnsweredMeanwhile, QuestionChanged
from training.models import AdvanceQuestion, Enrolment, Session
from training.queries.questions import (
    letters_telling_questions,
    next_start,
    start_in_calendar,
    unanswered_near_a_date,
    who_is_told_of_questions,
)
from training.services.enrolment import locked

logger = logging.getLogger(__name__)


def ask(
    *, enrolment: Enrolment, text: str, key: UUID, now: datetime | None = None
) -> AdvanceQuestion:
    """The same words of the same person are one question, whatever the key. Who leads the session
    is told by `tell`. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        enrolment, key = _held(enrolment), form_key(key, enrolment.pk)
        mine = list(enrolment.advance_questions.all())
        for known in mine:
            if text.strip() == known.text:
                return known
            if key == known.key:
                key = uuid4()  # other words under the key of a form that was sent
        if refusal := rules.why_not_ask(enrolment, number=len(mine), now=now):
            raise refusal
        asked = AdvanceQuestion.objects.create(
            enrolment=enrolment, text=text.strip(), key=key, asked_at=now
        )
        for person in who_is_told_of_questions(enrolment.session, now=now):
            tell(asked, person, now=now)
    return asked


def tell(asked: AdvanceQuestion, person: Person, *, now: datetime) -> None:
    """Post that it waits for an answer, unless a reminder of the next date says so before it. At
    most one letter an hour, every ten minutes in the last hour: one that isn't sent yet counts this
    question, too. It waits for no summary as long as a date is to come.
    """
    session = asked.enrolment.session
    if _is_told_by_a_reminder(session, person, now=now):
        return
    start = next_start(session, now=now)
    earlier = Letter.objects.filter(
        kind=Letters.QUESTION_ASKED, to=person, about_model=session._meta.label, about_pk=session.pk
    ).exclude(state=LetterState.WITHDRAWN)
    unsent = earlier.may_still_grow()
    if (unsent.exclude(state=LetterState.GATHERED) if start else unsent).exists():
        return
    last = earlier.order_by("-posted_at").first()
    last_at = last and (last.sent_at or last.posted_at)
    next_at = last_at and rules.question_told_from(last_at, next_start=start)
    post(
        Letters.QUESTION_ASKED,
        about=session,
        to=person,
        key=f"question:{asked.pk}:{person.pk}",
        not_before=next_at if next_at and next_at > now else None,
        at_once=start is not None,
    )


def tell_of_untold(now: datetime) -> None:
    """For the tick, after the reminders: tell who leads a date of about now of questions that no
    letter and no reminder told, as reminders were switched off since, or the date moved. Idempotent.
    """
    for asked in unanswered_near_a_date(now):
        try:
            if _not_told(asked, now):
                _tell_untold(asked, now)
        except Exception:  # the others are told all the same
            logger.exception("question %s isn't told", asked.public_id)


def _tell_untold(asked: AdvanceQuestion, now: datetime) -> None:
    with transaction.atomic():
        asked.enrolment = _held(asked.enrolment)
        for person in _not_told(asked, now):
            tell(asked, person, now=now)


def _not_told(asked: AdvanceQuestion, now: datetime) -> list[Person]:
    session = asked.enrolment.session
    return [
        person
        for person in who_is_told_of_questions(session, now=now)
        if not letters_telling_questions(session, person, since=asked.asked_at).exists()
        and not _is_told_by_a_reminder(session, person, now=now)
    ]


def _is_told_by_a_reminder(session: Session, person: Person, *, now: datetime) -> bool:
    if not rules.takes_place_later(session, now=now):
        return False
    start = start_in_calendar(session, person, next_start(session, now=now))
    return rules.is_told_by_a_reminder(person, start, now=now)


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
    """Delete the question: nobody reads it any more. Idempotent. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(question.enrolment)
        if refusal := rules.why_not_withdraw_question(enrolment, now=now):
            raise refusal
        enrolment.advance_questions.filter(pk=question.pk).delete()


def answer(
    *,
    question: AdvanceQuestion,
    text: str,
    by: Person,
    read: str | None = None,
    now: datetime | None = None,
) -> AdvanceQuestion:
    """Whoever leads answers this one participant, on the page and by email. Other words
    correct the answer, with an email of their own; the same ones are once. `read` is the `read_mark`
    of the question that the form showed: other words of it since are a `QuestionChanged`, another
    answer is an `AnsweredMeanwhile`. Raises a `Refusal`, and `DoesNotExist` if the question was withdrawn.
    """
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = _held(question.enrolment)
        question = enrolment.advance_questions.get(pk=question.pk)
        if question.answer == text.strip():
            return question
        if refusal := rules.why_not_answer(enrolment.session, now=now):
            raise refusal
        if read is not None:
            _refuse_if_not_read(question, read, by=by)
        is_corrected = question.is_answered
        question.answer, question.answered_by, question.answered_at = text.strip(), by, now
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        _tell_answer(question, is_corrected=is_corrected, now=now)
    return question


def _tell_answer(question: AdvanceQuestion, *, is_corrected: bool, now: datetime) -> None:
    """A letter that isn't written yet tells this answer."""
    of_answers = Letter.objects.filter(
        kind=Letters.QUESTION_ANSWERED, about_model=question._meta.label, about_pk=question.pk
    )
    if of_answers.may_still_grow().exists():
        return
    post(
        Letters.QUESTION_ANSWERED,
        about=question,
        to=question.enrolment.teacher,
        key=f"answer:{question.pk}:{now:%Y%m%d%H%M%S%f}",
        details={"is_corrected": is_corrected},
    )


def _refuse_if_not_read(question: AdvanceQuestion, read: str, *, by: Person) -> None:
    words, _dash, _answer = question.read_mark.partition("-")
    if not read.startswith(f"{words}-"):
        raise QuestionChanged
    if question.answered_by and read != question.read_mark:
        if question.answered_by == by:
            raise AnsweredElsewhere
        raise AnsweredMeanwhile(name=question.answered_by.display_name)


def _held(enrolment: Enrolment) -> Enrolment:
    """Read the enrolment with its session, as they are now."""
    session = locked(enrolment.session)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    enrolment.session = session
    return enrolment
