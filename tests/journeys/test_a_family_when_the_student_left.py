"""A student leaves: who signed for what is still lent is told of it by email until it is back, nobody of
the family reads anything.
"""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cms.register.services import erasing
from continuity.equipment.services import while_out
from continuity.models import Loan
from courses.people.enums import Role
from courses.people.models import ComingOfAge, Guardianship, Membership, Person
from courses.people.services import guardians, guardians_left
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.departed import (
    DUE,
    addresses,
    entered,
    joins_again,
    kept,
    leader,
    leaves,
    lent,
    loan,
    other,
    school,
    student,
    told_now,
)
from tests.factories.guardians import follows, linked
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.worker import run_worker

__all__ = ["kept", "leader", "loan", "other", "school", "student"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

LEAVES = datetime.date(2026, 11, 30)
A_DAY = datetime.timedelta(days=1)


# Told of a loan


@pytest.mark.parametrize("days", [-7, 0, 7])
def test_who_signed_is_reminded_after_the_student_left(loan, student, kept, mailoutbox, days):
    leaves(student, loan.school)
    mailoutbox.clear()

    moment = datetime.datetime.combine(DUE, datetime.time(9)) + datetime.timedelta(days=days)
    with time_machine.travel(timezone.make_aware(moment)):
        while_out.post_reminders(timezone.now())
        run_worker()

    assert addresses(mailoutbox) == [kept.guardian.email]
    body = " ".join(mailoutbox[0].body.split())
    assert "0414" in body
    assert "since the student has left the school" in body
    assert "/families/" not in body
    assert "password" not in body


def test_who_signed_has_the_receipts_after_the_student_left(loan, student, kept, mailoutbox):
    leaves(student, loan.school)
    mailoutbox.clear()

    for item in loan.lines.all():
        equipment.back(loan, item.thing)
    run_worker()

    assert addresses(mailoutbox) == [kept.guardian.email] * 2  # as each thing came back
    assert "Nothing of this loan is out any more." in mailoutbox[1].body


def test_a_loan_of_the_last_july_is_reminded_of_in_september(student, school, kept, mailoutbox):
    due = datetime.date(2027, 8, 31)
    loan = equipment.lent(student, equipment.thing(school), due_on=due, signed_by=kept.guardian)
    run_worker()
    with time_machine.travel("2027-07-05T10:00+02:00"):
        leaves(student, school)
    mailoutbox.clear()

    erased_in(2027)
    with time_machine.travel("2027-09-07T10:00+02:00"):
        while_out.post_reminders(timezone.now())
        run_worker()
        equipment.back(loan, loan.lines.get().thing)
        run_worker()

    assert addresses(mailoutbox) == [kept.guardian.email] * 2
    erased_in(2027, day=8)
    assert not Guardianship.objects.filter(pk=kept.pk).exists()


def erased_in(year: int, day: int = 2) -> None:
    """In a night of September."""
    night = datetime.datetime(year, 9, day, 3, tzinfo=datetime.UTC)
    with time_machine.travel(night):
        erasing.erase_what_is_over(night)


def test_of_who_signed_it_is_kept_until_everything_is_back_and_of_nobody_else(
    loan, student, kept, other
):
    without_loan = entered(StudentFactory(in_class=SchoolClassFactory(school=loan.school)))
    leaves(student, loan.school)
    leaves(without_loan.student, loan.school)

    for year in (2027, 2028, 2029):
        erased_in(year)
        assert list(Guardianship.objects.all()) == [kept]
        with time_machine.travel(f"{year}-09-07T10:00+02:00"):
            assert told_now(loan) == [kept.guardian]

    with time_machine.travel("2029-10-01T10:00+02:00"):
        for item in loan.lines.all():
            equipment.back(loan, item.thing)
    night = datetime.datetime(2029, 10, 2, 3, tzinfo=datetime.UTC)
    with time_machine.travel(night):
        erasing.erase_what_is_over(night)
    assert not Guardianship.objects.exists()


def test_a_withdrawal_elsewhere_is_remembered_as_long(loan, student, kept):
    second = OrganisationFactory()
    MembershipFactory(person=student, organisation=second, role=Role.STUDENT)
    there = follows(kept.guardian, student, second)
    leaves(student, loan.school)
    with time_machine.travel("2026-12-02T09:00"):
        guardians.end(guardianship=there, by=None)

    for year in (2027, 2028):
        erased_in(year)
        with time_machine.travel(f"{year}-09-07T10:00+02:00"):
            assert kept.guardian not in told_now(loan)


def test_who_signed_reads_nothing_after_the_student_left(client, loan, student, kept):
    photo = equipment.photographed(loan, "sheet").public_id
    token = linked(kept)
    client.force_login(kept.guardian)
    paths = [
        reverse("continuity:child_photo", args=[kept.public_id, photo]),
        reverse("continuity:child_equipment", args=[kept.public_id]),
        reverse("continuity:link_equipment", args=[token]),
    ]
    assert [client.get(one).status_code for one in paths] == [200, 200, 200]

    leaves(student, loan.school)

    assert [client.get(one).status_code for one in paths] == [403, 403, 404]


@pytest.mark.parametrize("when", ["before", "the same day"])
def test_whose_guardianship_was_ended_is_told_nothing(loan, student, kept, leader, when):
    with time_machine.travel("2026-11-29T09:00" if when == "before" else "2026-11-30T08:00"):
        guardians.end(guardianship=kept, by=leader)

    leaves(student, loan.school)

    assert told_now(loan) == []


def test_whose_guardianship_is_ended_elsewhere_since_is_told_nothing(loan, student, kept):
    second = OrganisationFactory()
    MembershipFactory(person=student, organisation=second, role=Role.STUDENT)
    there = follows(kept.guardian, student, second)
    leaves(student, loan.school)
    assert kept.guardian in told_now(loan)

    with time_machine.travel("2026-12-02T09:00"):
        guardians.end(guardianship=there, by=None)
        assert told_now(loan) == [student]


def test_another_guardian_and_another_family_are_told_nothing(loan, student, kept, other):
    stranger = entered(StudentFactory(in_class=SchoolClassFactory(school=loan.school)))
    leaves(student, loan.school)

    assert told_now(loan) == [kept.guardian]
    for one in (other, stranger):
        Loan.objects.get(pk=loan.pk).agreement.__class__.objects.update(signed_by=one.guardian)
        assert told_now(loan) == ([other.guardian] if one == other else [])


def test_there_again_without_the_guardian_the_school_says_who_is_told(loan, student, kept):
    leaves(student, loan.school)
    with time_machine.travel("2027-01-04T09:00"):
        Person.objects.filter(pk=student.pk).update(is_active=True)
        joins_again(student, loan.school)
        assert told_now(loan) == [student]
        leaves(Person.objects.get(pk=student.pk), loan.school)
    with time_machine.travel("2027-01-05T09:00"):
        assert told_now(loan) == []


def test_a_student_of_age_who_signed_is_told_and_one_under_age_is_not(student, school, mailoutbox):
    ComingOfAge.objects.create(student=student)
    loan = lent(student, school, student)
    leaves(student, school)
    mailoutbox.clear()

    equipment.back(loan, loan.lines.last().thing)
    run_worker()

    assert addresses(mailoutbox) == [student.email]
    assert reverse("continuity:my_loans") not in mailoutbox[0].body
    ComingOfAge.objects.all().delete()
    assert told_now(loan) == []


def test_guardians_of_a_student_of_age_who_shares_nothing_are_not_told(loan, student):
    ComingOfAge.objects.create(student=student)
    leaves(student, loan.school)

    assert told_now(loan) == [student]


def test_an_account_that_was_closed_is_told_nothing(loan, student, kept):
    ComingOfAge.objects.create(student=student, shares=True)
    Person.objects.filter(pk__in=[student.pk, kept.guardian_id]).update(is_active=False)

    assert told_now(loan) == []


def test_the_sweep_ends_as_leaving_does(loan, student, kept):
    Membership.objects.filter(person=student).update(until=LEAVES - A_DAY)
    guardians_left.sweep(timezone.now())

    Person.objects.filter(pk=student.pk).update(is_active=False)
    assert told_now(loan) == [kept.guardian]


def test_who_signed_is_corrected_after_the_student_left(client, loan, student, kept, other, leader):
    leaves(student, loan.school)
    address = reverse("continuity:correct_signatory", args=[loan.public_id])

    assert other.guardian.display_name in client.get(address).text
    client.post(address, {"signed_by": other.guardian.public_id})

    assert told_now(loan) == [other.guardian]
