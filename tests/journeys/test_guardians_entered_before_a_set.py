"""Guardians whom the school entered, or a directory before brought, when a set names them."""

import pytest

from courses.people.models import Guardianship, Person
from courses.people.services import guardians
from courses.roster.enums import ImportState, RosterChangeKind, RosterChangeState
from courses.roster.models import RosterChange, RosterImport
from courses.roster.services import other_directories
from tests.factories.continuity import StudentFactory
from tests.factories.deltas import a_delta, modified
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.relatives import (
    AUTHORITY,
    CHILDREN,
    INFORMED,
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
FEWER = (a_child("1", "Inès", "ABADIE", relation("902", "2")), *CHILDREN[1:])


@pytest.fixture
def school():
    return a_school_with_guardians()


def states() -> list[tuple[str, str]]:
    found = RosterImport.objects.first().changes.exclude(kind=RosterChangeKind.NEW)
    return list(found.values_list("kind", "state"))


# A school that entered all by hand


@pytest.fixture
def by_hand(school):
    """Inès in her class, with both guardians: one has an address, one has none."""
    ines = StudentFactory(
        in_class=school.classes.get(name="2DE1"), given_name="Inès", family_name="Abadie"
    )
    follows(
        GuardianFactory(
            given_name="Morgane", family_name="Abadie", email="morgane.abadie@mail.example"
        ),
        ines,
    )
    follows(
        GuardianFactory(given_name="Yann", family_name="Le Gall", email=None),
        ines,
        quality=INFORMED,
    )
    return ines


def test_the_first_set_asks_about_guardians_of_students_whom_it_knows_by_name(
    client, school, leader, by_hand
):
    page = choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN))
    apply(client, leader, same="yes", same_guardians="yes")

    assert "2 new guardians have the names of guardians who are entered already" in words_of(page)
    assert who_follows(school) == ALL
    assert Person.objects.filter(given_name="Yann").count() == 1
    assert of_key("1") == by_hand


def test_of_whom_nothing_was_asked_nobody_is_entered_beside_their_name(
    client, school, leader, by_hand
):
    Guardianship.objects.all().delete()
    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN[:1]))
    yann = GuardianFactory(given_name="Yann", family_name="Le Gall", email=None)
    follows(yann, by_hand, quality=INFORMED)

    page = apply(client, leader, same="yes")

    assert who_follows(school) == ALL[:2]
    assert "A guardian of this name is entered for the student already." in words_of(page)
    assert Guardianship.objects.running().filter(guardian=yann).exists()
    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN[:1]))
    assert [one.person for one in RosterImport.objects.first().changes.all()] == [yann]


# Another directory


def of_another(*students: str, day: str) -> bytes:
    return with_relatives(
        a_relative("9901", "Morgane", "ABADIE", "morgane.abadie@mail.example"),
        a_relative("9902", "Yann", "LE GALL"),
        students=students,
        day=day,
        academy="VERSAILLES",
    )


MORGANE, YANN = relation("9901"), relation("9902", "2")
TOM = a_child("92", "Tom", "ABADIE", MORGANE, school_class="2DE2")
ZOE = a_child("93", "Zoé", "CARON", school_class="2DE2")


def test_another_directory_goes_on_with_guardians_and_ends_them(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    before = set(Guardianship.objects.running().values_list("pk", flat=True))
    other_directories.choose_directory(school=school, namespace="aaf:versailles", by=leader)

    both = a_child("91", "Inès", "ABADIE", MORGANE, YANN)
    choose(client, leader, school, of_another(both, TOM, ZOE, day="20261121"))
    apply(client, leader, same="yes", same_guardians="yes")

    assert set(Guardianship.objects.running().values_list("pk", flat=True)) == before
    assert who_follows(school) == ALL

    one = a_child("91", "Inès", "ABADIE", YANN)
    choose(client, leader, school, of_another(one, TOM, ZOE, day="20261122"))
    apply(client, leader)

    assert who_follows(school) == ALL[1:]


# What people did to whom sets brought


def test_whom_a_set_ended_and_a_person_entered_and_ended_stays_out(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    follow(client, leader, school, *RELATIVES, students=FEWER, day="20261121")
    again = guardians.guard(
        guardian=of_key("901"), student=of_key("1"), school=school, quality=AUTHORITY, by=leader
    )
    guardians.end(guardianship=again, by=leader)

    choose(client, leader, school, with_relatives(*RELATIVES, students=CHILDREN, day="20261122"))

    assert RosterImport.objects.first().state == ImportState.NOTHING


def test_whom_a_person_entered_while_the_set_waited_is_not_ended_by_it(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    choose(client, leader, school, with_relatives(*RELATIVES, students=FEWER, day="20261121"))
    guardians.end(
        guardianship=Guardianship.objects.get(student=of_key("1"), guardian=of_key("901")),
        by=leader,
    )
    guardians.guard(
        guardian=of_key("901"), student=of_key("1"), school=school, quality=AUTHORITY, by=leader
    )

    page = apply(client, leader)

    assert who_follows(school) == ALL
    assert "Whom the sets brought as this guardian isn’t so any more" in words_of(page)


def test_a_guardian_of_another_key_ends_and_is_entered_by_one_set(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    other = a_relative("911", "Morgane", "ABADIE", "morgane.abadie@mail.example")
    children = (
        a_child("1", "Inès", "ABADIE", relation("911"), relation("902", "2")),
        a_child("2", "Tom", "ABADIE", relation("911"), school_class="2DE2"),
        CHILDREN[2],
    )

    follow(client, leader, school, other, RELATIVES[1], students=children, day="20261121")

    assert who_follows(school) == ALL
    assert Person.objects.filter(given_name="Morgane").count() == 1
    undo(client, leader)
    assert who_follows(school) == ALL
    assert {state for _kind, state in states()} == {RosterChangeState.UNDONE}


# Sets that say nothing of them


def test_a_delta_says_who_is_of_age_and_may_say_nothing_of_guardians(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    adult = a_child("1", "Inès", "ABADIE", ENTPersonDateNaissance="24/11/2008")

    data = a_delta([modified(adult, without=("ENTElevePersRelEleve",))])
    page = choose(client, leader, school, data)
    apply(client, leader)

    assert "This set says nothing of guardians: who is entered stays" in words_of(page)
    assert states() == [(RosterChangeKind.OF_AGE, RosterChangeState.APPLIED)]
    assert hasattr(of_key("1"), "coming_of_age")
    assert who_follows(school) == ALL
    undo(client, leader)
    assert not hasattr(of_key("1"), "coming_of_age")


def test_who_comes_back_is_of_age_by_the_same_set(client, school, leader):
    follow(client, leader, school, students=CHILDREN)
    follow(client, leader, school, students=CHILDREN[1:], day="20261121")
    adult = a_child("1", "Inès", "ABADIE", ENTPersonDateNaissance="24/11/2008")

    follow(client, leader, school, students=(adult, *CHILDREN[1:]), day="20261122")

    assert hasattr(of_key("1"), "coming_of_age")
    assert not RosterChange.objects.filter(state=RosterChangeState.REFUSED).exists()
