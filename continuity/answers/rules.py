"""Why an answer can't be saved, returned, taken back or talked about."""

from continuity.answers.exceptions import (
    AlreadyRead,
    AnswerReturned,
    HomeworkDeleted,
    NewerVersion,
    NothingWritten,
    NotReturnedYet,
    StaleAnswer,
)
from continuity.answers.values import Answer
from continuity.enums import HandInState
from continuity.models import Feedback, HandIn, Homework
from courses.exceptions import Refusal
from courses.required import required


def why_not_write(feedback: Feedback | None, *, revision: int) -> Refusal | None:
    """`revision` is the one that was on the page; 0 where nothing was written yet."""
    if feedback is None:
        return None
    if feedback.returned_at:
        return AnswerReturned(
            name=required(feedback.returned_by).display_name, when=feedback.returned_at
        )
    if feedback.revision != revision:
        return StaleAnswer(name=feedback.written_by.display_name)
    return None


def why_not_return(handin: HandIn, answer: Answer) -> Refusal | None:
    if handin.state != HandInState.HANDED_IN:
        return NewerVersion(name=handin.student.display_name)
    if answer.is_empty:
        return NothingWritten()
    return None


def why_not_take_back(handin: HandIn, feedback: Feedback) -> Refusal | None:
    if feedback.returned_at is None:
        return NotReturnedYet()
    if feedback.read_at or feedback.replies.all():
        return AlreadyRead(name=handin.student.display_name)
    if handin.state != HandInState.HANDED_IN:
        return NewerVersion(name=handin.student.display_name)
    return None


def why_not_reply(feedback: Feedback | None, homework: Homework) -> Refusal | None:
    if feedback is None or feedback.returned_at is None:
        return NotReturnedYet()
    return HomeworkDeleted() if homework.deleted_at else None
