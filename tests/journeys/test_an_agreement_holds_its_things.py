"""What is signed is what is handed over, to whom it was signed for: at the desk, in another window,
after a change, with another guardian looking on.
"""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from continuity.equipment.services import loans, pool
from continuity.models import EquipmentItem, Loan, LoanAgreement
from courses.exceptions import Refusal
from courses.people.services import guardians
from tests.factories import equipment
from tests.factories.agreements import (
    agreement,
    anew,
    at,
    chosen,
    kept,
    laptop,
    office,
    other,
    signed_by,
    student,
)
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import RegistrarFactory
from tests.factories.worker import run_worker

__all__ = ["agreement", "kept", "laptop", "office", "other", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

SIGNED = {"do": "sign", "name": "Morgane Noisetier", "has_read": "on"}
A_QUARTER = datetime.timedelta(minutes=15)


def test_a_loan_settles_the_student_s_other_agreements_on_it(kept, office, student, laptop):
    first = equipment.agreed(student, laptop, by=office)
    other_text = equipment.agreed(student, laptop, by=office, due_on=datetime.date(2027, 2, 12))
    assert anew(first).taken_off_at
    elsewhere = equipment.agreed(student, equipment.thing(laptop.school), by=office)

    loans.hand_over(agreement=signed_by(kept, other_text), by=office)

    assert list(LoanAgreement.objects.standing()) == [elsewhere]


# A signature holds


def test_what_one_family_signed_isn_t_lent_to_another_until_it_is_off_the_list(
    client, school, office, kept, student, other, laptop, agreement
):
    signed_by(kept, agreement)
    client.force_login(office)
    desk, form = address("desk", school.public_id), chosen(other, laptop)

    scanned = client.get(desk, {"code": "0412", "student": other.public_id}, follow=True)
    refused = client.post(address("lend", school.public_id), form)
    drawn = client.post(address("draw_up_agreement", school.public_id), chosen(other, laptop))
    with pytest.raises(Refusal, match="signed agreement"):
        equipment.decided(equipment.need_of(other), number="0412", by=office)

    for answer in (scanned, refused, drawn):
        assert "Another student has a signed agreement on number 0412." in answer.text
    assert address("agreement", agreement.public_id) in refused.text
    assert not Loan.objects.exists()
    client.post(address("take_agreement_off", agreement.public_id))
    client.post(address("lend", school.public_id), form)
    assert Loan.objects.get().student == other


def test_its_own_student_is_handed_it_as_it_was_signed(
    client, school, office, kept, student, laptop, agreement
):
    signed_by(kept, agreement)
    client.force_login(office)
    desk = address("desk", school.public_id)

    scanned = client.get(desk, {"code": "0412"}, follow=True)
    refused = client.post(address("lend", school.public_id), chosen(student, laptop))

    assert "signed. Hand over what it says" in scanned.text
    assert address("agreement", agreement.public_id) in scanned.text
    assert "has a signed agreement on this" in refused.text
    client.post(address("hand_over_agreed", agreement.public_id))
    assert Loan.objects.get().agreement == agreement


def test_of_two_families_the_first_signature_holds_it(client, kept, office, other, laptop):
    second = follows(GuardianFactory(language="en"), other)
    theirs = equipment.agreed(other, laptop, by=office)
    mine = equipment.agreed(kept.student, laptop, by=office)
    signed_by(kept, mine)
    url = address("link_agreement", linked(second), theirs.public_id)

    text = client.get(url).text
    answer = client.post(url, SIGNED)

    assert "Not free any more: 0412" in text
    assert 'name="has_read"' not in text
    assert answer.status_code == 422
    assert anew(theirs).signed_at is None


def test_after_its_last_day_a_signature_holds_nothing(kept, office, student, other, laptop):
    short = equipment.agreed(student, laptop, by=office, due_on=datetime.date(2026, 12, 4))
    signed_by(kept, short)

    with at(datetime.date(2026, 12, 5)):
        assert equipment.lent(other, laptop, by=office)


def test_what_was_lent_elsewhere_is_neither_mailed_nor_signed_nor_handed_over(
    client, school, office, kept, student, other, laptop, agreement, mailoutbox
):
    client.force_login(office)
    desk = client.get(
        address("desk", school.public_id),
        {"student": other.public_id, "thing": laptop.public_id},
    ).text
    assert "to be signed. If these things are lent now" in desk
    client.post(address("lend", school.public_id), chosen(other, laptop))
    run_worker()
    mailoutbox.clear()

    with time_machine.travel(timezone.now() + A_QUARTER, tick=True):
        run_worker()

    assert not mailoutbox
    assert "not free any more: 0412" in client.get(address("desk", school.public_id)).text
    page = client.get(address("agreement", agreement.public_id)).text
    assert "Not free any more: 0412" in page
    assert address("hand_over_agreed", agreement.public_id) not in page
    token = linked(kept)
    family = client.get(address("link_equipment", token)).text
    assert "Not free any more: 0412" in family
    assert "To be signed before" not in family
    assert (
        'name="has_read"'
        not in client.get(address("link_agreement", token, agreement.public_id)).text
    )


def test_lent_on_paper_from_the_same_form_there_is_nothing_left_to_sign(
    client, school, kept, office, student, laptop, mailoutbox
):
    client.force_login(office)
    form = chosen(student, laptop)
    client.post(address("draw_up_agreement", school.public_id), form)
    client.post(address("lend", school.public_id), form)
    run_worker()
    mailoutbox.clear()

    with time_machine.travel(timezone.now() + A_QUARTER, tick=True):
        run_worker()

    assert not [mail for mail in mailoutbox if "To sign" in mail.subject]
    assert not LoanAgreement.objects.standing().exists()


def test_what_was_corrected_since_it_was_signed_isn_t_handed_over(
    client, office, kept, laptop, agreement
):
    signed_by(kept, agreement)
    pool.correct(item=laptop, by=office, serial="OTHER")
    client.force_login(office)

    answer = client.post(address("hand_over_agreed", agreement.public_id), follow=True)

    assert "Corrected since this was drawn up: 0412." in answer.text
    assert not Loan.objects.exists()


def test_whose_authority_has_ended_no_longer_lends_by_their_signature(
    client, office, kept, agreement
):
    signed_by(kept, agreement)
    guardians.end(guardianship=kept, by=None)
    client.force_login(office)

    answer = client.post(address("hand_over_agreed", agreement.public_id), follow=True)

    assert "no longer holds parental authority" in answer.text
    assert not Loan.objects.exists()


def test_a_sheet_isn_t_signed_on_paper_where_nothing_is_handed_over(
    client, office, other, agreement, laptop
):
    equipment.lent(other, laptop, by=office)
    client.force_login(office)

    client.post(address("hand_over_agreed", agreement.public_id), {"paper": "on"})

    assert anew(agreement).signed_at is None


def test_nothing_is_held_before_it_is_signed(agreement, other, office, laptop):
    equipment.lent(other, laptop, by=office)

    assert EquipmentItem.objects.get(pk=laptop.pk).state == "lent"


def test_what_a_signature_holds_is_reserved_in_the_pool_and_for_the_region(
    client, student, office, kept, agreement, laptop
):
    free = equipment.thing(laptop.school, by=office)
    client.force_login(office)
    before = client.get(address("pool", laptop.school.public_id))
    signed_by(kept, agreement)

    pool = client.get(address("pool", laptop.school.public_id))
    of_state = {
        state: client.get(address("pool", laptop.school.public_id), {"state": state})
        for state in ("available", "reserved")
    }
    thing = client.get(address("thing", laptop.public_id)).text
    client.force_login(RegistrarFactory())
    region = client.get(reverse("continuity:region_things"))

    def numbers(answer):
        return {value: number for *_look, number, value in answer.context["numbers"]}

    (line,) = [line for line, *_rest in region.context["rows"]]
    assert numbers(before) == {"available": 2}
    assert numbers(pool) == {"available": 1, "reserved": 1}
    assert +line.numbers == numbers(pool)
    assert [item for item, _look in of_state["available"].context["rows"]] == [free]
    assert [item for item, _look in of_state["reserved"].context["rows"]] == [laptop]
    assert f"A signed agreement holds it for {student.display_name}." in thing
    assert address("agreement", agreement.public_id) in thing
