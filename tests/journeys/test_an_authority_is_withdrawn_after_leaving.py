"""A guardian's authority is withdrawn after the student left: by the school of before, and what other
schools should hear.
"""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import ComingOfAge, GuardianLink, Guardianship, Membership, Person
from courses.people.services import guardians
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.departed import (
    addresses,
    comes_back,
    elsewhere,
    goes,
    kept,
    leader,
    leaves,
    loan,
    other,
    school,
    student,
    text,
    told_now,
    undo,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import MembershipFactory
from tests.factories.worker import run_worker

__all__ = ["kept", "leader", "loan", "other", "school", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]
A_DAY = datetime.timedelta(days=1)


# Withdrawn after it


def guardians_page(student) -> str:
    return reverse("people:student_guardians", args=[student.public_id])


def ends(client, one: Guardianship) -> str:
    address = reverse("people:end_guardian", args=[one.public_id])
    return text(client.post(address, follow=True))


@pytest.mark.parametrize("goes_on_elsewhere", [False, True])
@pytest.mark.parametrize("days", [0, 3])
def test_an_authority_is_withdrawn_after_the_student_left(
    client, loan, student, kept, other, leader, mailoutbox, goes_on_elsewhere, days
):
    linked(kept)
    if goes_on_elsewhere:
        elsewhere(student)
    leaves(student, loan.school, leader)
    with time_machine.travel(timezone.now() + days * A_DAY):
        client.force_login(leader)
        for item in loan.lines.all()[:1]:
            equipment.back(loan, item.thing)  # a receipt that waits
        ways = [reverse("continuity:loan", args=[loan.public_id])]
        if not goes_on_elsewhere:
            ways.append(reverse("people:student", args=[student.public_id]))
        assert all(guardians_page(student) in client.get(way).text for way in ways)
        assert kept.guardian.display_name in text(client.get(guardians_page(student)))
        mailoutbox.clear()

        said = ends(client, kept)
        run_worker()

        assert "is ended as a guardian here: an undone departure doesn’t change that." in said
        assert kept.guardian.email not in addresses(mailoutbox)
        assert kept.guardian not in told_now(loan)
        assert not GuardianLink.objects.filter(guardianship=kept).exists()
        ends(client, other)
        assert "the student has left that school already" in text(
            client.get(guardians_page(student), follow=True)
        )
        for way in ways:
            assert guardians_page(student) not in client.get(way).text


def test_one_withdrawn_after_it_does_not_come_back_when_it_is_undone(
    client, student, school, kept, other, leader
):
    leaves(student, school, leader)
    ends(client, kept)

    assert "1 guardian is entered again" in undo(client, student)

    assert [goes(kept), goes(other)] == [False, True]


def test_a_press_of_before_the_departure_withdraws_also_after_it(
    client, student, school, kept, leader
):
    before = client.get(guardians_page(student)).text
    assert reverse("people:end_guardian", args=[kept.public_id]) in before
    leaves(student, school)  # by a colleague, in another tab

    assert "is ended as a guardian here" in ends(client, kept)
    undo(client, student)
    assert not goes(kept)


def test_a_press_of_after_the_departure_withdraws_also_once_it_is_undone(
    client, student, school, kept, leader
):
    leaves(student, school)
    assert reverse("people:end_guardian", args=[kept.public_id]) in text(
        client.get(guardians_page(student))
    )
    comes_back(student, school)

    assert "sees nothing of this student any more" in ends(client, kept)
    assert not goes(kept)


def reads_nothing(kept) -> None:
    ComingOfAge.objects.create(student=kept.student)


def is_closed(kept) -> None:
    Person.objects.filter(pk=kept.guardian.pk).update(is_active=False)


@pytest.mark.parametrize("closes", [None, reads_nothing, is_closed])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_sentence_says_what_the_end_here_changes(
    client, student, school, kept, leader, number, closes
):
    """Each other school that goes on showing the week is named."""
    schools = [SchoolClassFactory().school for _n in range(number)]
    for one in schools:
        MembershipFactory(person=student, organisation=one, role=Role.STUDENT)
        follows(kept.guardian, student, school=one)
    if closes:
        closes(kept)

    said = ends(client, kept)

    was_all = "sees nothing of this student any more, from this moment." in said
    assert was_all == (not number and not closes)
    assert ("is ended as a guardian here." in said) != was_all
    assert said.count("goes on showing them the week") == (0 if closes else number)
    for one in schools:
        assert f"{one.name} has entered {kept.guardian.display_name}, too" in said


@pytest.mark.parametrize("is_same_name", [True, False])
def test_another_school_may_show_the_week_to_another_account_of_the_guardian(
    client, student, kept, leader, is_same_name
):
    """Entered without an address, or with another one, in each school."""
    other = SchoolClassFactory().school
    MembershipFactory(person=student, organisation=other, role=Role.STUDENT)
    name = kept.guardian.family_name if is_same_name else "Durand"
    follows(GuardianFactory(family_name=name.upper()), student, school=other)

    said = ends(client, kept)

    assert "is ended as a guardian here." in said
    assert "sees nothing of this student any more" not in said
    entered = f"{other.name} has entered {kept.guardian.display_name}, too, and goes on showing"
    assert (entered in said) == is_same_name


def test_a_school_that_has_switched_guardians_off_should_hear_of_the_end_too(
    client, student, kept, leader
):
    other, left = SchoolClassFactory().school, SchoolClassFactory().school
    MembershipFactory(person=student, organisation=other, role=Role.STUDENT)
    for one in (other, left):  # of `left` she isn't a student today
        follows(kept.guardian, student, school=one)
    guardians.switch(school=other, on=False, by=leader)

    said = ends(client, kept)

    assert "sees nothing of this student any more, from this moment." in said
    assert f"{other.name} has entered {kept.guardian.display_name}, too: tell that school" in said
    assert left.name not in said


def test_after_the_departure_the_next_school_should_hear_of_the_end_unnamed(
    client, student, school, kept, leader
):
    other = SchoolClassFactory().school
    MembershipFactory(person=student, organisation=other, role=Role.STUDENT)
    follows(kept.guardian, student, school=other)
    leaves(student, school, leader)

    said = ends(client, kept)

    assert "is ended as a guardian here: an undone departure doesn’t change that." in said
    assert f"Another school of the student has entered {kept.guardian.display_name}, too" in said
    assert other.name not in said


def test_withdrawn_who_was_entered_twice_that_day_is_told_nothing_after_the_next_departure(
    client, loan, student, school, kept, leader
):
    leaves(student, school, leader)
    Person.objects.filter(pk=student.pk).update(is_active=True)
    Membership.objects.filter(person=student).update(until=None)
    student.refresh_from_db()
    guardians.guard(
        guardian=kept.guardian, student=student, school=school, quality="authority", by=leader
    )
    again = Guardianship.objects.running().get(guardian=kept.guardian)

    ends(client, again)
    leaves(Person.objects.get(pk=student.pk), school, leader)

    assert told_now(loan) == []
    comes_back(student, school, leader)
    assert not Guardianship.objects.running().filter(guardian=kept.guardian).exists()


def test_only_the_leader_of_that_school_withdraws(client, student, school, kept):
    leaves(student, school)
    for person in (
        LeaderFactory(),
        MembershipFactory(organisation=school, role=Role.OFFICE).person,
        kept.guardian,
    ):
        client.force_login(person)
        address = reverse("people:end_guardian", args=[kept.public_id])
        assert client.post(address).status_code in (403, 404)
        assert client.get(guardians_page(student)).status_code in (403, 404)
    assert Guardianship.objects.left_over().filter(pk=kept.pk).exists()
