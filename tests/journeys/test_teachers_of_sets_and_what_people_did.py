"""What a person does with teachers beside the sets stays, also when a set is undone."""

import datetime

import pytest
import time_machine

from courses.people.enums import Role
from courses.people.models import Membership, SchoolClass, Teaching
from courses.people.services.teachings import hand_over
from courses.roster.models import RosterChange, RosterImport
from tests.factories.continuity import LeaderFactory, teaching
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.rosters import (
    UAI,
    a_student,
    a_teacher,
    apply,
    choose,
    of_key,
    undo,
    with_staff,
)
from tests.factories.school_pages import send
from tests.factories.staff import (
    NEXT_DAY,
    STAFF,
    STUDENTS,
    a_school_with_subjects,
    follow,
    schools_of,
    subject,
    taught,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
STAYS = "stays, since something was built on it"
CANT_BE_ASKED = "it can’t be asked whether they are the same"


@pytest.fixture
def school():
    return a_school_with_subjects()


def set_of(*staff: str, day: str = "20261121") -> bytes:
    return with_staff(UAI, *staff, students=STUDENTS, day=day)


def test_the_page_of_an_applied_set_names_whose_classes_changed(client, school, leader):
    _trial, page = follow(client, leader, school, a_teacher("1A", "Anne", "A", ["2DE1$020700"]))

    assert "2DE1 (French)" in page.text
    assert "Not applied" not in page.text
    assert page.text.count("A Anne") == 2


def test_a_new_teacher_to_whom_a_class_was_given_stays(client, school, leader):
    follow(client, leader, school, a_teacher("1A", "Anne", "A"))
    anne = of_key("1A")
    teaching(SchoolClass.objects.first(), teacher=anne, subject=subject("maths"))

    page = undo(client, leader)

    assert STAYS in page.text
    assert schools_of(anne) == [school.pk]


def test_what_was_handed_over_since_stays_when_the_import_is_undone(client, school, leader):
    ben = TeacherFactory(works_at=school)
    follow(client, leader, school, a_teacher("1A", "Anne", "A", ["2DE1$020700"]))
    hand_over(teaching=Teaching.objects.get(), to=ben, by=leader)

    page = undo(client, leader)

    assert STAYS in page.text
    assert taught(ben) == [("2DE1", "francais")]


def test_a_role_given_and_ended_by_hand_since_isnt_given_by_a_set(client, school, leader):
    follow(client, leader, school, *STAFF)
    with time_machine.travel(NEXT_DAY):
        follow(client, leader, school, *STAFF[:24], day="20261126")
    days = {"since": datetime.date(2026, 11, 28), "until": datetime.date(2026, 11, 29)}
    MembershipFactory(person=of_key("4024"), organisation=school, **days)

    with time_machine.travel(NEXT_DAY + datetime.timedelta(days=5)):
        page = choose(client, leader, school, set_of(*STAFF, day="20261201"))

    assert "Nothing to do" in page.text


def test_who_is_back_the_day_after_was_never_away(client, school, leader):
    follow(client, leader, school, *STAFF)
    with time_machine.travel(NEXT_DAY):
        follow(client, leader, school, *STAFF[:24], day="20261126")
        follow(client, leader, school, *STAFF, day="20261127")

    held = Membership.objects.get(person=of_key("4024"))
    assert held.until is None


def test_a_departure_isnt_taken_back_where_the_role_was_given_again(client, school, leader):
    follow(client, leader, school, *STAFF)
    with time_machine.travel(NEXT_DAY):
        follow(client, leader, school, *STAFF[:24], day="20261126")
        by_hand = MembershipFactory(person=of_key("4024"), organisation=school)

        page = undo(client, leader)

    assert STAYS in page.text
    held = Membership.objects.filter(person=of_key("4024"), until=None)
    assert held.get() == by_hand


def test_a_set_that_is_set_aside_forgets_whom_it_asked_about(client, school, leader):
    TeacherFactory(works_at=school, given_name="Anne", family_name="Abel")
    choose(client, leader, school, set_of(a_teacher("1A", "Anne", "ABEL")))
    asked = RosterChange.objects.get(kind="t_new")

    send(client, leader, "roster:set_aside", RosterImport.objects.get().public_id)

    assert asked.person is not None
    asked.refresh_from_db()
    assert asked.person is None


@pytest.mark.parametrize(
    "others",
    [
        [a_teacher("1B", "Anne", "ABEL")],  # the same name twice
        [a_teacher("1B", "Zoé", "CARON", mail="anne@x.example")],  # the address of one
    ],
)
def test_nobody_is_asked_of_one_account_for_two_teachers(client, school, leader, others):
    anne = TeacherFactory(
        works_at=school, email="anne@x.example", given_name="Anne", family_name="Abel"
    )

    trial = choose(client, leader, school, set_of(a_teacher("1A", "Anne", "ABEL"), *others))
    apply(client, leader)

    assert trial.text.count(CANT_BE_ASKED) == 2
    assert not anne.identities.exists()


def test_no_set_asks_about_the_account_of_a_superuser(client, school, leader):
    boss = TeacherFactory(works_at=school, email="anne@x.example", is_superuser=True)

    says = a_teacher("1A", "Anne", "ABEL", mail="anne@x.example")
    choose(client, leader, school, set_of(says))
    apply(client, leader)

    assert not boss.identities.exists()


def test_a_key_that_another_school_uses_stays_when_the_import_is_undone(client, school, leader):
    anne = TeacherFactory(works_at=school, email="agent1A@ac-normandie.example")
    follow(client, leader, school, a_teacher("1A", "Anne", "A"), same_teachers="yes")
    other = LeaderFactory(language="en")
    there = other.places_as(Role.LEADER)[0]
    there.uai = "0140099X"
    there.save()
    theirs = with_staff(
        "0140099X",
        a_teacher("1A", "Anne", "A"),
        students=[a_student("7", "Zoé", "CARON")],
        day="20261121",
    )
    choose(client, other, there, theirs)
    apply(client, other)

    undo(client, leader, RosterImport.objects.get(school=school))

    assert of_key("1A") == anne
    assert sorted(schools_of(anne)) == sorted([school.pk, there.pk])
