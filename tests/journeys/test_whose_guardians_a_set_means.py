"""Whose account a guardian of a set gets, and what sets leave as people did it."""

import pytest
import time_machine

from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import Guardianship, Identity, Person
from courses.people.services import guardians, leaving
from courses.roster.enums import ImportState, RosterChangeKind, RosterChangeState
from courses.roster.models import LastSaidOfGuardian, RosterChange, RosterImport
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.relatives import (
    AUTHORITY,
    CHILDREN,
    INFORMED,
    NEXT_DAY,
    RELATIVES,
    a_child,
    a_relative,
    a_school_with_guardians,
    follow,
    relation,
    who_follows,
    with_relatives,
    words_of,
)
from tests.factories.rosters import apply, choose, of_key, undo

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

ALL = [
    ("Inès", "Morgane", AUTHORITY),
    ("Inès", "Yann", INFORMED),
    ("Tom", "Morgane", AUTHORITY),
]


@pytest.fixture
def school():
    return a_school_with_guardians()


# Who it is


def test_an_account_with_address_and_name_is_joined_and_gets_no_key(client, school, leader):
    teacher = TeacherFactory(
        given_name="Morgane", family_name="Abadie", email="morgane.abadie@mail.example"
    )

    follow(client, leader, school, *RELATIVES, students=CHILDREN)

    assert set(teacher.guardianships.values_list("student__given_name", flat=True)) == {
        "Inès",
        "Tom",
    }
    assert not Identity.objects.filter(value="901").exists()
    assert not Letter.objects.filter(to=teacher).exists()


def test_an_address_of_another_name_brings_nobody_in(client, school, leader):
    TeacherFactory(given_name="Claire", email="morgane.abadie@mail.example")

    trial, _page = follow(client, leader, school, *RELATIVES, students=CHILDREN)

    assert "Guardians who aren’t brought in" in words_of(trial)
    assert "is that of an account with another name, or of a student" in words_of(trial)
    assert who_follows(school) == [("Inès", "Yann", INFORMED)]


def test_an_address_taken_between_the_look_and_the_yes_is_not_kept(client, school, leader):
    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN))
    TeacherFactory(given_name="Claire", email="morgane.abadie@mail.example")

    page = apply(client, leader)

    assert who_follows(school) == [("Inès", "Yann", INFORMED)]
    assert "is that of an account with another name" in words_of(page)
    refusals = RosterChange.objects.filter(state=RosterChangeState.REFUSED)
    assert len(refusals) == 2
    assert "@" not in str(list(refusals.values_list("refusal", "done")))


def test_an_address_that_two_names_share_opens_no_account_of_either(client, school, leader):
    both = [
        a_relative("901", "Morgane", "ABADIE", "famille@mail.example"),
        a_relative("902", "Yann", "LE GALL", "famille@mail.example"),
    ]

    follow(client, leader, school, *both, students=CHILDREN[:1])

    assert who_follows(school) == ALL[:2]
    assert {of_key("901").email, of_key("902").email} == {None}


def test_who_has_the_students_own_name_is_not_brought_in(client, school, leader):
    page = choose(
        client,
        leader,
        school,
        with_relatives(a_relative("901", "Ines", "Abadie"), students=[CHILD]),
    )

    assert "This guardian has the student’s own name" in words_of(page)
    assert not RosterChange.objects.filter(kind=RosterChangeKind.GUARDIAN_NEW).exists()


CHILD = a_child("1", "Inès", "ABADIE", relation("901"))


def test_whom_the_school_entered_is_asked_about_once_and_stays(client, school, leader):
    follow(client, leader, school, students=CHILDREN)
    by_hand = GuardianFactory(family_name="Abadie", email="other@mail.example")
    kept = follows(by_hand, of_key("1"), quality=INFORMED)

    data = with_relatives(*RELATIVES, students=CHILDREN, day="20261121")
    page = choose(client, leader, school, data)

    assert "1 new guardian has the name of a guardian who is entered already" in words_of(page)
    assert "A guardian of this name is entered for the student already." in words_of(page)
    refused = apply(client, leader)
    assert "Say first whether the guardians of the same name are the same people." in words_of(
        refused
    )
    apply(client, leader, same_guardians="yes")
    kept.refresh_from_db()
    assert (kept.until, kept.quality) == (None, INFORMED)
    assert who_follows(school) == [
        ("Inès", "Morgane", INFORMED),
        ("Inès", "Yann", INFORMED),
        ("Tom", "Morgane", AUTHORITY),
    ]
    assert set(by_hand.guardianships.values_list("student__given_name", flat=True)) == {
        "Inès",
        "Tom",
    }

    none = (a_child("1", "Inès", "ABADIE", relation("902", "2")), *CHILDREN[1:])
    data = with_relatives(*RELATIVES, students=none, day="20261122")
    page = choose(client, leader, school, data)

    assert "Guardians whom this set doesn’t name any more" in words_of(page)
    assert not RosterImport.objects.first().changes.exists()
    undo(client, leader, RosterImport.objects.get(state=ImportState.APPLIED, day="2026-11-21"))
    kept.refresh_from_db()
    assert kept.until is None
    assert who_follows(school) == [("Inès", "Morgane", INFORMED)]


