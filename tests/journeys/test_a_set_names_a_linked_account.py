"""A school links a student's login by an ENT with its reference; then the first set names the key."""

import pytest
from django.urls import reverse
from django.utils import translation

from courses.people.models import Identity, Person
from courses.people.services.identities import put_key
from courses.roster.models import LastSaid
from tests.factories.bundles import a_bundle, a_pupil
from tests.factories.continuity import SchoolClassFactory, StudentFactory
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
from tests.factories.signin import known_as

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]
BUNDLE, AAF = f"oneroster:lvs:{UAI}", "aaf:70"
ZOE = a_student("3", "ZOE", "CARON", groups=["SKI"])


@pytest.fixture
def school_class():
    made = SchoolClassFactory(name="2DE1")
    made.school.uai = UAI
    made.school.save()
    return made


@pytest.fixture
def zoe(school_class):
    return StudentFactory(in_class=school_class, given_name="Zoé", family_name="Caron")


def link(student, by, key="3", namespace=AAF):
    return put_key(person=student, namespace=namespace, value=key, by=by)


def students() -> list[int]:
    found = Person.objects.filter(memberships__role="student").distinct()
    return sorted(found.values_list("pk", flat=True))


def test_the_first_set_keeps_the_account_that_has_the_key(client, school, leader, zoe):
    key = link(zoe, leader)

    trial = choose(client, leader, school, a_set(UAI, ZOE))
    applied = apply(client, leader)

    for page in (trial, applied):
        assert "1 has an account here with the key already" in page.text
        assert "0 are new" in page.text
        assert f"The account {zoe.login} of your school has this key." in page.text
    assert students() == [zoe.pk]
    assert places(zoe) == ["2DE1", "SKI"]
    assert list(zoe.identities.values_list("pk", "value")) == [(key.pk, "3")]
    assert LastSaid.objects.get().identity == key
    again = choose(client, leader, school, a_set(UAI, ZOE, day="20261121"))
    assert "Nothing to do" in again.text


def test_it_comes_into_the_class_of_the_set(client, school, leader, zoe):
    link(zoe, leader)

    follow(client, leader, school, a_student("3", "Zoé", "CARON", "2DE2"))

    assert places(zoe) == ["2DE2"]
    undo(client, leader)
    assert places(zoe) == ["2DE1"]
    assert list(zoe.identities.values_list("value", flat=True)) == ["3"]  # the school's own word
    assert not LastSaid.objects.exists()
    follow(client, leader, school, ZOE, day="20261121")
    assert students() == [zoe.pk]


def test_undone_the_key_can_be_taken_off(client, school, leader, zoe):
    key = link(zoe, leader)
    follow(client, leader, school, ZOE)
    undo(client, leader)

    client.post(reverse("ent:unlink", args=[zoe.public_id, key.pk]))

    assert not zoe.identities.exists()


def test_the_next_set_leaves_it_out_and_it_is_suspended(client, school, leader, zoe):
    link(zoe, leader)
    follow(client, leader, school, ZOE, a_student("2", "Tom", "BRUNET"))

    follow(client, leader, school, a_student("2", "Tom", "BRUNET"), day="20261121")

    zoe.refresh_from_db()
    assert not zoe.is_active


def test_the_key_of_another_schools_student_stays_theirs(client, school, leader):
    theirs = known_as(StudentFactory(in_class=SchoolClassFactory()), "3")

    page = follow(client, leader, school, ZOE)

    assert "belongs to an account of another school" in page.text
    assert Identity.objects.get(value="3").person == theirs


def test_in_no_class_of_the_set_it_stays_in_its_own(client, school, leader, zoe):
    link(zoe, leader)

    follow(client, leader, school, a_student("3", "Zoé", "CARON", ""))

    assert places(zoe) == ["2DE1"]


def test_the_key_of_an_account_of_another_name_is_not_taken_for_the_same(
    client, school, leader, zoe
):
    link(zoe, leader)

    trial = choose(client, leader, school, a_set(UAI, a_student("3", "Tom", "BRUNET")))
    applied = apply(client, leader)

    why = f"The account {zoe.login} of your school has the key of this student, and another name."
    assert why in trial.text
    assert why in applied.text
    assert students() == [zoe.pk]
    assert not LastSaid.objects.exists()


def test_another_account_of_the_name_is_not_asked_about(client, school, school_class, leader, zoe):
    link(zoe, leader)
    StudentFactory(in_class=school_class, given_name="Zoé", family_name="Caron")

    trial = choose(client, leader, school, a_set(UAI, ZOE))

    assert "Are they the same people?" not in trial.text
    assert "Paused" not in trial.text


def test_a_key_linked_while_the_set_waits_is_not_another_account_s(client, school, leader, zoe):
    tom = StudentFactory(in_class=zoe.class_memberships.get().school_class)
    choose(client, leader, school, a_set(UAI, ZOE))
    link(tom, leader)

    page = apply(client, leader, same="yes")

    assert "Somebody took this login or this key at the same moment." in page.text
    assert list(zoe.identities.all()) == []


def test_who_was_linked_to_the_next_directory_goes_on_with_it(client, school, leader):
    follow(client, leader, school, ZOE, a_student("2", "Tom", "BRUNET"))
    zoe = of_key("3")
    link(zoe, leader, key="p3", namespace=BUNDLE)
    send(client, leader, "roster:directory", school.public_id, namespace=BUNDLE, is_so="on")
    pupils = (a_pupil("p3", "Zoé", "CARON", "2DE2"), a_pupil("p2", "Tom", "BRUNET"))

    trial = choose(client, leader, school, a_bundle(*pupils))
    apply(client, leader, same="yes")

    assert "0 leave" in trial.text
    zoe.refresh_from_db()
    assert (zoe.is_active, places(zoe)) == (True, ["2DE2"])  # SKI was the other directory's word
    assert Identity.objects.get(value="p3").person == zoe
    undo(client, leader)
    assert places(zoe) == ["2DE1", "SKI"]
    assert sorted(zoe.identities.values_list("value", flat=True)) == ["3", "p3"]


WORDS = {
    "en": ("1 has an account here with the key already", "has this key."),
    "fr": ("1 a déjà ici un compte qui porte cette clé", "porte cette clé."),
}


@pytest.mark.parametrize("language", WORDS)
def test_it_is_told_in_both_languages(client, school, leader, zoe, language):
    link(zoe, leader)
    with translation.override(language):
        trial = choose(client, leader, school, a_set(UAI, ZOE))

    for words in WORDS[language]:
        assert words in trial.text
