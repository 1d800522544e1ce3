"""Guardians come with the set that brings their children, with a leader's yes, and end with it."""

import pytest

from courses.mail.models import Letter
from courses.people.enums import Letters, Role
from courses.people.models import GuardianLink, Guardianship, Identity, Person
from courses.people.services import guardians
from courses.roster.enums import ImportState, RosterChangeKind, RosterChangeState
from courses.roster.models import RosterImport, StagedGuardian
from tests.factories.guardians import linked
from tests.factories.people import MembershipFactory
from tests.factories.relatives import (
    AUTHORITY,
    CHILDREN,
    INFORMED,
    RELATIVES,
    a_child,
    a_school_with_guardians,
    follow,
    relation,
    who_follows,
    with_relatives,
    words_of,
)
from tests.factories.rosters import a_set, apply, choose, imported, of_key, undo
from tests.factories.school_pages import told

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


def test_a_set_brings_guardians_with_their_legal_quality(client, school, leader):
    trial, _page = follow(client, leader, school, *RELATIVES, students=CHILDREN)

    page = words_of(trial)
    assert "3 guardians are new, each for a student" in page
    assert "<bdi>ABADIE Morgane, for ABADIE Inès</bdi>" in page
    assert "SECRET" not in page
    assert who_follows(school) == ALL
    assert not Person.objects.filter(given_name="Odile").exists()
    assert not StagedGuardian.objects.exists()
    assert RosterImport.objects.get().state == ImportState.APPLIED


def test_who_has_an_address_is_invited_once_and_the_key_opens_the_account(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)

    morgane = of_key("901")
    assert morgane.email == "morgane.abadie@mail.example"
    assert Identity.objects.get(person=morgane).confirmed_at
    invited = Letter.objects.filter(kind=Letters.INVITATION)
    assert list(invited.values_list("to", flat=True)) == [morgane.pk]
    assert of_key("902").email is None


def test_the_same_set_again_changes_nothing(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)

    page = choose(
        client, leader, school, with_relatives(*RELATIVES, students=CHILDREN, day="20261121")
    )

    assert "This set says what the last one said: it changes nothing." in words_of(page)
    assert RosterImport.objects.first().state == ImportState.NOTHING


def test_who_is_not_said_any_more_ends_with_the_link_the_same_day(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    linked(Guardianship.objects.get(student=of_key("1"), guardian=of_key("901")))
    fewer = (a_child("1", "Inès", "ABADIE", relation("902", "1")), *CHILDREN[1:])

    trial, _page = follow(client, leader, school, *RELATIVES, students=fewer, day="20261121")

    page = words_of(trial)
    assert "Isn’t a guardian of this student in the complete set of" in page
    assert "1 guardian of 3 whom sets brought would end." in page
    assert "1 guardian has another legal quality" in page
    assert who_follows(school) == [("Inès", "Yann", AUTHORITY), ("Tom", "Morgane", AUTHORITY)]
    assert not GuardianLink.objects.exists()

    undo(client, leader)

    assert who_follows(school) == ALL


def test_all_but_the_departures_ends_no_guardian_and_a_later_set_asks_again(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    fewer = (a_child("1", "Inès", "ABADIE", relation("902", "2")), *CHILDREN[1:])

    trial, page = follow(
        client, leader, school, *RELATIVES, students=fewer, day="20261121", what="rest"
    )

    assert "Apply all, but nobody leaves and no guardian ends" in words_of(trial)
    assert "1 change of a guardian, or of who is of age, was left out" in words_of(page)
    assert who_follows(school) == ALL
    choose(client, leader, school, with_relatives(*RELATIVES, students=fewer, day="20261122"))
    assert [one.kind for one in RosterImport.objects.first().changes.all()] == ["g_ended"]


def test_a_whole_set_without_relations_is_paused(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    none = [a_child(key, *name) for key, *name in NAMES]

    page = choose(client, leader, school, with_relatives(*RELATIVES, students=none, day="20261121"))

    assert "3 guardians of 3 whom sets brought would end." in words_of(page)
    assert who_follows(school) == ALL


NAMES = [("1", "Inès", "ABADIE"), ("2", "Tom", "ABADIE"), ("3", "Zoé", "CARON")]


def test_a_set_without_their_files_changes_no_guardian(client, school, leader):
    follow(client, leader, school, *RELATIVES, students=CHILDREN)

    page = choose(client, leader, school, a_set(school.uai, *CHILDREN, day="20261121"))

    assert "it changes nothing" in words_of(page)
    assert who_follows(school) == ALL


def test_a_school_without_guardians_reads_none(client, school, leader):
    school.with_guardians = False
    school.save()
    data = with_relatives(*RELATIVES, students=CHILDREN)

    page = choose(client, leader, school, data)

    assert "Nothing is read of guardians: your school hasn’t switched them on" in words_of(page)
    assert not StagedGuardian.objects.exists()
    apply(client, leader)
    assert not Guardianship.objects.exists()

    guardians.switch(school=school, on=True, by=leader)
    choose(client, leader, school, data)  # the same archive now says more
    apply(client, leader)

    assert who_follows(school) == ALL


# Whose yes


@pytest.fixture
def office(school):
    return MembershipFactory(person__language="en", organisation=school, role=Role.OFFICE).person


def test_the_office_reads_numbers_alone_and_its_yes_leaves_them_out(client, school, leader, office):
    page = choose(client, office, school, with_relatives(*RELATIVES, students=CHILDREN))

    assert "3 guardians are new, each for a student" in words_of(page)
    assert "3 changes of guardians, or of who is of age, need the yes of a leader" in words_of(page)
    assert "Morgane" not in words_of(page)
    one = RosterImport.objects.get()
    client.force_login(office)
    assert "Morgane" not in words_of(client.get(f"{page.request['PATH_INFO']}?kind=g_new"))
    apply(client, office)
    assert not Guardianship.objects.exists()
    kept = one.changes.filter(kind=RosterChangeKind.GUARDIAN_NEW)
    assert {change.state for change in kept} == {RosterChangeState.KEPT}

    follow(client, leader, school, *RELATIVES, students=CHILDREN, day="20261121")

    assert who_follows(school) == ALL
    assert "a leader of your school undoes it" in " ".join(told(undo(client, office)))
    assert who_follows(school) == ALL
    assert "Morgane" not in words_of(imported(client, office))