def test_whom_the_school_entered_under_this_name_may_be_another(client, school, leader):
    follow(client, leader, school, students=CHILDREN)
    by_hand = GuardianFactory(family_name="Abadie", email="other@mail.example")
    follows(by_hand, of_key("1"))

    follow(
        client,
        leader,
        school,
        *RELATIVES,
        students=CHILDREN,
        day="20261121",
        same_guardians="no",
    )

    assert of_key("901") != by_hand
    held = Guardianship.objects.running().filter(student=of_key("1"))
    assert {one.guardian_id for one in held} == {by_hand.pk, of_key("901").pk, of_key("902").pk}


# What people did


def test_whom_a_person_ended_stays_out(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    guardians.end(
        guardianship=Guardianship.objects.get(student=of_key("1"), guardian=of_key("901")),
        by=leader,
    )

    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN, day="20261121"))

    assert RosterImport.objects.first().state == ImportState.NOTHING


def test_a_quality_changed_by_hand_stays_until_the_set_says_another(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    kept = Guardianship.objects.get(student=of_key("1"), guardian=of_key("902"))
    guardians.set_quality(guardianship=kept, quality=AUTHORITY, by=leader)

    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN, day="20261121"))

    assert RosterImport.objects.first().state == ImportState.NOTHING
    kept.refresh_from_db()
    assert kept.quality == AUTHORITY


def test_guardians_end_with_the_students_leaving_and_come_back_with_the_set(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    follow(client, leader, school, *RELATIVES, students=CHILDREN[1:], day="20261121")
    assert who_follows(school) == ALL[2:]

    with time_machine.travel(NEXT_DAY, tick=False):
        trial, _page = follow(client, leader, school, *RELATIVES, students=CHILDREN, day="20261126")

        assert "2 guardians are new, each for a student" in words_of(trial)
        assert who_follows(school) == ALL


def test_of_a_student_whom_a_person_took_out_no_guardian_comes(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    leaving.close_student(student=of_key("1"), school=school, by=leader)

    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN, day="20261121"))

    assert RosterImport.objects.first().state == ImportState.NOTHING


def test_undoing_the_first_set_leaves_accounts_that_see_nothing(client, school, leader):
    follow(client, leader, school, students=CHILDREN)
    follow(client, leader, school, *RELATIVES, students=CHILDREN, day="20261121")

    undo(client, leader)

    assert who_follows(school) == []
    assert of_key("901").is_active
    assert not of_key("901").memberships.current().exists()

    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN, day="20261122"))
    apply(client, leader)

    assert who_follows(school) == ALL
    assert Person.objects.filter(given_name="Morgane").count() == 1


def test_undoing_leaves_who_got_a_link_or_another_quality_since(client, school, leader):
    follow(client, leader, school, students=CHILDREN)
    follow(client, leader, school, *RELATIVES, students=CHILDREN, day="20261121")
    linked(Guardianship.objects.get(student=of_key("1"), guardian=of_key("901")))
    changed = Guardianship.objects.get(student=of_key("1"), guardian=of_key("902"))
    guardians.set_quality(guardianship=changed, quality=AUTHORITY, by=leader)

    page = undo(client, leader)

    assert "2 changes stay" in words_of(page)
    assert who_follows(school) == [("Inès", "Morgane", AUTHORITY), ("Inès", "Yann", AUTHORITY)]


def test_a_guardian_of_a_student_who_cant_be_entered_says_why(client, school, leader):
    follow(client, leader, school, students=CHILDREN[1:])
    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN, day="20261121"))
    elsewhere = MembershipFactory(role=Role.STUDENT).person
    namespace = RosterImport.objects.first().namespace
    Identity.objects.create(person=elsewhere, namespace=namespace, value="1")

    page = apply(client, leader)

    assert who_follows(school) == ALL[2:]
    assert "This student couldn’t be entered" in words_of(page)
    assert not LastSaidOfGuardian.objects.filter(identity__value="1").exists()


def test_another_schools_guardian_of_the_same_key_has_an_account_there(client, school, leader):
    """A made-up set brings no account of another school in by a key alone."""
    other = GuardianFactory(family_name="Ailleurs")
    Identity.objects.create(person=other, namespace="aaf:70", value="901")

    follow(client, leader, school, *RELATIVES, students=CHILDREN)

    assert who_follows(school) == ALL
    assert not other.guardianships.exists()
