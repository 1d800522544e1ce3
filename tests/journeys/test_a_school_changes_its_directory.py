"""A school that followed the académie's directory goes on with its own software's, or back."""

import datetime

import pytest
import time_machine
from django.utils import timezone, translation

from courses.people.models import Identity, Person
from courses.roster import exceptions as no
from courses.roster.models import ChosenDirectory, RosterFolder, RosterImport
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.continuity import SchoolClassFactory
from tests.factories.deltas import a_delta, deleted
from tests.factories.equipment import office_of
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    apply,
    choose,
    follow,
    imported,
    of_key,
    places,
    undo,
)
from tests.factories.school_pages import get, send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]
BUNDLE, AAF = f"oneroster:lvs:{UAI}", "aaf:70"
STUDENTS = (
    a_student("1", "Inès", "ABADIE", groups=["SKI"]),
    a_student("2", "Tom", "BRUNET", "2DE2"),
    a_student("3", "Zoé", "CARON"),
)
INES = a_pupil("p1", "Ines", "Abadie", groups=["LATIN"])
TOM = a_pupil("p2", "TOM", "BRUNET", "2DE2")
ZOE = a_pupil("p3", "Zoé", "CARON")


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai = UAI
    school.save()
    return school


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
    assert f"this set is of {BUNDLE}, and some accounts have keys of {AAF} alone" in trial.text
    assert "3 new students have the same name and the same class" in trial.text
    assert "0 leave" in trial.text
    assert "3 were here and have their keys" in applied.text
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
    assert f"{of_key('3').login} (2DE1)" in trial.text
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


def follow_bundle(client, leader, school, *pupils, day=20, **said):
    choose(client, leader, school, a_bundle(*pupils, day=datetime.date(2026, 11, day)))
    return apply(client, leader, **said)


def test_homonyms_of_one_class_are_never_merged_by_themselves(client, school, leader):
    follow(
        client, leader, school, a_student("1", "Inès", "ABADIE"), a_student("2", "Inès", "ABADIE")
    )
    change(client, leader, school)

    trial = choose(
        client, leader, school, a_bundle(INES, a_pupil("p2", "Inès", "ABADIE", groups=["GREC"]))
    )
    asked = {
        c.key: f"student-{c.pk}" for c in RosterImport.objects.first().changes.filter(kind="new")
    }
    one, other = of_key("1"), of_key("2")
    twice = apply(client, leader, **{asked["p1"]: f"{one.pk}", asked["p2"]: f"{one.pk}"})
    apply(client, leader, **{asked["p1"]: f"{other.pk}", asked["p2"]: f"{one.pk}"})

    assert trial.text.count("ABADIE Inès (2DE1): whose account is it?") == 1
    assert trial.text.count("whose account is it?") == 2
    assert twice.status_code == 422
    assert twice.text.count("for two students: one account is one person’s.") >= 2
    assert twice.text.count(f'<option value="{one.pk}" selected>') == 2  # the answers stay
    assert keys(one) == [(AAF, "1"), (BUNDLE, "p2")]
    assert keys(other) == [(AAF, "2"), (BUNDLE, "p1")]
    assert places(one) == ["2DE1", "GREC"]


