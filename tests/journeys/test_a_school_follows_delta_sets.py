"""Between two complete sets a school follows what changed: delta sets."""

import datetime

import pytest
import time_machine
from django.utils import translation

from courses.people.models import Identity, today
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import LastSaid, RosterImport
from tests.factories.continuity import SchoolClassFactory
from tests.factories.deltas import a_change, a_delta, changed, deleted, the_delta_samples
from tests.factories.equipment import office_of
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    a_teacher,
    apply,
    choose,
    follow,
    of_key,
    places,
    the_samples,
    undo,
)
from tests.factories.school_pages import send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

NEXT_DAY = datetime.datetime(2026, 11, 26, 9, tzinfo=datetime.UTC)
CLASS_OF_30 = [
    a_student(str(n), f"Prénom{'abcdefghij'[n % 10]}", f"FAMILLE {'ABC'[n // 10]}", groups=["SKI"])
    for n in range(30)
]


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1", school_year=school_year(today())).school
    school.uai = UAI
    school.save()
    return school


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


def test_departures_of_a_delta_pause_it_and_what_is_left_out_is_asked_again(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30, a_student("30", "Nina", "SEULE", "2DE2"))
    data = a_delta([deleted("28"), deleted("30"), a_student("31", "Léo", "NEUF")])

    trial = choose(client, leader, school, data)
    apply(client, leader, what="rest")

    assert "2 students of 31 would leave" in trial.text
    assert "This class would have no student any more: 2DE2" in trial.text
    assert "As ENT_NORMANDIE_Delta_20261121_Eleve_0000.xml says, line" in trial.text
    assert "With your yes the account is suspended." in trial.text
    assert "Isn’t a student of your school in the complete set" not in trial.text
    assert of_key("30").is_active
    assert places(of_key("31")) == ["2DE1"]
    again = choose(client, leader, school, data)
    assert "2 leave" in again.text
    assert "0 are new" in again.text


def test_a_delta_that_was_set_aside_is_a_day_that_is_missing(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    choose(client, leader, school, a_delta([deleted("29")]))
    send(client, leader, "roster:set_aside", RosterImport.objects.first().public_id)

    page = choose(client, leader, school, a_delta([deleted("28")], day="20261122"))
    apply(client, leader)

    assert "goes on from the set of Friday 20 November 2026" in page.text
    assert "Nothing was read of the days between Friday 20 November 2026" in page.text
    assert of_key("29").is_active
    assert not of_key("28").is_active
    late = choose(client, leader, school, a_delta([deleted("29")]))
    assert "the one of Sunday 22 November 2026 was read already" in late.text


def test_a_delta_of_the_day_of_the_complete_set_says_nothing_new(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)

    page = choose(client, leader, school, a_delta([deleted("29")], day="20261120"))

    assert "the complete set of Friday 20 November 2026, which was read, says all" in page.text
    assert RosterImport.objects.count() == 1


def test_a_delta_that_changes_nothing_counts_as_read(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    nothing = a_delta([changed("0", homePhone=["+33 1"])])

    first = choose(client, leader, school, nothing)
    again = choose(client, leader, school, nothing)
    next_day = choose(client, leader, school, a_delta([deleted("29")], day="20261122"))

    for page in (first, again):
        assert "This delta set changes nothing." in page.text
    assert "Nothing was read of the days" not in next_day.text


def test_a_delta_waits_until_the_set_before_is_over(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    choose(client, leader, school, a_delta([deleted("29")]))

    page = choose(client, leader, school, a_delta([deleted("28")], day="20261122"))

    assert "A set waits for your yes already" in page.text


@pytest.mark.parametrize("wrong", ["none", "set aside", "of another year"])
def test_a_delta_needs_a_complete_set_that_was_applied(client, school, leader, wrong):
    if wrong != "none":
        choose(client, leader, school, a_set(UAI, *CLASS_OF_30))
        one = RosterImport.objects.get()
        if wrong == "set aside":
            send(client, leader, "roster:set_aside", one.public_id)
        else:
            apply(client, leader)
            RosterImport.objects.update(day="2026-07-03")

    page = choose(client, leader, school, a_delta([deleted("29")]))

    assert "there is none from which it could go on" in page.text


def test_who_leaves_and_comes_back_by_deltas_has_the_same_account(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    choose(client, leader, school, a_delta([deleted("29")]))
    apply(client, leader)
    left = of_key("29")
    back = a_student("29", "Prénomj", "FAMILLE C", "2DE2")

    with time_machine.travel(NEXT_DAY):
        page = choose(client, leader, school, a_delta([back], day="20261122"))
        apply(client, leader)

        assert not left.is_active
        assert "1 is back" in page.text
        assert (of_key("29"), of_key("29").is_active) == (left, True)
        assert places(left) == ["2DE2"]


def test_an_office_s_yes_leaves_teachers_of_a_delta_out(client, school, leader):
    follow(client, leader, school, *CLASS_OF_30)
    staff = [a_teacher("T1", "Zoé", "HÉBERT")]

    page = choose(client, office_of(school), school, a_delta([deleted("29")], staff))
    apply(client, office_of(school))

    assert "and a later complete set asks again" in page.text
    assert not of_key("29").is_active
    assert not Identity.objects.filter(value="T1").exists()
    choose(client, leader, school, a_delta([deleted("29")], staff))
    apply(client, leader)
    assert Identity.objects.filter(value="T1").exists()


WORDS = {
    "en": (
        "Delta set of Sunday 22 November 2026",
        "Nothing was read of the days between Friday 20",
    ),
    "fr": (
        "Export différentiel du dimanche 22 novembre 2026",
        "Rien n’a été lu des jours entre le vendredi 20 novembre 2026 et cet export",
    ),
}


@pytest.mark.parametrize("language", WORDS)
def test_a_delta_and_the_days_that_are_missing_are_told_in_both_languages(
    client, school, leader, language
):
    follow(client, leader, school, *CLASS_OF_30)
    with translation.override(language):
        page = choose(client, leader, school, a_delta([deleted("29")], day="20261122"))

    for words in WORDS[language]:
        assert words in page.text
