"""A student leaves: who signed for what is still lent is told of it by email until it is back, nobody of
the family reads anything; undone, the guardians of that day are there again.
"""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cms.register.services import erasing
from continuity.equipment.queries.loans import told_of
from continuity.equipment.services import agreements, loans, while_out
from continuity.models import Loan
from continuity.school.exceptions import NotAStudentOfTheSchool
from courses.people.enums import Role
from courses.people.models import ComingOfAge, GuardianLink, Guardianship, Membership, Person
from courses.people.services import guardians, guardians_left, leaving
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

LEAVES = datetime.date(2026, 11, 30)
DUE = datetime.date(2027, 1, 29)
A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def student():
    joined = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)
    return StudentFactory(
        in_class=SchoolClassFactory(name="2de 4"),
        given_name="Lilas",
        language="en",
        joined_at=joined,
        email="lilas@example.org",
    )


@pytest.fixture
def school(student):
    return student.class_memberships.get().school_class.school


@pytest.fixture
def leader(school, client):
    person = LeaderFactory(leads=school, language="en")
    client.force_login(person)
    return person


@pytest.fixture
def kept(student):
    """Of who signed."""
    return entered(student, family_name="Noisetier")


@pytest.fixture
def other(student):
    return entered(student, given_name="Aure")


@pytest.fixture
def loan(student, school, kept, other):
    return lent(student, school, kept.guardian)


def entered(student, **names) -> Guardianship:
    """Since the first day of the year."""
    made = follows(GuardianFactory(language="en", **names), student)
    since = datetime.date(2026, 9, 1)
    Guardianship.objects.filter(pk=made.pk).update(since=since)
    made.guardian.memberships.update(since=since)
    return Guardianship.objects.get(pk=made.pk)


def lent(student, school, signed_by, number="0414") -> Loan:
    as_what = "student" if signed_by == student else "guardian"
    made = equipment.lent(
        student,
        *equipment.with_charger(school, number=number),
        due_on=DUE,
        signed_by=signed_by,
        signed_as=as_what,
    )
    run_worker()
    return made


def leaves(student, school, by=None):
    leaving.close_student(student=student, school=school, by=by or LeaderFactory(leads=school))
    run_worker()  # the student is told that the account is closed


def comes_back(student, school, by=None):
    leaving.reopen_student(student=student, school=school, by=by or LeaderFactory(leads=school))


def joins_again(student, school):
    since = timezone.localdate()
    MembershipFactory(person=student, organisation=school, role=Role.STUDENT, since=since)


def told_now(loan) -> list[Person]:
    return told_of(Loan.objects.get(pk=loan.pk))


def addresses(mailoutbox) -> list[str]:
    return [mail.to[0].partition("<")[2].strip(">") for mail in mailoutbox]


def text(response) -> str:
    return " ".join(response.text.split())


def page(client, name, student) -> str:
    return text(client.get(reverse(f"people:{name}", args=[student.public_id])))


def undo(client, student) -> str:
    address = reverse("people:student_returns", args=[student.public_id])
    return text(client.post(address, follow=True))


def goes(one: Guardianship) -> bool:
    return Guardianship.objects.in_force().filter(pk=one.pk).exists()


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


# The page of leaving


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_page_names_what_is_lent_and_who_is_told(client, student, school, kept, leader, number):
    made = [lent(student, school, kept.guardian, f"041{n}") for n in range(number)]

    said = page(client, "student_leaves", student)

    assert said.count("Still lent:") == number
    for n, loan in enumerate(made):
        assert f"Still lent: 041{n}, 041{n}-C. Emails about this loan still go to" in said
        assert reverse("continuity:loan", args=[loan.public_id]) in said
    assert said.count(f"go to {kept.guardian.display_name} until everything is back.") == number
    leaves(student, school)
    assert all(told_now(loan) == [kept.guardian] for loan in made)


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


# Withdrawn after it


def guardians_page(student) -> str:
    return reverse("people:student_guardians", args=[student.public_id])


def ends(client, one: Guardianship) -> str:
    address = reverse("people:end_guardian", args=[one.public_id])
    return text(client.post(address, follow=True))


def elsewhere(student):
    MembershipFactory(person=student, organisation=OrganisationFactory(), role=Role.STUDENT)


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
    for other in schools:
        MembershipFactory(person=student, organisation=other, role=Role.STUDENT)
        follows(kept.guardian, student, school=other)
    if closes:
        closes(kept)

    said = ends(client, kept)

    was_all = "sees nothing of this student any more, from this moment." in said
    assert was_all == (not number and not closes)
    assert ("is ended as a guardian here." in said) != was_all
    assert said.count("goes on showing them the week") == (0 if closes else number)
    for other in schools:
        assert f"{other.name} has entered {kept.guardian.display_name}, too" in said


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
