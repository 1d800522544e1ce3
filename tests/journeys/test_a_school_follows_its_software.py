"""A school's students come from its own software, as a OneRoster bundle: the way of every set."""

import datetime

import pytest
import time_machine
from django.utils import translation

from courses.people.models import ClassMembership, Identity, Person
from courses.roster.enums import ImportState
from courses.roster.models import LastSaid, RosterChange, RosterImport, StagedStudent
from tests.factories.bundles import (
    SECRET,
    a_bundle,
    a_class,
    a_pupil,
    an_enrolment,
    files_of,
    tables_of,
)
from tests.factories.continuity import SchoolClassFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
    apply,
    choose,
    follow,
    imported,
    of_key,
    packed,
    places,
    undo,
)
from tests.factories.school_pages import get

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-20T10:00"),
    pytest.mark.usefixtures("english"),
]
INES = a_pupil("1", "Inès", "ABADIE")
TOM = a_pupil("2", "Tom", "BRUNET", "2DE2", ["LATIN"])
ZOE = a_pupil("3", "Zoé", "CARON", "2DE1", ["LATIN"])
CLASS_OF_40 = [
    a_pupil(f"p{n}", f"Prénom{'abcdefghij'[n % 10]}", f"FAMILLE {'ABCD'[n // 10]}")
    for n in range(40)
]


def on(day: int):
    return time_machine.travel(datetime.datetime(2026, 11, day, 9, tzinfo=datetime.UTC))


@pytest.fixture
def school():
    school = SchoolClassFactory(name="2DE1").school
    school.uai = UAI
    school.save()
    return school


def take(client, leader, school, *pupils, day=20, **more):
    """Choose a bundle and say yes."""
    choose(client, leader, school, a_bundle(*pupils, day=datetime.date(2026, 11, day), **more))
    return apply(client, leader)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_school_begins_from_a_bundle(client, school, leader, version):
    trial = choose(client, leader, school, a_bundle(INES, TOM, ZOE, version=version))
    nobody = Identity.objects.count()
    applied = apply(client, leader)

    assert nobody == 0
    for words in ("3 are new", "As users.csv says, line 3.", "Set of Friday 20 November 2026"):
        assert words in trial.text
    assert "3 are new" in applied.text
    assert "couldn’t be applied" not in applied.text
    assert [places(of_key(key)) for key in "123"] == [
        ["2DE1"], ["2DE2", "LATIN"], ["2DE1", "LATIN"],
    ]  # fmt: skip
    ines = of_key("1")
    assert (ines.given_name, ines.family_name, ines.email) == ("Inès", "ABADIE", None)
    assert not ines.has_usable_password()
    assert set(Identity.objects.values_list("namespace", flat=True)) == {f"oneroster:lvs:{UAI}"}
    assert StagedStudent.objects.count() == 0


def test_nothing_of_what_is_never_read_is_kept(client, school, leader):
    bad = a_pupil("4", "", "SANSNOM")
    trial = choose(client, leader, school, a_bundle(INES, bad))
    staged = list(StagedStudent.objects.values())
    apply(client, leader)

    kept = [
        list(model.objects.values())
        for model in (Person, Identity, LastSaid, RosterImport, RosterChange)
    ]
    assert len(staged) == 1
    assert SECRET not in repr((staged, kept))
    assert SECRET not in trial.text


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_second_import_changes_nothing_and_says_so(client, school, leader, version):
    data = a_bundle(INES, TOM, ZOE, version=version)
    choose(client, leader, school, data)
    apply(client, leader)
    before = list(ClassMembership.objects.values_list("pk", "since", "until"))

    again = choose(client, leader, school, data)
    other = choose(client, leader, school, a_bundle(ZOE, INES, TOM, version="1.2"))

    assert "This is the very archive that came on" in again.text
    assert "This set says what the last one said: it changes nothing." in other.text
    assert list(ClassMembership.objects.values_list("pk", "since", "until")) == before