def test_while_it_is_applied_an_account_of_another_class_is_named_as_it_is(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    change(client, leader, school)
    choose(client, leader, school, a_bundle(INES, TOM, a_pupil("p3", "Zoé", "CARON", "2DE2")))
    one, zoe = RosterImport.objects.first(), of_key("3")
    answer = {f"student-{one.changes.get(key='p3').pk}": f"{zoe.pk}"}

    send(client, leader, "roster:apply", one.public_id, what="all", same="yes", **answer)
    page = imported(client, leader, one)

    assert f"It is the account {zoe.login}, which gets the key." in page.text
    assert "has this name, in the same class" not in page.text


def test_of_those_that_agree_some_are_other_people(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    change(client, leader, school)
    choose(client, leader, school, a_bundle(INES, TOM, ZOE))
    zoe = RosterImport.objects.first().changes.get(key="p3")

    apply(client, leader, same="yes", not_them=[zoe.pk])

    assert keys(of_key("1")) == [(AAF, "1"), (BUNDLE, "p1")]
    assert keys(of_key("3")) == [(AAF, "3")]
    assert of_key("p3") != of_key("3")
    again = choose(client, leader, school, a_bundle(INES, TOM, ZOE, a_pupil("p4", "Léo", "NEUF")))
    assert "1 leaves" in again.text  # nobody knew her again


def test_a_school_goes_back_to_the_directory_before(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    change(client, leader, school)
    follow_bundle(client, leader, school, INES, TOM, ZOE, same="yes")
    follow_bundle(
        client,
        leader,
        school,
        INES,
        a_pupil("p2", "Tom", "BRUNET"),
        a_pupil("p4", "Léo", "NEUF"),
        day=21,
    )
    assert (places(of_key("2")), of_key("3").is_active) == (["2DE1"], False)

    refused = choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261121"))
    change(client, leader, school, AAF)
    said = [*STUDENTS[1:], a_student("1", "Inès", "ABADIE", groups=["LATIN"])]
    said.append(a_student("9", "Léo", "NEUF"))
    trial = choose(client, leader, school, a_set(UAI, *said, day="20261121"))
    apply(client, leader, same="yes")

    assert "comes from another directory (aaf:70)" in refused.text
    for words in ("1 changes class", "1 is back", "0 leave"):  # Tom, Zoé; Léo is asked
        assert words in trial.text
    assert "1 new student has the same name and the same class" in trial.text
    assert places(of_key("1")) == ["2DE1", "LATIN"]
    assert places(of_key("2")) == ["2DE2"]
    assert of_key("3").is_active
    assert keys(of_key("9")) == [(AAF, "9"), (BUNDLE, "p4")]
    with time_machine.travel(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC)):
        undo(client, leader)
        assert places(of_key("2")) == ["2DE1"]
        assert not of_key("3").is_active
        assert keys(of_key("p4")) == [(BUNDLE, "p4")]
        pupils = (INES, a_pupil("p2", "Tom", "BRUNET"), a_pupil("p4", "Léo", "NEUF"))
        data = a_bundle(*pupils, day=datetime.date(2026, 11, 23))
        assert "Nothing to do" in choose(client, leader, school, data).text


def test_only_a_leader_chooses_the_directory_and_says_so_twice(client, school, leader):
    office = office_of(school)
    follow(client, leader, school, *STUDENTS)

    page = choose(client, office, school, a_bundle(INES, TOM, ZOE))
    asked = send(client, leader, "roster:directory", school.public_id, namespace=BUNDLE)
    odd = change(client, leader, school, "ldap:lycee")

    assert "comes from another directory" in page.text
    assert 'name="is_so"' not in page.text
    assert asked.status_code == odd.status_code == 422
    assert "Tick it if your school goes on with this directory." in asked.text
    assert not ChosenDirectory.objects.exists()


def test_what_the_folder_refused_is_chosen_on_the_page(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    kept = no.AnotherDirectory(now=BUNDLE, was=AAF).as_kept() | {"file": "set.zip"}
    RosterFolder.objects.create(school=school, by=leader, refusal=kept, refused_at=timezone.now())

    page = get(client, leader, "roster:school", school.public_id)

    assert f'name="namespace" value="{BUNDLE}"' in page.text


def test_deltas_of_the_directory_before_are_over(client, school, leader):
    follow(client, leader, school, *STUDENTS)
    change(client, leader, school)
    follow_bundle(client, leader, school, INES, TOM, ZOE, same="yes")

    page = choose(client, leader, school, a_delta([deleted("1")]))

    assert "there is none from which it could go on" in page.text
    assert of_key("1").is_active


WORDS = {
    "en": (
        "Yes, from now on our sets come from this directory.",
        "3 new students have the same name and the same class as accounts without a key",
        "Yes, but not for all",
    ),
    "fr": (
        "Oui, nos exports viennent désormais de cet annuaire.",
        "3 élèves qui arrivent portent le même nom, dans la même classe, que des comptes sans clé",
        "Oui, mais pas pour tous",
    ),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_change_is_told_in_both_languages(client, school, leader, language):
    follow(client, leader, school, *STUDENTS)
    with translation.override(language):
        refused = choose(client, leader, school, a_bundle(INES, TOM, ZOE))
        change(client, leader, school)
        trial = choose(client, leader, school, a_bundle(INES, TOM, ZOE))

    chooses, same, but = WORDS[language]
    assert chooses in refused.text
    assert same in trial.text
    assert but in trial.text
