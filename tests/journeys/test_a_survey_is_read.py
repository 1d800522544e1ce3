"""What a survey on equipment tells staff and the region, and how a school begins one."""

import csv
import datetime
import io

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.register.services import erasing
from continuity.enums import AnswerOrigin, Connection, Device, Speaker
from continuity.equipment.services import campaigns
from continuity.models import (
    DeclinedProposal,
    SurveyAnswer,
    SurveyCampaign,
    SurveyPause,
    SurveyProposal,
)
from courses.people.enums import OrganisationKind, Role
from tests.factories import survey
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    tutor_of,
)
from tests.factories.people import MembershipFactory, OrganisationFactory, RegistrarFactory
from tests.factories.survey_pages import ONE_DAY, as_person, page, send

pytestmark = pytest.mark.django_db


MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def _monday_noon():
    with time_machine.travel(at(MONDAY, 12), tick=False):
        yield


# Results


def test_both_answers_stand_beside_each_other(client, school_class):
    campaign = survey.campaign_of(school_class.school)
    student, tutor = StudentFactory(in_class=school_class), tutor_of(school_class)
    survey.answered(campaign, student, device=Device.OWN)
    survey.answered(campaign, student, by=tutor, speaker=Speaker.GUARDIAN, device=Device.PHONE)
    as_person(client, tutor)

    seen = page(client, "class_survey", school_class.public_id)

    assert "Answers that differ" in seen
    assert "The student: one’s own computer or tablet" in " ".join(seen.split())
    assert "A guardian (source: call): only a phone" in " ".join(seen.split())


def test_a_class_in_numbers_and_as_a_table(client, school_class):
    campaign = survey.campaign_of(school_class.school)
    tutor = tutor_of(school_class)
    students = [
        StudentFactory(in_class=school_class, family_name=name) for name in ("Abel", "Bris", "Cado")
    ]
    survey.answered(campaign, students[0], device=Device.NONE, connection=Connection.NONE)
    survey.answered(campaign, students[1], device=Device.SHARED, shared_with=4)
    as_person(client, tutor)

    seen = page(client, "surveys")
    answer = client.get(reverse("continuity:export_survey", args=[school_class.public_id]))

    assert "2 of 3" in seen
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[0] for line in table[1:]] == ["Abel", "Bris", "Cado"]
    assert table[1][5:8] == ["no device", "", "no connection"]
    assert table[2][5:7] == ["a shared computer or tablet", "4 people or more"]
    assert set(table[3][2:]) == {""}


@pytest.mark.parametrize("number", [5, 30, 200])
def test_results_cost_the_same_for_any_number_of_students(client, school_class, number):
    campaign, tutor = survey.campaign_of(school_class.school), tutor_of(school_class)
    leader = LeaderFactory(leads=school_class.school)
    students = StudentFactory.create_batch(number, in_class=school_class)
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            campaign=campaign,
            student=student,
            origin=AnswerOrigin.STUDENT,
            speaker=Speaker.STUDENT,
            answered_by=student,
            device=Device.PHONE,
        )
        for student in students[::2]
    )
    for person in (tutor, leader):
        as_person(client, person)
        for name, args in (("surveys", []), ("class_survey", [school_class.public_id])):
            client.get(reverse(f"continuity:{name}", args=args))
            with CaptureQueriesContext(connection) as captured:
                page(client, name, *args)
            assert len(captured) <= MOST_STATEMENTS, name


# Campaigns and proposals


def test_a_leader_begins_a_survey_once(client, school_class):
    leader = LeaderFactory(leads=school_class.school)
    as_person(client, leader)
    days = {"opens_on": "2026-11-30", "closes_on": "2026-12-11"}

    answers = [send(client, "begin_survey", school_class.school.public_id, **days) for _ in "ab"]

    assert [one.status_code for one in answers] == [302, 302]
    campaign = SurveyCampaign.objects.get()
    assert (campaign.begun_by, campaign.school) == (leader, school_class.school)


def test_a_second_survey_on_the_same_days_is_refused_and_the_days_typed_stay(client, school_class):
    campaign = survey.campaign_of(school_class.school, first=-9, last=-1)
    coming = survey.campaign_of(school_class.school, first=12, last=20)
    SurveyCampaign.objects.filter(pk=campaign.pk).update(closes_on=MONDAY - ONE_DAY)
    as_person(client, LeaderFactory(leads=school_class.school))
    days = {"opens_on": "2026-12-01", "closes_on": coming.opens_on.isoformat()}

    answer = send(client, "begin_survey", school_class.school.public_id, **days)

    assert answer.status_code == 422
    assert SurveyCampaign.objects.count() == 2


def test_a_survey_is_ended_today(client, school_class):
    campaign = survey.campaign_of(school_class.school)
    as_person(client, LeaderFactory(leads=school_class.school))

    send(client, "survey_last_day", campaign.public_id, closes_on=MONDAY.isoformat())

    campaign.refresh_from_db()
    assert campaign.closes_on == MONDAY


