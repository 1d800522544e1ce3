"""The same participant answers from two devices at once."""

import pytest

from tests.concurrency.threads import all_at_once
from tests.factories.attendance import held_session, seated, was_there
from training.enums import EvaluationQuestion
from training.models import Evaluation
from training.services import attendance, evaluations
from training.values import Answers

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_devices_at_once_are_one_evaluation():
    session = held_session()
    meeting, enrolment = session.meetings[0], seated(session)
    was_there(meeting, session.trainers.get(), (0, 90))
    was_there(meeting, enrolment.teacher, (0, 90))
    attendance.prefill(meeting.pk)

    def answering(mark):
        marks = dict.fromkeys(EvaluationQuestion.values, mark)
        return lambda: evaluations.answer(enrolment=enrolment, answers=Answers(marks)).pk

    answers = all_at_once([answering(mark) for mark in (1, 2, 3, 4)])

    assert answers == [Evaluation.objects.get().pk] * 4
