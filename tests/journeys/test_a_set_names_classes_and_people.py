"""How a set of the directory spells classes and groups, whom it finds that a person had opened or
closed, what of an upload is kept.
"""

import datetime
import tempfile

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cms.register.services.erasing import erase_what_is_over
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.services import leaving
from courses.roster.models import RosterImport, StagedStudent
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.people import MembershipFactory
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
from tests.factories.school_pages import get

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]
INES = a_student("1", "Inès", "ABADIE")
TOM = a_student("2", "Tom", "BRUNET")
ZOE = a_student("3", "Zoé", "CARON")


def on(month, day, hour=9, year=2026):
    return time_machine.travel(datetime.datetime(year, month, day, hour, tzinfo=datetime.UTC))


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai = UAI
    school.save()
    return school


@pytest.mark.parametrize("order", [1, -1])
def test_a_half_group_and_a_class_of_one_spelling_are_two(client, school, leader, order):
    said = [
        a_student("1", "Inès", "ABADIE", "2DE1", ["2DE1-1"]),
        a_student("2", "Tom", "BRUNET", "2DE11"),
        a_student("3", "Zoé", "CARON", "2DE11"),
    ]
    follow(client, leader, school, *said[::order])

    assert places(of_key("1")) == ["2DE1", "2DE1-1"]
    assert places(of_key("2")) == places(of_key("3")) == ["2DE11"]


def test_two_groups_of_one_spelling_are_two(client, school, leader):
    SchoolClassFactory(school=school, kind="group", name="TMATHS")
    follow(
        client,
        leader,
        school,
        a_student("1", "Inès", "ABADIE", "2DE1", ["TMATHS+"]),
        a_student("2", "Tom", "BRUNET", "2DE1", ["TMATHS"]),
    )

    assert places(of_key("1")) == ["2DE1", "TMATHS+"]
    assert places(of_key("2")) == ["2DE1", "TMATHS"]


def test_two_classes_of_one_spelling_are_neither_the_one_that_was_here(client, school, leader):
    SchoolClassFactory(school=school, name="2de 11")
    follow(
        client,
        leader,
        school,
        a_student("2", "Tom", "BRUNET", "2DE11"),
        a_student("3", "Zoé", "CARON", "2DE1-1"),
    )

    assert places(of_key("2")) == ["2DE11"]
    assert places(of_key("3")) == ["2DE1-1"]


def test_a_half_group_leaves_a_class_that_is_spelled_otherwise_whole(client, school, leader):
    SchoolClassFactory(school=school, name="2DE 11")
    follow(client, leader, school, a_student("2", "Tom", "BRUNET", "2DE11"))
    with on(11, 21):
        follow(
            client,
            leader,
            school,
            a_student("1", "Inès", "ABADIE", "2DE1", ["2DE1-1"]),
            a_student("2", "Tom", "BRUNET", "2DE11"),
            a_student("3", "Zoé", "CARON", "2DE11"),
            day="20261121",
        )

    assert places(of_key("1")) == ["2DE1", "2DE1-1"]
    assert places(of_key("2")) == places(of_key("3")) == ["2DE 11"]


def test_a_name_that_is_a_class_and_a_group_is_a_class(client, school, leader):
    said = [
        a_student("1", "Inès", "ABADIE", "2DE1", ["2DE9", "LATIN"]),
        a_student("2", "Tom", "BRUNET", "2DE9"),
    ]
    follow(client, leader, school, *said)
    with on(11, 21):
        again = choose(
            client, leader, school, a_set(UAI, *said, a_student("9", "", "X"), day="20261121")
        )

    assert places(of_key("1")) == ["2DE1", "LATIN"]
    assert places(of_key("2")) == ["2DE9"]
    assert "it changes nothing" in again.text


def test_whom_a_person_opened_is_not_closed_by_an_undoing(client, school, leader):
    follow(client, leader, school, INES, TOM)
    with on(11, 21):
        follow(client, leader, school, TOM, day="20261121")  # half a set
    ines = of_key("1")
    with on(11, 22):
        leaving.reopen_student(student=ines, school=school, by=leader)
    with on(11, 23):
        follow(client, leader, school, INES, TOM, ZOE, day="20261123")
        undo(client, leader)
        held = places(ines)
        again = choose(client, leader, school, a_set(UAI, INES, TOM, ZOE, day="20261123"))
        apply(client, leader)

    ines = Person.objects.get(pk=ines.pk)
    assert (held, ines.is_active, places(ines)) == (["2DE1"], True, ["2DE1"])
    assert "2 are back" in again.text  # Inès, too: the set says again what was undone


def test_whom_a_set_and_then_a_person_closed_stays_closed(client, school, leader):
    follow(client, leader, school, INES, TOM)
    with on(11, 21):
        follow(client, leader, school, TOM, day="20261121")
    ines = of_key("1")
    with on(11, 22):
        leaving.reopen_student(student=ines, school=school, by=leader)
    with on(11, 23):
        leaving.close_student(student=ines, school=school, by=leader)
    with on(11, 24):
        page = choose(client, leader, school, a_set(UAI, INES, TOM, day="20261124"))

    assert "it changes nothing" in page.text