def test_the_region_proposes_and_nothing_begins_by_itself(client, school_class):
    other = SchoolClassFactory().school
    as_person(client, RegistrarFactory())
    days = {"opens_on": "2026-12-01", "closes_on": "2026-12-11"}
    for _twice in "ab":
        assert send(client, "propose_survey", **days).status_code == 302
    proposal = SurveyProposal.objects.get()
    assert not SurveyCampaign.objects.exists()

    as_person(client, LeaderFactory(leads=school_class.school))
    assert "The region proposes a survey" in client.get(reverse("today:home")).text
    for _twice in "ab":
        send(client, "accept_survey_proposal", school_class.school.public_id, proposal.public_id)
    campaign = SurveyCampaign.objects.get()
    assert (campaign.school, campaign.proposal) == (school_class.school, proposal)
    assert "The region proposes a survey" not in client.get(reverse("today:home")).text

    as_person(client, LeaderFactory(leads=other))
    send(client, "decline_survey_proposal", other.public_id, proposal.public_id)
    assert DeclinedProposal.objects.get().school == other
    assert "The region proposes a survey" not in page(client, "surveys")

    for _two in "ab":
        SchoolClassFactory()  # whose leaders say nothing
    as_person(client, RegistrarFactory())
    text = page(client, "region_survey")
    for said in (
        "One school has accepted.",
        "One school has declined.",
        "2 schools haven’t answered.",
    ):
        assert said in text


def test_a_survey_of_just_these_days_is_the_proposed_one_once_it_is_accepted(client, school_class):
    school, leader = school_class.school, LeaderFactory(leads=school_class.school)
    days = {"opens_on": datetime.date(2026, 12, 1), "closes_on": datetime.date(2026, 12, 11)}
    proposal = campaigns.propose(by=RegistrarFactory(), **days)
    campaigns.begin(school=school, by=leader, **days)
    as_person(client, leader)
    assert "The region proposes a survey" in page(client, "surveys")

    send(client, "accept_survey_proposal", school.public_id, proposal.public_id)

    assert SurveyCampaign.objects.get().proposal == proposal
    assert "The region proposes a survey" not in page(client, "surveys")


# What the region reads


def surveyed_school(own: int, phones: int, *, last: int = -1):
    school_class = SchoolClassFactory()
    campaign = survey.campaign_of(school_class.school, first=-20, last=last)
    for device, number in ((Device.OWN, own), (Device.PHONE, phones)):
        for _one in range(number):
            survey.answered(campaign, StudentFactory(in_class=school_class), device=device)
    return campaign


def officer():
    region = OrganisationFactory(kind=OrganisationKind.REGION)
    return MembershipFactory(role=Role.OFFICER, organisation=region).person


def device_lines(client) -> dict:
    table = client.get(reverse("continuity:region_survey")).context["tables"][0].table
    return {line.key: line.cells for line in table.lines}


def test_the_region_reads_no_number_below_five(client):
    small, large, larger = surveyed_school(6, 2), surveyed_school(7, 6), surveyed_school(9, 9)
    running = surveyed_school(6, 6, last=3)
    as_person(client, officer())

    lines = device_lines(client)

    assert lines == {small.school: None, large.school: None, larger.school: (9, 0, 9)}
    assert running.school not in lines


def test_a_student_is_one_person_whoever_answered(client):
    campaign = surveyed_school(6, 6)
    tutor, student = tutor_of(SchoolClassFactory()), campaign.answers.first().student
    survey.answered(campaign, student, by=tutor, speaker=Speaker.GUARDIAN, device=Device.NONE)
    alone = StudentFactory(in_class=SchoolClassFactory(school=campaign.school))
    survey.answered(campaign, alone, by=tutor, speaker=Speaker.GUARDIAN, device=Device.NONE)
    survey.answered(
        campaign,
        alone,
        by=tutor_of(SchoolClassFactory()),
        speaker=Speaker.GUARDIAN,
        device=Device.PHONE,
        answered_at=timezone.now() + ONE_DAY,
    )
    as_person(client, officer())

    assert device_lines(client) == {campaign.school: (6, 0, 7)}


@pytest.mark.parametrize("schools", [1, 12])
def test_the_region_s_page_costs_the_same_for_any_number_of_schools(client, schools):
    for _one in range(schools):
        surveyed_school(5, 5)
    as_person(client, officer())
    device_lines(client)

    with CaptureQueriesContext(connection) as captured:
        page(client, "region_survey")

    assert len(captured) <= 8


# What is always true
WRONG = {
    "an unknown device": {"device": "tractor"},
    "shared with somebody, but not shared": {"device": Device.OWN, "shared_with": 2},
    "shared with nobody": {"device": Device.SHARED, "shared_with": 0},
    "data run out without a connection": {"connection": Connection.NONE, "runs_out": "early"},
    "half of what would help": {"help_place": None},
    "a guardian's answer as the student's": {"speaker": Speaker.GUARDIAN},
    "by another than the student": {"answered_by": "tutor"},
}


@pytest.mark.parametrize("case", WRONG)
def test_the_database_refuses_what_can_t_be(school_class, case):
    campaign = survey.campaign_of(school_class.school)
    student, fields = StudentFactory(in_class=school_class), dict(WRONG[case])
    if fields.pop("answered_by", ""):
        fields |= {"by": tutor_of(school_class), "origin": AnswerOrigin.STUDENT}

    with pytest.raises(IntegrityError), transaction.atomic():
        survey.answered(campaign, student, **fields)


def test_answers_go_at_the_end_of_the_school_year(school_class):
    campaign = survey.campaign_of(school_class.school)
    student = StudentFactory(in_class=school_class)
    survey.answered(campaign, student)
    SurveyPause.objects.create(campaign=campaign, student=student)

    erasing.erase_what_is_over(at(datetime.date(2027, 8, 30), 12))
    assert SurveyAnswer.objects.exists()
    erasing.erase_what_is_over(at(datetime.date(2027, 8, 31), 12))

    assert not SurveyAnswer.objects.exists()
    assert not SurveyPause.objects.exists()
    assert not SurveyCampaign.objects.exists()
