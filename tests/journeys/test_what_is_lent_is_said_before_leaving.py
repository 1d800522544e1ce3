"""The page on which a student leaves, and the loan's page, say what is lent, who is told, and what
becomes of guardians and agreements.
"""

import pytest
from django.urls import reverse

from continuity.equipment.services import agreements
from courses.people.enums import Role
from courses.people.models import ComingOfAge, Guardianship
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.departed import (
    elsewhere,
    kept,
    leader,
    leaves,
    lent,
    loan,
    other,
    page,
    school,
    student,
    text,
    told_now,
)
from tests.factories.people import MembershipFactory, OrganisationFactory

__all__ = ["kept", "leader", "loan", "other", "school", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


# The page of leaving


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_page_names_what_is_lent_and_who_is_told(client, student, school, kept, leader, number):
    made = [lent(student, school, kept.guardian, f"041{n}") for n in range(number)]

    said = page(client, "student_leaves", student)

    assert said.count("Still lent:") == number
    for n, one in enumerate(made):
        assert f"Still lent: 041{n}, 041{n}-C. Emails about this loan still go to" in said
        assert reverse("continuity:loan", args=[one.public_id]) in said
    assert said.count(f"go to {kept.guardian.display_name} until everything is back.") == number
    leaves(student, school)
    assert all(told_now(one) == [kept.guardian] for one in made)


def test_the_page_says_that_nobody_who_signed_can_be_told(client, student, school, leader):
    lent(student, school, None)

    assert "0414-C. Nobody who signed can be told" in page(client, "student_leaves", student)


def test_what_is_back_and_another_one_s_loan_are_not_named(client, loan, student, leader):
    second = StudentFactory(in_class=SchoolClassFactory(school=loan.school))
    lent(second, loan.school, None, "0500")
    equipment.back(loan, loan.lines.first().thing)

    said = page(client, "student_leaves", student)

    assert "Still lent: 0414-C. Emails" in said
    assert "0500" not in said


def test_the_page_says_what_becomes_of_guardians_and_of_an_agreement(
    client, student, school, kept, leader
):
    equipment.agreed(student, equipment.thing(school, number="0777"))
    refused = equipment.agreed(student, equipment.thing(school, number="0778"))
    agreements.refuse(agreement=refused)

    said = page(client, "student_leaves", student)

    assert "If the departure is undone before Tuesday 1 June 2027, they do again." in said
    assert "On Tuesday 1 June 2027, or once everything lent is back" in said
    assert "Not handed over yet: 0777. Within an hour of the departure" in said
    assert "0778" not in said
    Guardianship.objects.all().delete()
    assert "From today guardians read" not in page(client, "student_leaves", student)


@pytest.mark.at("2027-07-02T09:00")
def test_the_page_of_july_says_that_guardians_go_with_the_school_year(
    client, student, kept, leader
):
    said = page(client, "student_leaves", student)

    assert "If the departure is undone before Tuesday 31 August 2027, they do again." in said
    assert "On Saturday 1 January 2028, or once everything lent is back" in said


def test_the_page_says_what_becomes_of_it_for_who_goes_on_elsewhere(
    client, loan, student, kept, leader
):
    equipment.agreed(student, equipment.thing(loan.school, number="0777"))
    MembershipFactory(person=student, organisation=OrganisationFactory(), role=Role.STUDENT)

    said = page(client, "student_leaves", student)

    names = f"{student.display_name}, {kept.guardian.display_name}"
    assert f"Emails about this loan still go to {names} until everything is back." in said
    assert "guardians read nothing of the student here, also by personal link. </li>" in said
    assert "Within an hour of the departure the agreement is taken off the list. <a" in said
    assert "undone" not in said.replace("This departure can’t be undone", "")
    leaves(student, loan.school, leader)
    assert told_now(loan) == [student, kept.guardian]


def test_the_page_asks_a_bounded_number_of_queries(
    client, student, school, kept, other, leader, django_assert_max_num_queries
):
    for n, signed_by in enumerate((kept.guardian, other.guardian)):
        lent(student, school, signed_by, f"041{n}")
    address = reverse("people:student_leaves", args=[student.public_id])
    client.get(address)

    with django_assert_max_num_queries(12):
        client.get(address)


# The loan's page


@pytest.mark.parametrize("goes_on_elsewhere", [False, True])
def test_the_loan_s_page_says_who_sees_it_after_the_student_left(
    client, loan, student, leader, goes_on_elsewhere
):
    address = reverse("continuity:loan", args=[loan.public_id])
    assert "guardians who follow the week see this loan" in text(client.get(address))
    if goes_on_elsewhere:
        elsewhere(student)
    leaves(student, loan.school, leader)

    said = text(client.get(address))

    assert "guardians who follow the week see this loan" not in said
    as_a_student = "only as a student of another one; guardians and the class tutor don’t see"
    assert (as_a_student in said) == goes_on_elsewhere
    assert ("neither the family nor the class tutor sees" in said) != goes_on_elsewhere
    assert ("erased with the student’s name" in said) != goes_on_elsewhere


@pytest.mark.parametrize("state", ["here", "left", "elsewhere"])
@pytest.mark.parametrize("is_corrected", [False, True])
def test_the_loan_s_page_asks_a_bounded_number_of_queries(
    client, loan, student, other, leader, state, is_corrected, django_assert_max_num_queries
):
    ComingOfAge.objects.create(student=student, shares=True)
    equipment.back(loan, loan.lines.last().thing, "damaged")
    if is_corrected:
        agreements.correct_signatory(loan=loan, signed_by=other.guardian, by=leader)
    if state == "elsewhere":
        elsewhere(student)
    if state != "here":
        leaves(student, loan.school, leader)
    address = reverse("continuity:loan", args=[loan.public_id])
    client.get(address)

    with django_assert_max_num_queries(13 if is_corrected else 12):
        client.get(address)
