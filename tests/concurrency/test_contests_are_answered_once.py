"""Minutes are contested from two devices, and answered by two training planners, at once."""

import pytest

from courses.mail.models import Letter
from tests.concurrency.threads import all_at_once
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.people import PlannerFactory
from training.enums import ContestReason, Letters
from training.exceptions import ContestAnsweredAlready, ContestWaits
from training.models import PresenceContest, SheetCorrection
from training.services import attendance, contests
from training.values import Claim

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    teacher = seated(session).teacher
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, teacher, (0, 50))
    sheet = attendance.prefill(meeting.pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    return sheet.lines.get()


def test_two_devices_at_once_make_one_contest(line):
    teacher = line.participation.enrolment.teacher

    def contesting(minutes):
        claim = Claim(ContestReason.LINE_CUT, minutes)
        return lambda: contests.contest(line=line, claim=claim, by=teacher).pk

    answers = all_at_once([contesting(minutes) for minutes in (70, 70, 80, 80)])

    contest = PresenceContest.objects.get()
    assert answers.count(contest.pk) == 2  # the same words twice are one
    assert [type(one) for one in answers if isinstance(one, Exception)] == [ContestWaits] * 2


def test_of_two_planners_one_answers_and_the_other_is_told(line):
    teacher = line.participation.enrolment.teacher
    contest = contests.contest(line=line, claim=Claim(ContestReason.LINE_CUT, 70), by=teacher)

    def answering(planner, minutes):
        return lambda: (
            contests.answer(
                contest=contest, minutes=minutes, words="As the server says.", by=planner
            ).pk
        )

    answers = all_at_once([answering(PlannerFactory(), 70), answering(PlannerFactory(), 75)])

    assert answers.count(contest.pk) == 1
    assert [type(one) for one in answers if isinstance(one, Exception)] == [ContestAnsweredAlready]
    assert SheetCorrection.objects.count() == 1
    assert Letter.objects.filter(kind=Letters.PRESENCE_ANSWERED).count() == 1
