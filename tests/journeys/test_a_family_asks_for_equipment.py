"""Somebody has nothing to work with: it is asked for by whom it concerns, or on behalf of them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.register.services import erasing
from continuity.equipment.services import needs
from continuity.models import EquipmentNeed, NeedDecision
from courses.exceptions import Refusal
from courses.people.enums import GuardianQuality
from tests.factories import equipment, survey
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    tutor_of,
)
from tests.factories.continuity_pages import address, page
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.needs import leader, student

__all__ = ["leader", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

MOST_STATEMENTS = 12
ASKED = {"wants": "device", "device": "shared", "shared_with": "3", "connection": "phone"}


# Asking


def test_a_student_asks_reads_the_place_and_withdraws(client, school, student):
    client.force_login(student)

    client.post(address("ask_for_equipment"), ASKED)
    again = client.post(address("ask_for_equipment"), ASKED | {"device": "none", "shared_with": ""})

    need = EquipmentNeed.objects.get()
    assert (need.student, need.asked_by, need.asked_as) == (student, student, "student")
    assert (need.device, need.shared_with, need.connection) == ("shared", 3, "phone")
    assert again.status_code == 422
    assert "it is still open" in again.text
    assert "Place 1 on the waiting list" in page(client, "my_loans")
    client.post(address("withdraw_need", need.public_id))
    need.refresh_from_db()
    assert need.closed_at is not None
    assert "Withdrawn." in page(client, "my_loans")


def test_the_form_knows_what_the_student_answered_in_the_survey(client, school, student):
    survey.answered(survey.campaign_of(school), student, device="phone", connection="none")
    client.force_login(student)

    form = client.get(address("ask_for_equipment")).context["form"]

    assert (form.initial["device"], form.initial["connection"]) == ("phone", "none")


def test_a_guardian_asks_by_link_and_another_by_account_sees_it(client, school, student):
    mine, other = follows(GuardianFactory(), student), follows(GuardianFactory(), student)
    token = linked(mine)

    client.post(address("link_ask", token), ASKED)
    by_link = page(client, "link_equipment", token)
    client.force_login(other.guardian)
    by_account = page(client, "child_equipment", other.public_id)

    need = EquipmentNeed.objects.get()
    assert (need.asked_by, need.asked_as) == (mine.guardian, "guardian")
    assert "Withdraw this request" in by_link
    assert "Withdraw this request" not in by_account
    assert mine.guardian.display_name not in by_account
    stranger = client.post(address("child_withdraw_need", other.public_id, need.public_id))
    assert stranger.status_code == 404


def test_who_may_only_be_told_reads_and_doesn_t_ask(client, school, student):
    told = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)
    equipment.need_of(student)
    client.force_login(told.guardian)

    text = page(client, "child_equipment", told.public_id)
    refused = client.post(address("child_ask", told.public_id), ASKED)

    assert "Ask for equipment" not in text
    assert refused.status_code == 404
    assert EquipmentNeed.objects.count() == 1


def test_a_class_tutor_asks_on_behalf(client, school, school_class, student):
    tutor = tutor_of(school_class)
    survey.answered(survey.campaign_of(school), student, device="phone")
    client.force_login(tutor)

    known = client.get(address("need_for", student.public_id)).context["form"].initial
    client.post(address("need_for", student.public_id), ASKED)

    need = EquipmentNeed.objects.get()
    assert known["device"] == "phone"
    assert (need.asked_by, need.asked_as) == (tutor, "staff")


def test_the_office_asks_on_behalf_without_reading_the_survey(client, school, student):
    survey.answered(survey.campaign_of(school), student, device="phone")
    client.force_login(equipment.office_of(school))

    form = client.get(address("need_for", student.public_id)).context["form"]
    listed = page(client, "needs", school.public_id)

    assert form.initial == {}
    assert "Said so in the survey" not in listed


def test_somebody_without_a_class_asks_too(client, school, student):
    student.class_memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))
    client.force_login(student)

    client.post(address("ask_for_equipment"), ASKED)

    assert EquipmentNeed.objects.get().school == school


def test_a_leader_sees_who_said_so_in_the_survey(client, school, school_class, leader, student):
    campaign = survey.campaign_of(school, by=leader)
    asked, lent, fine = StudentFactory.create_batch(3, in_class=school_class)
    for one in (student, asked, lent):
        survey.answered(campaign, one, device="phone")
    survey.answered(campaign, fine, device="own")
    equipment.lent(lent, equipment.thing(school))
    equipment.need_of(asked)
    refused = StudentFactory(in_class=school_class)
    survey.answered(campaign, refused, device="phone")
    equipment.decided(equipment.need_of(refused), "no", "has_one", by=leader)
    client.force_login(leader)

    said = client.get(address("needs", school.public_id)).context["said"]

    assert said == [student]


def test_a_closed_request_is_found_again_with_what_became_of_it(
    client, school, school_class, leader, student
):
    served, refused, withdrawn = StudentFactory.create_batch(3, in_class=school_class)
    equipment.need_of(student)
    equipment.decided(equipment.need_of(refused), "no", "has_one", by=leader)
    taken_back = equipment.need_of(withdrawn)
    needs.withdraw(need=taken_back)
    equipment.need_of(served)
    equipment.lent(served, equipment.thing(school), by=leader, words="Before others.")
    client.force_login(leader)

    page = client.get(address("needs", school.public_id))
    text = " ".join(page.text.split("<summary>")[1].split())

    assert [one.student for one in page.context["closed"]] == [served, withdrawn, refused]
    assert student.display_name not in text
    for one, became in (
        (served, "Served by a loan"),
        (withdrawn, "Withdrawn"),
        (refused, "Refused"),
    ):
        row = text[text.index(one.display_name) :].split("</li>")[0]
        assert became in row
        assert address("need", EquipmentNeed.objects.get(student=one).public_id) in text


def test_what_is_closed_stands_below_what_is_lent(client, school, student, leader):
    equipment.decided(equipment.need_of(student), "no", "has_one", by=leader)
    equipment.lent(student, equipment.thing(school), by=leader)
    equipment.need_of(student, wants="connection", connection="none")
    client.force_login(student)

    text = client.get(address("my_loans")).text

    order = ["Request: a connection", "To be given back by", "Request: a computer"]
    places = [text.find(one) for one in order]
    assert -1 not in places
    assert places == sorted(places)


def test_who_reads_loans_and_requests_is_said_to_students_and_leaders(client, school, student):
    equipment.lent(student, equipment.thing(school, number="H-1"))
    decision = {"verdict": "later", "reason": "none_free", "words": "Mardi, on en reçoit."}
    equipment.decided(equipment.need_of(student, wants="connection"), **decision)
    told = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)

    by_link = page(client, "link_equipment", linked(told))
    client.force_login(student)
    own, who = page(client, "my_loans"), page(client, "who_reads")
    client.force_login(LeaderFactory(leads=school, language="en"))
    leaders = client.get(reverse("people:guardians", args=[school.public_id])).text

    assert "H-1" in by_link
    assert "Mardi, on en reçoit." in by_link
    assert "and guardians who follow your week see what your school lends you" in own
    assert "what the school lends you, and what was asked for and decided" in who
    assert "and what is lent, asked for and decided" in leaders
    assert "They change nothing." not in leaders


def test_a_closed_request_isn_t_decided_and_can_be_made_anew(school, student):
    need = equipment.need_of(student)
    equipment.decided(need, "no", "has_one")

    with pytest.raises(Refusal, match="is closed"):
        equipment.decided(need, words="Encore")
    again = equipment.need_of(student)

    assert again.pk != need.pk
    with pytest.raises(Refusal, match="is closed"):
        needs.withdraw(need=need)


def test_a_closed_request_is_erased_after_the_school_year_and_an_open_one_stays(school, student):
    closed = equipment.need_of(student)
    equipment.decided(closed, "no", "has_one")
    still_open = equipment.need_of(student, wants="connection")

    erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=300))

    assert list(EquipmentNeed.objects.all()) == [still_open]
    assert not NeedDecision.objects.exists()


@pytest.mark.parametrize("number", [5, 30, 200])
def test_the_list_costs_the_same_whatever_the_size(client, school, school_class, leader, number):
    campaign = survey.campaign_of(school, by=leader)
    students = StudentFactory.create_batch(number, in_class=school_class)
    EquipmentNeed.objects.bulk_create(
        EquipmentNeed(
            school=school,
            student=one,
            asked_by=one,
            asked_as="student",
            wants="device",
            device="phone",
        )
        for one in students
    )
    survey.answered(campaign, StudentFactory(in_class=school_class), device="phone")
    need = EquipmentNeed.objects.first()
    equipment.decided(need, "later", "none_free")
    client.force_login(leader)

    for named, of in (("needs", school), ("need", need)):
        with CaptureQueriesContext(connection) as asked:
            page(client, named, of.public_id)
        assert len(asked) <= MOST_STATEMENTS, (named, len(asked))
    client.force_login(need.student)
    with CaptureQueriesContext(connection) as asked:
        page(client, "my_loans")
    assert len(asked) <= MOST_STATEMENTS
