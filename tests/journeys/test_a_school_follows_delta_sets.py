"""Between two complete sets a school follows what changed: delta sets."""

import pytest
from django.utils import translation

from courses.people.models import Identity, today
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import LastSaid, RosterImport
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.deltas import a_change, a_delta, changed, deleted, the_delta_samples
from tests.factories.rosters import (
    UAI,
    a_student,
    apply,
    choose,
    follow,
    of_key,
    places,
    the_samples,
    undo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

CLASS_OF_30 = [
    a_student(str(n), f"Prénom{'abcdefghij'[n % 10]}", f"FAMILLE {'ABC'[n // 10]}", groups=["SKI"])
    for n in range(30)
]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(today())).school
    school.uai = UAI
    school.save()
    return school


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school, language="en")


def test_the_samples_of_a_day_and_of_the_next_load_and_change_nothing_again(client, school, leader):
    school.classes.all().delete()
    for data in (the_samples(), the_delta_samples()):
        choose(client, leader, school, data)
        page = apply(client, leader)
        assert "couldn’t be applied" not in page.text
    before = list(LastSaid.objects.order_by("pk").values())

    again = [choose(client, leader, school, data) for data in (the_samples(), the_delta_samples())]

    assert "This set is of Friday 20 November 2026; one of Saturday 21" in again[0].text
    assert "This is the very archive that came on" in again[1].text
    assert list(LastSaid.objects.order_by("pk").values()) == before
    assert places(of_key("1000001")) == ["1RE1", "2DE1G1"]
    assert "1 changes class" in page.text
    assert "0 leave" in page.text
    assert not Identity.objects.filter(value="1900001").exists()  # another school's


def test_a_delta_changes_whom_it_names_alone(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)

    trial = choose(
        client,
        leader,
        school,
        a_delta(
            [
                a_change("0", "Prénoma", "FAMILLE A", "2DE2", groups=["SKI"]),
                a_student("30", "Nina", "NOUVELLE"),
                deleted("29"),
            ]
        ),
    )
    apply(client, leader)

    for words in ("1 changes class", "1 leaves", "1 is new"):
        assert words in trial.text
    assert "Delta set of Saturday 21 November 2026" in trial.text
    assert places(of_key("0")) == ["2DE2", "SKI"]
    assert places(of_key("1")) == ["2DE1", "SKI"]
    assert places(of_key("30")) == ["2DE1"]
    assert not of_key("29").is_active
    assert RosterImport.objects.filter(state=ImportState.APPLIED).count() == 2


def test_what_a_change_does_not_say_stays_as_it_was_said(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)

    choose(
        client,
        leader,
        school,
        a_delta([changed("0", ENTEleveClasses=["3001$2DE2"]), changed("1", sn=["NOUVEAU"])]),
    )
    page = apply(client, leader)

    assert "1 changes class" in page.text
    assert "1 has another name" in page.text
    assert places(of_key("0")) == ["2DE2", "SKI"]
    assert (of_key("0").given_name, of_key("0").family_name) == ("Prénoma", "FAMILLE A")
    assert (of_key("1").given_name, of_key("1").family_name) == ("Prénomb", "NOUVEAU")


def test_a_delta_is_undone_and_then_a_complete_set_comes_first(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    choose(client, leader, school, a_delta([deleted("29")]))
    apply(client, leader)

    undo(client, leader)
    refused = choose(client, leader, school, a_delta([deleted("28")], day="20261122"))

    assert of_key("29").is_active
    assert "there is none from which it could go on" in refused.text
    follow(client, leader, school, *CLASS_OF_30[:29], day="20261122")
    assert not of_key("29").is_active
    assert (
        "1 leaves" in choose(client, leader, school, a_delta([deleted("28")], day="20261123")).text
    )
