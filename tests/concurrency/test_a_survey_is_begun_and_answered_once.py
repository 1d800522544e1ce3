"""A survey's form arrives twice at the same instant, and so does a press: one survey, one answer."""

import datetime

import pytest
from django.utils import timezone

from continuity.enums import AnswerOrigin, Speaker
from continuity.equipment.services import answers, campaigns
from continuity.equipment.values.questions import Question
from continuity.models import DeclinedProposal, SurveyAnswer, SurveyCampaign, SurveyProposal
from tests.concurrency.threads import all_at_once, errors, refusals
from tests.factories import survey
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 4
DAYS = datetime.timedelta(days=10)


def days() -> dict:
    return {"opens_on": timezone.localdate(), "closes_on": timezone.localdate() + DAYS}


def test_a_survey_begun_at_once_with_the_same_days_is_one():
    school = SchoolClassFactory().school
    leader = LeaderFactory(leads=school)

    found = all_at_once(
        [lambda: campaigns.begin(school=school, by=leader, **days()) for _press in range(TIMES)]
    )

    assert errors(found) == refusals(found) == []
    assert SurveyCampaign.objects.count() == 1


def test_of_two_surveys_with_a_day_in_common_one_is_refused():
    school = SchoolClassFactory().school
    leader = LeaderFactory(leads=school)
    later = {name: day + DAYS / 2 for name, day in days().items()}

    found = all_at_once(
        [
            lambda one=one: campaigns.begin(school=school, by=leader, **one)
            for one in (days(), later)
        ]
    )

    assert errors(found) == []
    assert len(refusals(found)) == 1
    assert SurveyCampaign.objects.count() == 1


def test_a_proposal_made_accepted_and_declined_twice_is_once_each():
    school = SchoolClassFactory().school
    leader = LeaderFactory(leads=school)

    found = all_at_once([lambda: campaigns.propose(by=leader, **days()) for _press in range(TIMES)])
    proposal = SurveyProposal.objects.get()
    found += all_at_once(
        [
            lambda: campaigns.accept(proposal=proposal, school=school, by=leader)
            for _press in range(TIMES)
        ]
    )
    found += all_at_once(
        [
            lambda: campaigns.decline(proposal=proposal, school=school, by=leader)
            for _press in range(TIMES)
        ]
    )

    assert errors(found) == refusals(found) == []
    assert SurveyCampaign.objects.count() == DeclinedProposal.objects.count() == 1


def test_the_first_press_that_arrives_four_times_is_one_answer():
    school_class = SchoolClassFactory()
    campaign = survey.campaign_of(school_class.school)
    student = StudentFactory(in_class=school_class)

    found = all_at_once(
        [
            lambda question=question, value=value: answers.answer(
                campaign=campaign,
                student=student,
                origin=AnswerOrigin.STUDENT,
                speaker=Speaker.STUDENT,
                by=student,
                question=question,
                value=value,
            )
            for question, value in (
                (Question.DEVICE, "phone"),
                (Question.DEVICE, "phone"),
                (Question.CONNECTION, "home"),
                (Question.PRINTER, "no"),
            )
        ]
    )

    assert errors(found) == refusals(found) == []
    saved = SurveyAnswer.objects.get()
    assert (saved.device, saved.connection, saved.printer) == ("phone", "home", "no")
