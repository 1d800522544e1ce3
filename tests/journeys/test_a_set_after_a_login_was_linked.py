"""A student's login was linked by its reference before a set of the directory named the student: the set
finds the account by that key.
"""

import pytest
from django.urls import reverse

from courses.people.models import Identity, Person
from courses.roster.models import LastSaid
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import OrganisationFactory
from tests.factories.rosters import UAI, a_student, follow, of_key, places, undo
from tests.factories.signin import known_as

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
OTHER = a_student("7", "Zoé", "CARON")


@pytest.fixture
def school():
    return OrganisationFactory(uai=UAI)


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school, language="en")


@pytest.fixture
def linked(school):
    """Entered by hand in 2DE1, with the key that a login by the ENT gave."""
    school_class = SchoolClassFactory(school=school, name="2DE1")
    student = StudentFactory(in_class=school_class, given_name="Léa", family_name="Petit")
    return known_as(student, "999")


@pytest.mark.parametrize("school_class", ["2DE1", "2DE2", ""])
def test_the_set_finds_the_account_and_its_class(client, linked, leader, school, school_class):
    page = follow(client, leader, school, OTHER, a_student("999", "LEA", "PETIT", school_class))

    assert f"Was here as {linked.login}" in page.text
    assert "belongs to an account of another school" not in page.text
    assert of_key("999") == linked
    assert places(linked) == ([school_class] if school_class else [])
    assert Person.objects.filter(family_name__iexact="petit").count() == 1


def test_the_next_set_leaves_it_out_and_it_is_suspended(client, linked, leader, school):
    follow(client, leader, school, OTHER, a_student("999", "LEA", "PETIT"))

    follow(client, leader, school, OTHER, day="20261121")

    linked.refresh_from_db()
    assert not linked.is_active


def test_undone_the_class_and_the_login_are_as_before(client, linked, leader, school):
    follow(client, leader, school, OTHER, a_student("999", "LEA", "PETIT", "2DE2"))
    assert places(linked) == ["2DE2"]

    undo(client, leader)

    assert places(linked) == ["2DE1"]
    assert linked.identities.get().value == "999"
    assert not LastSaid.objects.filter(identity__person=linked).exists()
    client.post(reverse("ent:unlink", args=[linked.public_id, linked.identities.get().pk]))
    assert not linked.identities.exists()


def test_the_key_of_another_schools_student_stays_theirs(client, leader, school):
    theirs = known_as(StudentFactory(in_class=SchoolClassFactory()), "999")

    page = follow(client, leader, school, OTHER, a_student("999", "LEA", "PETIT"))

    assert "belongs to an account of another school" in page.text
    assert Identity.objects.get(value="999").person == theirs
