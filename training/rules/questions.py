"""Questions asked in advance."""

from datetime import datetime

from courses.exceptions import Refusal
from training.exceptions import NoSeatLeft, QuestionsEnough, QuestionTooLate, SessionIsCancelled
from training.models import Enrolment
from training.rules.enrolment import takes_place_later
from training.values import MOST_QUESTIONS


def why_not_ask(enrolment: Enrolment, *, number: int, now: datetime) -> Refusal | None:
    """`number` is how many questions this person has asked already."""
    if refusal := why_not_change_question(enrolment, now=now):
        return refusal
    return QuestionsEnough(most=MOST_QUESTIONS) if number >= MOST_QUESTIONS else None


def why_not_change_question(enrolment: Enrolment, *, now: datetime) -> Refusal | None:
    """With a seat, until the session begins."""
    session = enrolment.session
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if not enrolment.holds_a_seat:
        return NoSeatLeft()
    return None if takes_place_later(session, now=now) else QuestionTooLate()
