"""A student leaves: suspended at once, brought back if it was a mistake, without a name when the
register says so.
"""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.register.services import erasing
from courses.people.enums import AccountChangeKind, Role
from courses.people.models import Membership, Person, SchoolClass
from courses.people.queries.students import erased_on
from courses.people.services import accounts, classes, leaving
from courses.roster.services import placing
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import MembershipFactory, RegistrarFactory, TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 25)  # as every test


@pytest.fixture
def school_class():
    return SchoolClassFactory()


@pytest.fixture
def student(school_class):
    option = SchoolClassFactory(school=school_class.school, kind="option")
    joined = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)
    return StudentFactory(in_class=[school_class, option], joined_at=joined, language="en")


@pytest.fixture
def leader(school_class):
    return LeaderFactory(leads=school_class.school, language="en")


def logged_in(student) -> Client:
    client = Client()
    client.post(reverse("people:login"), {"username": student.login, "password": "password"})
    return client


def enters(client) -> bool:
    return client.get("/en/profile/").status_code == 200


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICE])
def test_who_keeps_the_students_closes_the_account(client, school_class, student, role):
    keeper = MembershipFactory(organisation=school_class.school, role=role).person
    browser = logged_in(student)
    assert enters(browser)

    client.force_login(keeper)
    assert (
        client.post(reverse("people:student_leaves", args=[student.public_id])).status_code == 302
    )

    assert not enters(browser)
    assert not student.login_sessions.exists()
    assert not enters(logged_in(student))
    assert not SchoolClass.objects.of_student(student, TODAY).exists()
    assert (
        SchoolClass.objects.of_student(student, TODAY - datetime.timedelta(days=1)).count() == 2
    )  # what was stays
    change = student.account_changes.get()
    assert (change.kind, change.by) == (AccountChangeKind.CLOSED, keeper)
    assert student.login in client.get(reverse("people:students")).content.decode()


@pytest.mark.at("2026-11-25T12:00")
def test_a_departure_is_undone_as_it_was(client, school_class, student, leader):
    before = [list(student.class_memberships.values()), list(student.memberships.values())]
    client.force_login(leader)
    client.post(reverse("people:student_leaves", args=[student.public_id]))

    client.post(reverse("people:student_returns", args=[student.public_id]))

    assert [list(student.class_memberships.values()), list(student.memberships.values())] == before
    assert enters(logged_in(student))


@pytest.mark.at("2026-11-25T12:00")
def test_the_emails_advise_what_can_still_be_done(school_class, student, leader, mailoutbox):
    Person.objects.filter(pk=student.pk).update(email="l@example.org")
    school = school_class.school
    leaving.close_student(student=student, school=school, by=leader)
    run_worker()
    leaving.reopen_student(student=student, school=school, by=leader)
    run_worker()

    closed, opened = (" ".join(mail.body.split()) for mail in mailoutbox)

    assert "until the account is erased, it can be opened again." in closed
    assert "so that the account is closed until this is clear." not in closed
    assert "so that the account is closed until this is clear." in opened


@pytest.mark.at("2026-11-25T12:00")
def test_undoing_the_second_departure_keeps_the_ends_of_the_first(school_class, student, leader):
    """An import brought the student back in between, with a second membership."""
    school = school_class.school
    first, back, second = (datetime.date(2026, *day) for day in ((10, 5), (11, 2), (11, 23)))

    def noon(day):
        return time_machine.travel(datetime.datetime.combine(day, datetime.time(12), datetime.UTC))

    with noon(first):
        leaving.close_student(student=student, school=school, by=leader)
    with noon(back):
        student = Person.objects.get(pk=student.pk)
        placing.bring_back([student], school, leader, timezone.now(), as_if_never_gone=False)
        classes.join_class(student=student, school_class=school_class, by=leader)
    with noon(second):
        leaving.close_student(student=student, school=school, by=leader)

    leaving.reopen_student(student=student, school=school, by=leader)

    last_days = student.memberships.order_by("since").values_list("until", flat=True)
    assert list(last_days) == [first - datetime.timedelta(days=1), None]
    in_class = student.class_memberships.filter(school_class=school_class).order_by("since")
    assert list(in_class.values_list("until", flat=True)) == [first, None]
    assert Person.objects.get(pk=student.pk).is_active


def test_another_schools_leader_finds_nobody(client, student):
    client.force_login(LeaderFactory())

    assert (
        client.post(reverse("people:student_leaves", args=[student.public_id])).status_code == 404
    )
    assert Person.objects.get(pk=student.pk).is_active


@pytest.mark.at("2026-11-25T12:00")
def test_a_suspended_account_loses_its_name_in_the_night_that_the_page_says(
    client, school_class, student, leader
):
    leaving.close_student(student=student, school=school_class.school, by=leader)
    last_day = Membership.objects.get(person=student).until
    said = erased_on(last_day)
    client.force_login(leader)
    assert (
        f"{said.day} {said:%B %Y}"
        in client.get(reverse("people:student", args=[student.public_id])).content.decode()
    )

    for day in (said - datetime.timedelta(days=1), said):
        with time_machine.travel(
            night := datetime.datetime.combine(day, datetime.time(2), tzinfo=datetime.UTC)
        ):
            erasing.erase_what_is_over(night)
        assert (Person.objects.get(pk=student.pk).erased_at is not None) == (day == said)


