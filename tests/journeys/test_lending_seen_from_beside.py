"""What families, students and staff beside the desk read of lending: what is decided, what is to be
signed, what is lent; each from the school through which they read, and no other.
"""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from continuity.equipment.services import agreements, pool, while_out
from continuity.models import EquipmentNeed, SurveyAnswer
from continuity.wagtail_hooks import requests_and_loans_to_see_to
from courses.people.enums import GuardianQuality, Role
from courses.people.models import ComingOfAge, Person
from courses.people.services.leaving import close_student
from tests.factories import equipment, survey
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    teaching,
    tutor_of,
)
from tests.factories.continuity_pages import address, page
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import RegistrarFactory, _member
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

ASKED = {"wants": "device", "device": "phone", "connection": "home"}


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
    assert "The school lends nothing to this student at the moment." in text
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


# What is due at the desk


def first_page(person) -> list[str]:
    """What is due of equipment, as the first page asks for it."""
    reader = Person.objects.get(pk=person.pk)
    with translation.override("en"):
        return [item.title for item in requests_and_loans_to_see_to(reader, timezone.now())]


def signed(agreement, kept):
    agreements.sign(
        agreement=agreement, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    agreement.refresh_from_db()
    return agreement


@pytest.mark.parametrize("reads", ["leader", "office"])
def test_the_first_page_says_what_of_loans_is_to_be_seen_to(
    client, school, school_class, student, kept, office, reads
):
    reader = office if reads == "office" else LeaderFactory(leads=school)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    others = StudentFactory.create_batch(3, in_class=school_class)
    nothing = first_page(reader)
    reported = equipment.lent(others[0], equipment.thing(school), by=office)
    for by in (others[0], kept.guardian):  # of one thing
        while_out.report(line=reported.lines.get(), kind="stolen", by=by)
    late = equipment.lent(others[1], equipment.thing(school), by=office)
    type(late).objects.filter(pk=late.pk).update(due_on=yesterday)
    equipment.lent(others[2], equipment.thing(school), by=office)
    close_student(student=others[2], school=school, by=office)
    refused = equipment.agreed(student, equipment.thing(school), by=office)
    agreements.refuse(agreement=refused)
    signed(equipment.agreed(student, equipment.thing(school), by=office), kept)

    text = first_page(reader)

    for said in (
        "1 thing that is lent is reported broken, lost or stolen",
        "1 loan agreement wasn’t accepted: call the family",
        "1 loan agreement is signed: hand the things over",
        "1 student has left and still has things of the school",
        "1 loan isn’t back, and its last day has passed",
    ):
        assert said in text, said
        assert said not in nothing
    client.force_login(reader)
    assert "Has left this school" in page(client, "school_loans", school.public_id)


def test_another_school_s_loans_are_due_to_nobody_here(client, school, second_school, student):
    equipment.lent(student, equipment.thing(school))
    loan = student.loans.get()
    while_out.report(line=loan.lines.get(), kind="lost", by=student)

    assert first_page(LeaderFactory(leads=second_school.school)) == []


# Families and the student of age


def test_a_family_reads_first_that_an_agreement_is_to_be_signed(
    client, school, student, kept, office
):
    told = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)
    token = linked(kept)
    agreement = equipment.agreed(student, equipment.thing(school), by=office)

    def read():
        client.force_login(kept.guardian)
        by_account = page(client, "children"), page(client, "child_week", kept.public_id)
        client.logout()
        return *by_account, page(client, "link_week", token)

    before = read()
    client.force_login(told.guardian)
    of_told = page(client, "children")
    signed(agreement, kept)
    after = read()

    here = address("child_agreement", kept.public_id, agreement.public_id)
    by_link = address("link_agreement", token, agreement.public_id)
    for text, way in zip(before, (here, here, by_link), strict=True):
        assert "a loan agreement is to be signed" in text
        assert way in text
    assert all("is to be signed" not in text for text in (*after, of_told))
    assert address("child_equipment", kept.public_id) in before[0]


def test_a_student_of_age_reads_it_above_the_week_and_a_minor_doesn_t(
    client, school, student, office
):
    equipment.agreed(student, equipment.thing(school), by=office)
    client.force_login(student)
    minor = page(client, "week")
    ComingOfAge.objects.create(student=student)

    of_age = page(client, "week")

    assert "is to be signed by you" not in minor
    assert "is to be signed by you" in of_age


