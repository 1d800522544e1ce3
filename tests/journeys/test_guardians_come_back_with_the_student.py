"""A departure is undone: the guardians of that day are there again, those who were ended before aren't."""

import pytest
import time_machine
from django.urls import reverse

from continuity.equipment.services import agreements, loans
from continuity.school.exceptions import NotAStudentOfTheSchool
from courses.people.enums import Role
from courses.people.models import ComingOfAge, GuardianLink, Guardianship, Membership, Person
from courses.people.services import guardians
from tests.factories import equipment
from tests.factories.departed import (
    comes_back,
    goes,
    joins_again,
    kept,
    leader,
    leaves,
    other,
    page,
    school,
    student,
    undo,
)
from tests.factories.guardians import linked

__all__ = ["kept", "leader", "other", "school", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


# Undone


def test_undone_the_guardians_of_that_day_follow_again_with_their_links(
    client, student, school, kept, other, leader
):
    token = linked(kept)
    client.post(reverse("people:student_leaves", args=[student.public_id]))
    assert not any(goes(one) for one in (kept, other))
    assert client.get(reverse("continuity:link_equipment", args=[token])).status_code == 404

    said = undo(client, student)

    assert "2 guardians are entered again. Personal links that" in said
    assert goes(kept)
    assert goes(other)
    assert client.get(reverse("continuity:link_equipment", args=[token])).status_code == 200
    for one in (kept, other):
        assert one.guardian.memberships.current().filter(role=Role.GUARDIAN).exists()
        after = Guardianship.objects.get(pk=one.pk)
        assert (after.since, after.until, after.ended_by_leaving) == (one.since, None, False)


def test_undone_days_later_one_guardian_follows_again(client, student, school, kept, leader):
    leaves(student, school, leader)
    with time_machine.travel("2026-12-03T09:00"):
        client.force_login(leader)
        assert "1 guardian is entered again. A personal link that" in undo(client, student)
        assert goes(kept)


def test_of_age_and_sharing_nothing_guardians_have_nothing_to_lose_or_to_get_back(
    client, student, school, kept, leader
):
    ComingOfAge.objects.create(student=student)

    said = page(client, "student_leaves", student)
    leaves(student, school, leader)

    assert "guardians read nothing" not in said
    assert "1 guardian is entered again. Nothing is open to them for now." in undo(client, student)
    assert not goes(kept)


def test_a_guardian_who_was_ended_that_day_never_comes_back(
    client, student, school, kept, other, leader
):
    token = linked(kept)
    guardians.end(guardianship=kept, by=leader)
    leaves(student, school, leader)

    assert "1 guardian is entered again" in undo(client, student)

    assert [goes(kept), goes(other)] == [False, True]
    assert not GuardianLink.objects.filter(guardianship=kept).exists()
    assert client.get(reverse("continuity:link_equipment", args=[token])).status_code == 404


def test_a_guardian_ended_after_an_undone_leaving_stays_ended_at_the_next(
    student, school, kept, leader
):
    leaves(student, school, leader)
    comes_back(student, school, leader)
    guardians.end(guardianship=Guardianship.objects.get(pk=kept.pk), by=leader)
    student.refresh_from_db()
    leaves(student, school, leader)
    comes_back(student, school, leader)

    assert not goes(kept)


def test_those_of_an_earlier_stay_do_not_come_back(student, school, kept, other, leader):
    leaves(student, school, leader)
    with time_machine.travel("2026-12-03T09:00"):
        Person.objects.filter(pk=student.pk).update(is_active=True)
        joins_again(student, school)
        guardians.guard(
            guardian=other.guardian, student=student, school=school, quality="authority", by=leader
        )
    with time_machine.travel("2027-01-03T09:00"):
        leaves(Person.objects.get(pk=student.pk), school, leader)
        comes_back(Person.objects.get(pk=student.pk), school, leader)
        running = Guardianship.objects.running().filter(student=student)
        assert [one.guardian for one in running] == [other.guardian]


def test_entered_twice_on_the_day_one_comes_back(student, school, kept, leader):
    leaves(student, school, leader)
    Person.objects.filter(pk=student.pk).update(is_active=True)
    Membership.objects.filter(person=student).update(until=None)
    student.refresh_from_db()
    guardians.guard(
        guardian=kept.guardian, student=student, school=school, quality="authority", by=leader
    )
    leaves(student, school, leader)
    comes_back(student, school, leader)

    running = Guardianship.objects.running().filter(student=student)
    assert [one.guardian for one in running] == [kept.guardian]


def test_without_a_guardian_the_message_says_so(client, student, school, leader):
    leaves(student, school, leader)
    assert "is entered" not in undo(client, student)  # the school hasn't switched them on

    school.__class__.objects.filter(pk=school.pk).update(with_guardians=True)
    student.refresh_from_db()
    leaves(student, school, leader)
    assert "No guardian is entered: if there was one, enter them again." in undo(client, student)


def test_what_was_signed_before_is_handed_over_after_it_is_undone(student, school, kept, leader):
    drawn = equipment.agreed(student, equipment.thing(school))
    signed = agreements.sign(
        agreement=drawn, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    leaves(student, school, leader)
    with pytest.raises(NotAStudentOfTheSchool):  # whose guardians aren't in force either
        loans.hand_over(agreement=signed, by=leader)
    comes_back(student, school, leader)

    assert loans.hand_over(agreement=signed, by=leader).student == student