@pytest.mark.at("2026-11-25T12:00")
def test_who_belongs_to_another_school_too_keeps_the_account(school_class, student, leader):
    MembershipFactory(person=student, role=Role.STUDENT)

    leaving.close_student(
        student=student, school=school_class.school, by=leader, now=timezone.now()
    )

    assert Person.objects.get(pk=student.pk).is_active
    assert student.memberships.get(
        organisation=school_class.school
    ).until == TODAY - datetime.timedelta(days=1)


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("since", [TODAY, TODAY + datetime.timedelta(days=9)])
def test_the_page_says_what_is_so_of_who_belongs_to_another_school_too(
    client, school_class, student, leader, since
):
    elsewhere = SchoolClassFactory().school
    MembershipFactory(person=student, organisation=elsewhere, role=Role.STUDENT, since=since)
    browser = logged_in(student)
    client.force_login(leader)
    address = reverse("people:student_leaves", args=[student.public_id])

    before = " ".join(client.get(address).text.split())
    after = " ".join(client.post(address, follow=True).text.split())

    assert "The account stays open" in before
    assert "This departure can’t be undone" in before
    for untrue in ("suspended", "Close the account", "are erased", "can be undone", "is undone"):
        assert untrue not in before
    assert "has left this school. The account stays open." in after
    assert "suspended" not in after
    assert enters(browser)
    for name in ("people:student", "people:student_returns"):
        assert client.post(reverse(name, args=[student.public_id])).status_code == 404


@pytest.mark.at("2026-11-25T12:00")
def test_the_page_says_that_an_account_closed_here_is_brought_back(client, student, leader):
    """The school that was left last, though another one was entered later."""
    MembershipFactory(person=student, role=Role.STUDENT, until=TODAY - datetime.timedelta(days=9))
    client.force_login(leader)
    address = reverse("people:student_leaves", args=[student.public_id])

    before = " ".join(client.get(address).text.split())
    after = client.post(address, follow=True).text

    assert "The account is suspended" in before
    assert "Until then this can be undone" in before
    assert "can’t be undone" not in before
    assert "has left: the account is suspended." in after
    client.post(reverse("people:student_returns", args=[student.public_id]))
    student.refresh_from_db()
    assert student.is_active
    assert student.class_memberships.filter(until=None).exists()


def test_who_leaves_one_school_stays_in_the_classes_of_the_other(school_class, student, leader):
    away = SchoolClassFactory(name="1re Z")
    MembershipFactory(person=student, organisation=away.school, role=Role.STUDENT)
    student.class_memberships.create(school_class=away, since=TODAY - datetime.timedelta(days=9))

    leaving.close_student(student=student, school=school_class.school, by=leader)

    held = student.class_memberships.filter(until=None)
    assert [place.school_class.name for place in held] == ["1re Z"]


def test_a_leader_still_takes_a_copy_for_who_has_left(client, school_class, student, leader):
    leaving.close_student(student=student, school=school_class.school, by=leader)
    client.force_login(leader)

    assert client.post(reverse("register:download_of", args=[student.public_id])).status_code == 200


def test_a_teacher_closes_no_account(client, school_class, student):
    client.force_login(TeacherFactory(works_at=school_class.school))

    assert (
        client.post(reverse("people:student_leaves", args=[student.public_id])).status_code == 403
    )


def once_a_student(school, **fields) -> Person:
    """An adult of another school, who was a student here long ago."""
    adult = TeacherFactory(joined_at=datetime.datetime(2012, 9, 1, tzinfo=datetime.UTC), **fields)
    MembershipFactory(
        person=adult,
        organisation=school,
        role=Role.STUDENT,
        since=datetime.date(2012, 9, 1),
        until=datetime.date(2015, 7, 5),
    )
    return adult


@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICE])
def test_an_adult_who_was_once_a_student_here_isnt_the_schools(client, school_class, role):
    adult = once_a_student(school_class.school)
    Membership.objects.filter(person=adult, role=Role.TEACHER).update(
        until=TODAY - datetime.timedelta(days=1)
    )
    accounts.change_account(person=adult, by=RegistrarFactory(), is_active=False)
    client.force_login(MembershipFactory(organisation=school_class.school, role=role).person)

    for name in ("people:student", "people:student_returns"):
        assert client.post(reverse(name, args=[adult.public_id])).status_code == 404
    adult.refresh_from_db()
    assert not adult.is_active


def test_what_a_registrar_closed_no_school_opens(client, school_class, student, leader):
    student.memberships.update(until=TODAY - datetime.timedelta(days=1))
    accounts.change_account(person=student, by=RegistrarFactory(), is_active=False)
    client.force_login(leader)

    assert (
        client.post(reverse("people:student_returns", args=[student.public_id])).status_code == 404
    )


def test_a_leader_takes_a_copy_of_own_students_and_of_those_who_left_and_of_nobody_else(
    client, school_class, student, leader
):
    left, moved = StudentFactory.create_batch(2, in_class=school_class)
    Membership.objects.filter(person__in=[left, moved]).update(
        until=TODAY - datetime.timedelta(days=1)
    )
    MembershipFactory(
        person=moved, organisation=SchoolClassFactory().school, role=Role.STUDENT, since=TODAY
    )
    client.force_login(leader)

    answers = {
        who: client.post(reverse("register:download_of", args=[person.public_id])).status_code
        for who, person in {
            "here": student,
            "left": left,
            "moved": moved,
            "an adult": once_a_student(school_class.school),
        }.items()
    }

    assert answers == {"here": 200, "left": 200, "moved": 404, "an adult": 404}