def test_the_next_bundle_says_what_changes_and_where_it_stands(client, school, leader):
    take(client, leader, school, *CLASS_OF_40, TOM, ZOE)
    with on(21):
        moved, renamed = CLASS_OF_40[0] | {"places": ["2DE2"]}, ZOE | {"familyName": "CARON-ROY"}
        trial = choose(
            client,
            leader,
            school,
            a_bundle(
                moved,
                *CLASS_OF_40[2:],
                TOM | {"places": ["2DE2", "GREC"]},
                renamed,
                a_pupil("9", "Nina", "NOUVELLE"),
                day=datetime.date(2026, 11, 21),
            ),
        )
        applied = apply(client, leader)

    for words in (
        "1 changes class", "1 leaves", "1 is new", "1 changes groups", "1 has another name", "0 deleted",
        "As enrollments.csv says, line 3.",  # who moves: the line of the new class
        "As enrollments.csv says.",  # groups are said by several lines
        "As users.csv says, line 43.",  # the name
        "Isn’t a student of your school in the complete set of Saturday 21 November 2026.",
    ):  # fmt: skip
        assert words in trial.text
    assert "Paused" not in trial.text
    assert "couldn’t be applied" not in applied.text
    assert places(of_key("p0")) == ["2DE2"]
    assert places(of_key("2")) == ["2DE2", "GREC"]
    assert not of_key("p1").is_active


def test_an_import_of_a_bundle_is_undone(client, school, leader):
    take(client, leader, school, INES, TOM, ZOE)
    with on(21):
        take(client, leader, school, INES | {"places": ["2DE2"]}, TOM, day=21)
        assert not of_key("3").is_active
        undo(client, leader)

    assert [places(of_key(key)) for key in "123"] == [
        ["2DE1"], ["2DE2", "LATIN"], ["2DE1", "LATIN"],
    ]  # fmt: skip
    assert of_key("3").is_active


def test_a_class_that_is_missing_pauses_and_comes_back(client, school, leader):
    tom = a_pupil("2", "Tom", "BRUNET", "2DE2")
    take(client, leader, school, *CLASS_OF_40, tom)
    with on(21):
        trial = choose(
            client, leader, school, a_bundle(*CLASS_OF_40, day=datetime.date(2026, 11, 21))
        )
        apply(client, leader)
        gone = of_key("2").is_active
    with on(22):
        back = take(client, leader, school, *CLASS_OF_40, tom, day=22)

    assert "Paused: look closely before you say yes" in trial.text
    assert "This class had students in the last set and has none in this one: 2DE2." in trial.text
    assert gone is False
    assert "1 is back" in back.text
    assert of_key("2").is_active
    assert places(of_key("2")) == ["2DE2"]


def test_whose_row_cant_be_read_stays_as_they_are(client, school, leader):
    take(client, leader, school, *CLASS_OF_40, TOM, ZOE)
    tables = tables_of(*CLASS_OF_40, TOM, ZOE)
    tables["classes"][1] |= {"classType": "club"}  # 2DE2, Tom's
    tables["enrollments"].append(an_enrolment("3", "2DE7"))
    with on(21):
        page = choose(client, leader, school, packed(files_of(tables), datetime.date(2026, 11, 21)))

    assert RosterImport.objects.first().missing_classes == []
    assert "As far as this set can be read, it changes nothing." in page.text
    assert "Records that can’t be read (2)" in page.text
    assert "classes.csv, line 3, classType" in page.text
    assert "This is neither “homeroom” (a class) nor “scheduled”." in page.text
    assert "This names something that isn’t in the set." in page.text
    assert "So does whoever is in a class that can’t be read" in page.text
    assert "Without a key" not in page.text


def test_a_row_without_a_key_pauses_who_would_leave(client, school, leader):
    take(client, leader, school, *CLASS_OF_40)
    with on(21):
        lost = CLASS_OF_40[0] | {"sourcedId": ""}
        page = choose(
            client,
            leader,
            school,
            a_bundle(lost, *CLASS_OF_40[1:], day=datetime.date(2026, 11, 21)),
        )

    assert "Paused" in page.text
    assert "Who leaves may be whose record has no readable key" in page.text


