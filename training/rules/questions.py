"""Questions of participants to the trainer, and their answers."""

from datetime import datetime

from courses.exceptions import Refusal
from training.exceptions import (
    AnswerTooLate,
    NoSeatLeft,
    QuestionAnswered,
    QuestionsEnough,
    QuestionTooLate,
    SessionIsCancelled,
)
from training.models import AdvanceQuestion, Enrolment, Session
from training.rules.enrolment import takes_place_later
from training.values import MOST_QUESTIONS, QUESTIONS_ANSWERED_WITHIN, QUESTIONS_ASKED_WITHIN


def why_not_ask(enrolment: Enrolment, *, number: int, now: datetime) -> Refusal | None:
    """`number` is how many questions this person has asked already."""
    if refusal := why_not_withdraw_question(enrolment, now=now):
        return refusal
    return QuestionsEnough(most=MOST_QUESTIONS) if number >= MOST_QUESTIONS else None


def why_not_change_question(question: AdvanceQuestion, *, now: datetime) -> Refusal | None:
    """Until it is answered: an answer is to the words that stand there."""
    if refusal := why_not_withdraw_question(question.enrolment, now=now):
        return refusal
    return QuestionAnswered() if question.is_answered else None


def why_not_withdraw_question(enrolment: Enrolment, *, now: datetime) -> Refusal | None:
    """Allow it with a seat, until a week after the last date: not until the sheet is closed, which
    can be minutes after the end, when questions come up. A substitute has access as long.
    """
    session = enrolment.session
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if not enrolment.holds_a_seat:
        return NoSeatLeft()
    is_open = takes_place_later(session, now=now) or now < session.ends_at + QUESTIONS_ASKED_WITHIN
    return None if is_open else QuestionTooLate()


def why_not_answer(session: Session, *, now: datetime) -> Refusal | None:
    """A week longer than questions are asked."""
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    until = session.ends_at + QUESTIONS_ANSWERED_WITHIN
    is_open = takes_place_later(session, now=now) or now < until
    return None if is_open else AnswerTooLate()
