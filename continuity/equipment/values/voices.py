"""Which question follows, and whose answers count: pure functions on a row of answers."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from continuity.enums import AnswerOrigin, Connection, Device, Speaker
from continuity.equipment.values.questions import ORDER, QUESTIONS, Question


class GivenAnswers(Protocol):
    """A row of `continuity.SurveyAnswer`, by what these functions read of it."""

    pk: Any
    origin: str
    speaker: str
    answered_by_id: int
    answered_at: datetime.datetime
    device: str
    connection: str

    @property
    def helps(self) -> list[str] | None: ...


NO_COMPUTER = (Device.PHONE, Device.NONE)


def is_asked(question: Question, answer: GivenAnswers) -> bool:
    """With how many people only where a device is shared; data only where there is a connection."""
    if question == Question.SHARED:
        return answer.device == Device.SHARED
    if question == Question.RUNS_OUT:
        return answer.connection != Connection.NONE
    return True


def next_question(answer: GivenAnswers, after: Question) -> Question | None:
    """None after the last one."""
    later = ORDER[ORDER.index(after) + 1 :]
    return next((question for question in later if is_asked(question, answer)), None)


def goes_on_with(answer: GivenAnswers) -> Question:
    """Where to go on in an answer that was begun: after the last question with an answer."""
    answered = [question for question in ORDER if is_answered(question, answer)]
    return (next_question(answer, answered[-1]) or Question.HELP) if answered else ORDER[0]


def is_answered(question: Question, answer: GivenAnswers) -> bool:
    if question == Question.HELP:
        return answer.helps is not None
    return getattr(answer, QUESTIONS[question].column) not in ("", None)


# Which answers count


def voices[Given: GivenAnswers](answers: Iterable[Given]) -> list[Given]:
    """Of one student: the latest of the student and the latest of each guardian, latest first.

    What staff entered after a call is the student's, or a guardian's who isn't named.
    """
    latest: dict[tuple, Given] = {}
    for answer in sorted(answers, key=lambda one: (one.answered_at, one.pk or 0)):
        named = answer.answered_by_id if answer.origin == AnswerOrigin.GUARDIAN else None
        latest[answer.speaker, named] = answer
    return sorted(latest.values(), key=lambda one: (one.answered_at, one.pk or 0), reverse=True)


def counted[Given: GivenAnswers](heard: Iterable[Given]) -> Given | None:
    """The one that stands for the student in counts: the student's own word before a guardian's.

    `heard`: as `voices` gives them.
    """
    ordered = sorted(heard, key=lambda one: one.speaker != Speaker.STUDENT)
    return next(iter(ordered), None)


def differing(heard: Iterable[GivenAnswers]) -> list[Question]:
    """The questions to which two of them gave different answers; a skipped one differs from none."""
    given: dict[Question, set] = defaultdict(set)
    for answer in heard:
        for question in ORDER:
            if is_answered(question, answer):
                given[question].add(_given(question, answer))
    return [question for question in ORDER if len(given[question]) > 1]


def _given(question: Question, answer: GivenAnswers) -> Any:
    if question == Question.HELP:
        return tuple(answer.helps or ())
    return getattr(answer, QUESTIONS[question].column)