@pytest.mark.parametrize(
    ("number", "words"), [(0, ""), (1, "1 of these would be in no class"), (2, "2 of these would")]
)
def test_who_has_no_homeroom_is_in_no_class(client, school, leader, number, words):
    pupils = [a_pupil(f"n{n}", "Nina", f"LIBRE {'AB'[n]}", "", ["LATIN"]) for n in range(number)]

    page = choose(client, leader, school, a_bundle(INES, *pupils))

    assert words in page.text
    assert page.text.count("<b>In no class</b>") == number


def test_the_same_archive_is_compared_again_on_another_day(client, school, leader):
    """Enrolments begin and end on days, so it may say something else."""
    tables = tables_of(INES, TOM)
    tables["enrollments"][1] |= {"endDate": "2026-11-23"}
    tables["enrollments"].append(an_enrolment("1", "2DE2", beginDate="2026-11-23"))
    data = packed(files_of(tables), datetime.date(2026, 11, 20))
    choose(client, leader, school, data)
    apply(client, leader)
    with on(22):
        before = choose(client, leader, school, data)
    with on(23):
        choose(client, leader, school, data)
        apply(client, leader)

    assert "it changes nothing" in before.text
    assert places(of_key("1")) == ["2DE2"]


def test_an_older_bundle_is_refused(client, school, leader):
    take(client, leader, school, INES)

    page = choose(client, leader, school, a_bundle(INES, TOM, day=datetime.date(2026, 11, 19)))

    assert "This set is of Thursday 19 November 2026; one of Friday 20 November 2026" in page.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_keys_of_a_bundle_and_of_the_academie_are_not_mixed(client, school, leader, language):
    follow(client, leader, school, a_student("1", "Inès", "ABADIE"))

    with translation.override(language):
        page = choose(client, leader, school, a_bundle(INES))

    words = {"en": "comes from another directory", "fr": "vient d’un autre annuaire"}
    assert words[language] in page.text
    assert f"oneroster:lvs:{UAI}" in page.text
    assert RosterImport.objects.count() == 1


def test_a_bundle_of_another_software_is_refused(client, school, leader):
    take(client, leader, school, INES)
    made = files_of(tables_of(INES))
    made["manifest.csv"] = made["manifest.csv"].replace(b"LVS", b"AUTRE")

    page = choose(client, leader, school, packed(made, datetime.date(2026, 11, 20)))

    assert "comes from another directory (oneroster:autre:0140004D)" in page.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "An AAF set (SDET), complete or delta, or a complete OneRoster bundle",
                "in no class",
                "password",
            ],
        ),
        (
            "fr",
            [
                "Un export AAF (SDET), complet ou différentiel, ou un export OneRoster complet",
                "n’a pas de classe",
            ],
        ),
    ],
)
def test_the_page_names_both_kinds_and_what_is_never_read(client, school, leader, language, words):
    with translation.override(language):
        page = get(client, leader, "roster:school", school.public_id)

    for one in words:
        assert one in page.text


def test_a_refused_bundle_leaves_nothing(client, school, leader):
    made = files_of(tables_of(INES))
    made["users.csv"] = made["users.csv"].replace(b"1,,,", b"1,active,,", 1)

    page = choose(client, leader, school, packed(made))

    assert "Line 3 of “users.csv” has a status" in page.text
    assert RosterImport.objects.count() == 0


def test_an_aaf_set_still_comes_through_the_same_door(client, school, leader):
    page = choose(client, leader, school, a_set(UAI, a_student("1", "Inès", "ABADIE")))

    assert "1 is new" in page.text
    assert imported(client, leader).status_code == 200
    assert RosterImport.objects.get().state == ImportState.WAITING


def test_the_longest_key_of_the_specification_is_kept(client, school, leader):
    take(client, leader, school, INES | {"sourcedId": "k" * 255})

    assert places(of_key("k" * 255)) == ["2DE1"]


def test_a_group_with_a_class_of_its_own_opens_once(client, school, leader):
    tables = tables_of(INES, TOM)
    tables["classes"].append(a_class("G", "scheduled", title="2DE1", classCode="2DE1-G"))
    tables["enrollments"] += [an_enrolment(key, "G") for key in "12"]

    choose(client, leader, school, packed(files_of(tables)))
    apply(client, leader)

    assert places(of_key("1")) == ["2DE1", "2DE1-G"]
