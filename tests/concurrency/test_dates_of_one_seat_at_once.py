"""A planner and the holder change the dates of one seat, a trainer answers and the question goes, at
once.
"""

import datetime
from uuid import uuid4

import pytest

from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.concurrency.threads import all_at_once
from tests.factories.attendance import seated
from tests.factories.people import PlannerFactory
from tests.factories.training import SessionFactory, in_a_week
from training.enums import Letters
from training.models import AdvanceQuestion, Participation
from training.services import one_date, questions

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def session():
    first = in_a_week()
    return SessionFactory(hours=[Hours(first + n * DAY, first + n * DAY + HOUR) for n in range(2)])


@pytest.fixture
def seat(session):
    return seated(session)


def test_one_date_stays_when_both_take_one_away(session, seat):
    first, second = session.meetings
    planner = PlannerFactory()

    all_at_once(
        [
            lambda: one_date.give_back(enrolment=seat, meeting=first),
            lambda: one_date.change_for_somebody(
                enrolment=seat, expected=[first], by=planner, reason="Exam board."
            ),
        ]
    )

    assert Participation.objects.filter(enrolment=seat, is_withdrawn=False).count() == 1
    for one in Participation.objects.filter(enrolment=seat, meeting=second):
        assert (one.is_withdrawn, one.decided_by_id) in ((True, planner.pk), (False, None))


def test_one_answer_sent_four_times_is_one_letter(session, seat):
    asked = questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    trainer = session.trainers.get()

    all_at_once([lambda: questions.answer(question=asked, text="Yes.", by=trainer).pk] * 4)

    assert Letter.objects.filter(kind=Letters.QUESTION_ANSWERED).count() == 1


def test_an_answer_and_a_withdrawal_leave_no_answer_behind(session, seat):
    asked = questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    trainer = session.trainers.get()

    answers = all_at_once(
        [
            lambda: questions.answer(question=asked, text="Yes.", by=trainer).pk,
            lambda: questions.withdraw(question=asked),
        ]
    )

    assert not AdvanceQuestion.objects.exists()
    refused = [one for one in answers if isinstance(one, Exception)]
    assert all(isinstance(one, AdvanceQuestion.DoesNotExist) for one in refused)