@pytest.mark.parametrize("why", ["lent meanwhile", "last day over"])
def test_what_can_t_be_signed_any_more_isn_t_asked_for(
    client, school, school_class, student, kept, office, why
):
    laptop, due_on = equipment.thing(school), timezone.localdate()
    equipment.agreed(student, laptop, by=office, due_on=due_on)
    client.force_login(kept.guardian)
    before = page(client, "children")
    moment = timezone.now()
    if why == "lent meanwhile":
        equipment.lent(StudentFactory(in_class=school_class), laptop, by=office)
    else:
        moment += datetime.timedelta(days=1)

    with time_machine.travel(moment, tick=False):
        family = page(client, "children"), page(client, "child_week", kept.public_id)
        ComingOfAge.objects.create(student=student)
        client.force_login(student)
        own = page(client, "week")

    assert "is to be signed" in before
    assert all("is to be signed" not in text for text in (*family, own))


def test_a_signed_agreement_of_which_a_thing_is_gone_isn_t_to_be_handed_over(
    school, student, kept, office
):
    laptop = equipment.thing(school)
    signed(equipment.agreed(student, laptop, by=office), kept)
    signed(equipment.agreed(student, equipment.thing(school), by=office), kept)

    pool.move(item=laptop, state="lost", by=office)

    assert first_page(office) == [
        "1 loan agreement is signed: hand the things over",
        "1 signed loan agreement names a thing that isn’t free any more",
    ]


def test_a_loan_whose_last_day_has_passed_says_so_everywhere(client, school, student, kept, office):
    loan = equipment.lent(student, equipment.thing(school), by=office)
    type(loan).objects.filter(pk=loan.pk).update(due_on=datetime.date(2026, 11, 28))
    token = linked(kept)
    client.force_login(student)
    own = page(client, "week"), page(client, "my_loans")
    client.force_login(kept.guardian)
    family = page(client, "children"), page(client, "child_week", kept.public_id)

    assert "to be given back by 28 November 2026, which has passed" in own[0]
    assert "not back yet" in own[1]
    assert "not back yet" in page(client, "link_equipment", token)
    for text in family:
        assert "a loan was to be given back by 28 November 2026" in text


def test_the_first_page_of_a_family_costs_the_same_with_loans(
    client, school, school_class, kept, office
):
    def children_page(number):
        for _n in range(number):
            child = StudentFactory(in_class=school_class)
            follows(kept.guardian, child)
            equipment.agreed(child, equipment.thing(school), by=office)
        with CaptureQueriesContext(connection) as captured:
            page(client, "children")
        return len(captured)

    client.force_login(kept.guardian)
    children_page(1)
    assert children_page(1) == children_page(3)


@pytest.mark.parametrize("way", ["account", "student"])
def test_the_letter_s_button_leads_to_the_agreement(
    client, school, student, kept, office, mailoutbox, way
):
    if way == "student":
        ComingOfAge.objects.create(student=student)
    agreement = equipment.agreed(student, equipment.thing(school), by=office)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11), tick=True):
        run_worker()

    ways = {
        "account": address("child_agreement", kept.public_id, agreement.public_id),
        "student": address("my_agreement", agreement.public_id),
    }
    (letter,) = mailoutbox
    assert ways[way].removeprefix("/en") in letter.body
    assert school.name in letter.body


# The survey's end


def test_the_survey_s_end_leads_to_the_request(client, school, student, kept):
    campaign = survey.campaign_of(school)
    survey.answered(campaign, student, device="phone")
    survey.answered(campaign, student, by=kept.guardian, origin="guardian", speaker="guardian")
    client.force_login(student)
    own = page(client, "survey_end")
    client.force_login(kept.guardian)
    family = page(client, "child_survey_end", kept.public_id)

    assert address("ask_for_equipment") in own
    assert address("child_ask", kept.public_id) in family


# The region


def test_the_region_sees_a_school_that_waits_and_has_nothing(client, school_class):
    rich = SchoolClassFactory()
    equipment.thing(rich.school)
    for one in StudentFactory.create_batch(5, in_class=school_class):
        equipment.need_of(one)
    EquipmentNeed.objects.update(asked_at=timezone.now() - datetime.timedelta(days=60))
    few = SchoolClassFactory()
    equipment.need_of(StudentFactory(in_class=few))
    client.force_login(RegistrarFactory())

    text = page(client, "region_things")
    of_a_kind = page(client, "region_things", kind="bag")
    table = client.get(address("export_region_things")).content.decode()

    for shown in (text, of_a_kind, table):
        assert school_class.school.name in shown
        assert few.school.name not in shown
