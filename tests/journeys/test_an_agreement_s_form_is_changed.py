"""The desk's form of an agreement or a loan: what is reserved, a form changed after Back, and a last
day too far.
"""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from continuity.equipment import rules
from continuity.equipment.exceptions import LoanTooLong
from continuity.equipment.services import loans, while_out
from continuity.models import Loan, LoanAgreement
from continuity.writing.forms.days import TypedDayField
from courses.people.models.classes import end_of_next_school_year
from tests.factories import equipment
from tests.factories.agreements import (
    agreement,
    chosen,
    kept,
    laptop,
    office,
    other,
    signed_by,
    student,
)
from tests.factories.continuity_pages import address
from tests.factories.guardians import linked

__all__ = ["agreement", "kept", "laptop", "office", "other", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


# The desk takes what is reserved


@pytest.mark.parametrize("is_chosen", [True, False], ids=["student chosen", "thing first"])
def test_what_is_reserved_for_the_student_is_taken_and_says_for_whom(
    client, school, office, student, laptop, is_chosen
):
    equipment.decided(equipment.need_of(student), number="0412", by=office)
    client.force_login(office)
    before = {"student": student.public_id} if is_chosen else {}

    answer = client.get(address("desk", school.public_id), {"code": "0412"} | before, follow=True)

    assert "can’t be lent now" not in answer.text
    assert student.display_name in answer.text
    assert f'name="items" value="{laptop.public_id}" checked' in answer.text


def test_what_is_reserved_for_another_student_is_said_to_be(
    client, school, office, student, other, laptop
):
    equipment.decided(equipment.need_of(student), number="0412", by=office)
    client.force_login(office)

    answer = client.get(
        address("desk", school.public_id),
        {"code": "0412", "student": other.public_id},
        follow=True,
    )

    assert "Number 0412 is reserved for another student." in answer.text
    assert laptop.public_id not in answer.text


# One form, one agreement, one loan


def test_a_form_changed_after_back_says_what_is_saved_then_takes_its_place(
    client, school, office, student, laptop
):
    charger = equipment.thing(school, kind="charger", goes_with=laptop)
    client.force_login(office)
    url, form = address("draw_up_agreement", school.public_id), chosen(student, laptop, charger)
    client.post(url, form)
    changed = form | {"items": [laptop.public_id], "due_on": "2027-02-12"}

    refused = client.post(url, changed)
    again = client.post(url, changed | {"key": refused.context["form"].data["key"]})

    assert refused.status_code == 422
    assert "2 July 2027" in refused.text
    assert f'name="items" value="{charger.public_id}" checked' not in refused.text
    found = LoanAgreement.objects.standing().get()
    assert again.url == f"{address('agreement', found.public_id)}?signed_by=other"
    assert (found.due_on, found.named) == (datetime.date(2027, 2, 12), {laptop.public_id})


@pytest.mark.parametrize("change", ["thing", "day"])
def test_a_loan_s_form_changed_after_back_says_what_was_handed_over(
    client, school, office, student, laptop, change
):
    another = equipment.thing(school, number="0999")
    client.force_login(office)
    url, form = address("lend", school.public_id), chosen(student, laptop)
    client.post(url, form)
    chose = {"thing": [another.public_id], "items": [another.public_id]}

    answer = client.post(url, form | (chose if change == "thing" else {"due_on": "2027-01-29"}))

    assert answer.status_code == 422
    assert "what is saved is 0412, until Friday 2 July 2027" in answer.text
    assert Loan.objects.count() == 1
    assert client.post(url, form).status_code == 302


def test_back_and_the_same_once_more_is_the_same_agreement(client, school, office, student, laptop):
    client.force_login(office)
    url = address("draw_up_agreement", school.public_id)

    first = client.post(url, chosen(student, laptop))
    again = client.post(url, chosen(student, laptop))

    assert first.url == again.url
    assert LoanAgreement.objects.count() == 1


# After it


def test_another_last_day_is_said_above_the_signed_text(client, kept, office, agreement):
    loan = loans.hand_over(agreement=signed_by(kept, agreement), by=office)
    url = address("link_agreement", linked(kept), agreement.public_id)
    assert "changed the last day" not in client.get(url).text

    while_out.prolong(loan=loan, due_on=datetime.date(2027, 2, 12))

    assert "it is now 12 February 2027" in client.get(url).text
    client.force_login(office)
    page = client.get(address("loan", loan.public_id)).text
    assert "The agreement was signed until 2 July 2027." in page


@pytest.mark.parametrize(
    ("day", "said"),
    [("31/12/9999", "31 August 2028"), ("1/12/2028", "31 August 2028"), ("x", "valid date")],
)
def test_a_last_day_too_far_is_refused_for_what_it_is(client, office, student, laptop, day, said):
    loan = equipment.lent(student, laptop, by=office)
    client.force_login(office)

    answer = client.post(address("prolong_loan", loan.public_id), {"due_on": day}, follow=True)

    assert said in answer.text
    assert "This is no day." not in answer.text


@pytest.mark.parametrize("today", ["2026-11-30", "2027-08-01"])
def test_no_loan_is_longer_than_the_end_of_the_next_school_year(today, student, laptop, office):
    """By one rule for the field that is typed, a new loan, and a later last day."""
    with time_machine.travel(f"{today}T09:00+00:00"):
        last = end_of_next_school_year(timezone.localdate())
        too_long = last + datetime.timedelta(days=1)
        assert TypedDayField().clean(str(last)) == last
        with pytest.raises(ValidationError):
            TypedDayField().clean(str(too_long))
        with pytest.raises(LoanTooLong):
            equipment.lent(student, laptop, by=office, due_on=too_long)
        loan = equipment.lent(student, laptop, by=office, due_on=last)
        assert isinstance(
            rules.why_not_prolong(loan, too_long, today=timezone.localdate()), LoanTooLong
        )
        assert rules.why_not_prolong(loan, last, today=timezone.localdate()) is None
