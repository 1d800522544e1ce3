"""A school that followed the académie's directory goes on with its own software's, or back."""

import pytest
from django.utils import translation

from courses.people.models import Identity, Person
from courses.roster.models import RosterImport
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    apply,
    choose,
    follow,
    of_key,
    places,
    undo,
)
from tests.factories.school_pages import send

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-20T10:00")]
BUNDLE, AAF = f"oneroster:lvs:{UAI}", "aaf:70"
STUDENTS = (
    a_student("1", "Inès", "ABADIE", groups=["SKI"]),
    a_student("2", "Tom", "BRUNET", "2DE2"),
    a_student("3", "Zoé", "CARON"),
)
INES = a_pupil("p1", "Ines", "Abadie", groups=["LATIN"])
TOM = a_pupil("p2", "TOM", "BRUNET", "2DE2")
ZOE = a_pupil("p3", "Zoé", "CARON")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai = UAI
    school.save()
    return school


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school, language="en")


def change(client, leader, school, namespace=BUNDLE, **said):
    return send(
        client, leader, "roster:directory", school.public_id,
        namespace=namespace, **({"is_so": "on"} | said),
    )  # fmt: skip


def keys(person: Person) -> list[tuple[str, str]]:
    return sorted(person.identities.values_list("namespace", "value"))


def accounts() -> list[tuple]:
    return sorted(
        (one.login, one.is_active, tuple(keys(one)), tuple(places(one)))
        for one in Person.objects.filter(last_login=None, memberships__role="student").distinct()
    )


def test_a_leader_goes_on_with_another_directory(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    ines, tom, zoe = (of_key(key) for key in "123")

    refused = choose(client, leader, school, a_bundle(INES, TOM, ZOE))
    change(client, leader, school)
    trial = choose(client, leader, school, a_bundle(INES, TOM, ZOE))
    applied = apply(client, leader, same="yes")

    assert "comes from another directory" in refused.text
    assert 'name="is_so"' in refused.text
    assert "This is the first set of another directory" in trial.text
    assert "3 new students have the same name and the same class" in trial.text
    assert "0 leave" in trial.text
    assert "3 were here and got their keys" in applied.text
    assert keys(ines) == [(AAF, "1"), (BUNDLE, "p1")]
    assert places(ines) == ["2DE1", "LATIN"]  # SKI was the other directory's word
    assert keys(tom) == [(AAF, "2"), (BUNDLE, "p2")]
    assert keys(zoe) == [(AAF, "3"), (BUNDLE, "p3")]
    again = choose(client, leader, school, a_bundle(INES, TOM, ZOE, a_pupil("p4", "Léo", "NEUF")))
    assert "1 is new" in again.text
    assert "0 leave" in again.text
    old = choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261120"))
    assert "A set waits for your yes already" in old.text


def test_undone_the_directory_before_goes_on(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    before = accounts()
    change(client, leader, school)
    choose(client, leader, school, a_bundle(INES, a_pupil("p2", "Tom", "BRUNET"), ZOE))
    student = f"student-{RosterImport.objects.first().changes.get(key='p2').pk}"
    apply(client, leader, same="yes", **{student: f"{of_key('2').pk}"})
    assert places(of_key("2")) == ["2DE1"]

    undo(client, leader)

    assert accounts() == before
    assert (
        "Nothing to do"
        in choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261121")).text
    )


def test_whom_nobody_knew_again_leaves_and_is_paused(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    change(client, leader, school)

    trial = choose(client, leader, school, a_bundle(INES, TOM, a_pupil("p9", "Léo", "NEUF")))
    apply(client, leader, same="yes")

    assert "Paused" in trial.text
    assert "1 student of 3 would leave" in trial.text
    assert not of_key("3").is_active
    assert keys(of_key("p9")) == [(BUNDLE, "p9")]
    undo(client, leader)
    assert of_key("3").is_active
    assert places(of_key("3")) == ["2DE1"]


def test_another_class_is_asked_and_never_presumed(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    change(client, leader, school)

    trial = choose(
        client, leader, school, a_bundle(INES, TOM, a_pupil("p3", "Zoé", "CARON", "2DE2"))
    )
    asked = RosterImport.objects.first().changes.get(key="p3")
    apply(client, leader, same="yes", **{f"student-{asked.pk}": "later"})

    assert "CARON Zoé (2DE2): whose account is it?" in trial.text
    assert "0 leave" in trial.text
    zoe = of_key("3")
    assert (zoe.is_active, keys(zoe), places(zoe)) == (True, [(AAF, "3")], ["2DE1"])
    assert not Identity.objects.filter(value="p3").exists()
    again = choose(
        client, leader, school, a_bundle(INES, TOM, a_pupil("p3", "Zoé", "CARON", "2DE2"))
    )
    assert "whose account is it?" in again.text
    change_of = RosterImport.objects.first().changes.get(key="p3")
    apply(client, leader, **{f"student-{change_of.pk}": "no"})
    assert keys(of_key("p3")) == [(BUNDLE, "p3")]
    assert of_key("3").is_active
    last = choose(
        client,
        leader,
        school,
        a_bundle(INES, TOM, a_pupil("p3", "Zoé", "CARON", "2DE2"), a_pupil("p4", "A", "B")),
    )
    assert "1 leaves" in last.text  # the one who isn't her
