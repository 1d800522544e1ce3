"""What families, students and staff beside the desk read of lending: what is decided, what is to be
signed, what is lent; each from the school through which they read, and no other.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.equipment.services import while_out
from continuity.models import EquipmentNeed, SurveyAnswer
from courses.people.enums import Role
from tests.factories import equipment, survey
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    teaching,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import _member

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

ASKED = {"wants": "device", "device": "phone", "connection": "home"}


@pytest.fixture
def school_class():
    return SchoolClassFactory(name="2de 4")


@pytest.fixture
def school(school_class):
    return school_class.school


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas", email="l@example.org")


@pytest.fixture
def office(school):
    return equipment.office_of(school)


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(), student)


@pytest.fixture
def second_school(student):
    """Of the same student, who came to it later."""
    other = SchoolClassFactory(name="CAP 1")
    _member(student, other.school, Role.STUDENT)
    other.memberships.create(student=student, since=timezone.localdate())
    return other


def address(name, *args) -> str:
    return reverse(f"continuity:{name}", args=args)


def page(client, named, *args, **query) -> str:
    answer = client.get(address(named, *args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.text


# On behalf


@pytest.mark.parametrize("asks", ["office", "leader", "tutor"])
def test_a_request_goes_to_the_school_through_which_the_reader_keeps_the_student(
    client, school, student, second_school, asks
):
    survey.answered(survey.campaign_of(school), student, device="own", connection="none")
    readers = {
        "office": lambda: equipment.office_of(second_school.school),
        "leader": lambda: LeaderFactory(leads=second_school.school),
        "tutor": lambda: tutor_of(second_school),
    }
    client.force_login(readers[asks]())

    form = client.get(address("need_for", student.public_id)).context["form"]
    client.post(address("need_for", student.public_id), ASKED)

    assert form.initial == {}
    assert EquipmentNeed.objects.get().school == second_school.school


def test_a_call_of_one_school_writes_nothing_into_the_survey_of_another(
    client, school, student, second_school
):
    here = survey.campaign_of(second_school.school, last=5)
    there = survey.campaign_of(school, last=10)
    client.force_login(tutor_of(second_school))

    question = address("survey_call_question", student.public_id, "student", "device")
    client.post(question, {"answer": "phone"})

    assert SurveyAnswer.objects.get().campaign == here
    SurveyAnswer.objects.all().delete()
    here.delete()
    assert client.get(question).status_code == 404
    assert there.school == school


def test_a_tutor_who_asked_reads_what_was_decided(client, school_class, student, office):
    client.force_login(tutor_of(school_class))
    client.post(address("need_for", student.public_id), ASKED)
    before = page(client, "student", student.public_id)
    need = EquipmentNeed.objects.get()
    equipment.decided(need, "later", "none_free", by=office, words="Mardi, on en reçoit.")

    after = page(client, "student", student.public_id)

    assert "No answer of the school yet." in before
    assert "later, nothing is free at the moment" in after
    assert "Mardi, on en reçoit." in after
    assert "To the request" not in after


def test_the_student_s_page_says_what_there_is_to_work_with(
    client, school, school_class, student, kept, office
):
    campaign = survey.campaign_of(school)
    survey.answered(campaign, student, device="own")
    survey.answered(
        campaign, student, by=kept.guardian, origin="guardian", speaker="guardian", device="phone"
    )
    loan = equipment.lent(student, equipment.thing(school, number="0412"), by=office)
    while_out.report(line=loan.lines.get(), kind="broken", by=student)

    texts = {}
    for reader in (
        tutor_of(school_class),
        LeaderFactory(leads=school),
        teaching(school_class).teacher,
    ):
        client.force_login(reader)
        texts[reader] = page(client, "student", student.public_id)

    *keepers, teacher = texts.values()
    for text in keepers:
        assert "Own computer or tablet" in text or "own computer" in text.lower()
        assert "phone" in text
        assert "Laptop 0412" in text
        assert "reported broken" in text
    assert "0412" not in teacher
    assert "To the loan" not in keepers[0]
    assert "To the loan" in keepers[1]


def test_the_student_s_page_says_nothing_of_another_school(
    client, school, student, second_school, office
):
    survey.answered(survey.campaign_of(school), student, device="phone")
    equipment.lent(student, equipment.thing(school, number="0412"), by=office)
    equipment.need_of(student, school=school, wants="connection")
    client.force_login(tutor_of(second_school))

    text = page(client, "student", student.public_id)

    assert "No survey on equipment this school year." in text
    assert "Nothing is lent at the moment." in text
    assert "Request:" not in text


def test_the_equipment_on_the_student_s_page_costs_a_known_number_of_questions(
    client, school, school_class, student, office
):
    survey.answered(survey.campaign_of(school), student, device="phone")
    client.force_login(tutor_of(school_class))

    def asked():
        with CaptureQueriesContext(connection) as captured:
            page(client, "student", student.public_id)
        return len(captured)

    asked()
    for _number in range(2):
        equipment.lent(student, equipment.thing(school), by=office)
    few = asked()
    for _number in range(4):
        equipment.lent(student, equipment.thing(school), by=office)
    equipment.decided(equipment.need_of(student), "later", "none_free", by=office)
    equipment.need_of(student, wants="connection", connection="none")
    many = asked()

    assert many <= few + 1  # the decisions


# Forms


def test_a_form_is_prefilled_with_the_reader_s_own_answers_alone(client, school, student, kept):
    campaign = survey.campaign_of(school)
    other = follows(GuardianFactory(), student)
    survey.answered(
        campaign, student, by=kept.guardian, origin="guardian", speaker="guardian", device="none"
    )
    token = linked(other)

    client.force_login(student)
    own = client.get(address("ask_for_equipment")).context["form"].initial
    by_link = client.get(address("link_ask", token)).context["form"].initial
    client.force_login(kept.guardian)
    by_account = client.get(address("child_ask", kept.public_id)).context["form"].initial

    assert own == by_link == {}
    assert by_account["device"] == "none"