def test_a_group_that_is_a_class_here_blocks_no_other(client, school, leader):
    SchoolClassFactory(school=school, name="CHORALE")
    both = a_student("1", "Inès", "ABADIE", "2DE1", ["LATIN", "CHORALE"])
    follow(client, leader, school, both)
    with on(11, 21):
        again = choose(
            client, leader, school, a_set(UAI, both, a_student("9", "", "X"), day="20261121")
        )
    with on(11, 22):
        greek = a_student("1", "Inès", "ABADIE", "2DE1", ["GREC", "CHORALE"])
        follow(client, leader, school, greek, day="20261122")

    assert "it changes nothing" in again.text
    assert places(of_key("1")) == ["2DE1", "GREC"]


@pytest.mark.parametrize(
    ("number", "words"), [(0, ""), (1, "1 of these would be in no class"), (2, "2 of these would")]
)
def test_who_is_in_no_class_is_said_and_found(client, school, leader, number, words):
    lost = [("8", "Nina", "SANSCLASSE"), ("9", "Hugo", "LIBRE")][:number]
    said = [a_student(*one, "", ["LATIN"]) for one in lost]
    trial = choose(client, leader, school, a_set(UAI, INES, *said))
    applied = apply(client, leader)
    page = get(client, leader, "people:students")

    assert words in trial.text
    assert ("would be in no class" in trial.text) is bool(number)
    assert "would be in no class" not in applied.text
    for shown in (trial, applied):
        assert shown.text.count("<b>In no class</b>") == number
    part = page.text.partition("<summary>In no class")[2].partition("</details>")[0]
    assert bool(part) is bool(number)
    if number:
        assert f"({number})" in part
    assert all(of_key(key).login in part for key, *_names in lost)
    assert of_key("1").login not in part


def test_only_a_schools_own_students_of_no_class_stand_in_its_part(client, school, leader):
    follow(client, leader, school, INES, TOM, a_student("8", "Nina", "SANSCLASSE", ""))
    elsewhere = StudentFactory(in_class=SchoolClassFactory())
    both = StudentFactory(in_class=SchoolClassFactory())
    MembershipFactory(person=both, organisation=school, role=Role.STUDENT)
    closed = MembershipFactory(organisation=school, role=Role.STUDENT).person
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    with on(11, 21):
        follow(client, leader, school, INES, a_student("2", "Tom", "BRUNET", ""), day="20261121")
        page = get(client, leader, "people:students")

    part = page.text.partition("<summary>In no class")[2].partition("</details>")[0]
    assert of_key("2").login in part
    assert both.login in part
    assert closed.login not in part
    assert elsewhere.login not in page.text


@pytest.mark.parametrize("number", [0, 1, 40])
def test_the_page_of_accounts_costs_the_same_for_any_number(
    client, school, leader, django_assert_num_queries, number
):
    MembershipFactory.create_batch(number, organisation=school, role=Role.STUDENT)
    client.force_login(leader)

    with django_assert_num_queries(8):
        client.get(reverse("people:students"))


def test_everybody_out_of_groups_is_paused(client, school, leader):
    names = ["Ab" + letter for letter in "cdefghij"]
    follow(
        client,
        leader,
        school,
        *[a_student(str(n), name, "FAM", "2DE1", ["LATIN"]) for n, name in enumerate(names)],
    )
    without = [a_student(str(n), name, "FAM", "2DE1") for n, name in enumerate(names)]

    trial = choose(client, leader, school, a_set(UAI, *without, day="20261121"))
    apply(client, leader, what="rest")

    assert "Paused" in trial.text
    assert "8 students of 8 would be in none of the set’s groups any more." in trial.text
    assert places(of_key("0")) == ["2DE1", "LATIN"]


@pytest.mark.at("2026-08-10T10:00")
def test_a_set_of_july_is_not_for_the_new_year(client, school, leader):
    page = choose(client, leader, school, a_set(UAI, INES, TOM, day="20260720"))

    assert "This set is of the last school year" in page.text
    assert "Choose the latest set." in page.text
    assert "Set it aside" not in page.text
    assert RosterImport.objects.count() == 0


def test_who_could_not_be_entered_is_named_for_two_weeks(client, school, leader):
    SchoolClassFactory(school=school, kind="group", name="2DE9")

    page = follow(client, leader, school, a_student("1", "Inès", "ABADIE", "2DE9"), TOM)

    assert "ABADIE" in page.text
    assert StagedStudent.objects.count() == 1
    with on(12, 5):
        erase_what_is_over(timezone.now())
        assert StagedStudent.objects.count() == 0
        assert "ABADIE" not in imported(client, leader).text


def test_an_upload_that_is_too_large_reaches_no_disk(
    client, school, leader, settings, tmp_path, monkeypatch
):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    made = []
    real = tempfile.NamedTemporaryFile
    monkeypatch.setattr(
        "django.core.files.uploadedfile.tempfile.NamedTemporaryFile",
        lambda *args, **named: made.append(named) or real(*args, **named),
    )

    page = choose(client, leader, school, b"PK" + b"\0" * 3_000_000)

    assert "This archive is larger than 2 MB." in page.text
    assert made == []
