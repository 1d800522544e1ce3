"""Who of a set's staff is a teacher of the school, what is read of them, and what can't be."""

import datetime
import re

import pytest
from django.utils import translation

from courses.roster import exceptions as no
from courses.roster.enums import RecordFault, TeacherTrouble
from courses.roster.services import collecting, oneroster_teachers
from courses.roster.services.reading import read_school
from courses.roster.values import TUTOR, Duty
from tests.factories.bundles import (
    OTHER,
    SECRET,
    a_class,
    a_pupil,
    a_role,
    an_enrolment,
    files_of,
    tables_of,
)
from tests.factories.rosters import (
    HEAD,
    JOIN,
    UAI,
    a_set,
    a_student,
    a_teacher,
    packed,
    the_samples,
    with_staff,
)

TODAY = datetime.date(2026, 11, 25)
INES = a_student("1", "Inès", "ABADIE")
STAFF_FILE = "ENT_NORMANDIE_Complet_20261120_PersEducNat_0000.xml"


def read(data: bytes):
    return read_school(data, uai=UAI, school="Lycée", today=TODAY)


def staff(*records: str):
    return read(with_staff(UAI, *records, students=[INES]))


def test_the_sample_of_an_academie_says_who_teaches_what():
    roster = read(the_samples())

    assert [one.key for one in roster.teachers] == ["4000001", "4000002", "4000003"]
    first = roster.teachers[0]
    assert (first.family_name, first.given_name) == ("BEN SAÏD", "NOËL")
    assert first.email == "agent4000001@ac-normandie.example"
    assert first.duties == (
        Duty("2DE1", True, TUTOR), Duty("2DE1", True, "FRANCAIS"), Duty("2DE1G1", False, "FRANCAIS"),
    )  # fmt: skip
    assert roster.other_staff == 1
    assert roster.bad == []


def test_a_set_without_files_of_the_staff_says_nothing_of_teachers():
    assert read(a_set(UAI, INES)).teachers is None
    assert staff().teachers == []


NOT_PRESENT = {"PersEducNatPresenceDevantEleves": "N"}
THERE = f"{JOIN}$ENS$ENSEIGNEMENT$L0202$LETTRES"
IS_TEACHER = {
    "who teaches": (NOT_PRESENT, True),
    "who keeps the library": (
        NOT_PRESENT | {"ENTPersonFonctions": f"{JOIN}$DOC$DOCUMENTATION"}, True,
    ),
    "on probation": (NOT_PRESENT | {"ENTPersonFonctions": f"{JOIN}$FIJ$"}, True),
    "in front of students": ({"ENTPersonFonctions": f"{JOIN}$-$"}, True),
    "in front of students, without a function": ({"ENTPersonFonctions": ""}, True),
    "who leads the school": (
        NOT_PRESENT | {"ENTPersonFonctions": f"{JOIN}$DIR$DIRECTION"}, False,
    ),
    "of the office": (NOT_PRESENT | {"ENTPersonFonctions": f"{JOIN}$ADF$X"}, False),
    "without anything": (NOT_PRESENT | {"ENTPersonFonctions": ""}, False),
    "who teaches at two schools": (
        NOT_PRESENT | {"ENTPersonStructRattach": "3002", "ENTPersonFonctions": ["3002$ENS$", THERE]},
        True,
    ),
    "of this school, teaching elsewhere": (
        {"ENTPersonFonctions": "3002$ENS$ENSEIGNEMENT"}, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", IS_TEACHER)
def test_a_function_of_teaching_at_the_school_makes_a_teacher(who):
    said, is_teacher = IS_TEACHER[who]

    roster = staff(a_teacher("9", "Anne", "ABEL", **said))

    assert (len(roster.teachers), roster.other_staff) == (int(is_teacher), int(not is_teacher))


def test_staff_of_other_schools_is_neither_read_nor_counted():
    there = {"ENTPersonStructRattach": "3002", "ENTPersonFonctions": "3002$ENS$ENSEIGNEMENT"}

    roster = staff(a_teacher("9", "", "ABEL", **there))

    assert (roster.teachers, roster.other_staff, roster.bad) == ([], 0, [])


def test_what_is_taught_elsewhere_is_left_out():
    taught = [f"{JOIN}$2DE1$020700", "3002$TLE1$061300", f"{JOIN}$2DE2$777777"]

    (anne,) = staff(a_teacher("9", "Anne", "ABEL", ENTAuxEnsClassesMatieres=taught)).teachers

    # A subject of which the set has no name is called by its code.
    assert anne.duties == (Duty("2DE1", True, "FRANCAIS"), Duty("2DE2", True, "777777"))


BAD_STAFF = {
    RecordFault.NO_KEY: a_teacher("", "Anne", "ABEL"),
    RecordFault.LONG_KEY: a_teacher("9" * 256, "Anne", "ABEL"),
    RecordFault.NAME: a_teacher("9", "Anne", ""),
    RecordFault.NO_SCHOOL: a_teacher("9", "Anne", "ABEL", ENTPersonFonctions="$ENS$ENSEIGNEMENT"),
    RecordFault.THREE_PARTS: a_teacher("9", "Anne", "ABEL", ["2DE1"]),
    RecordFault.PLACE: a_teacher("9", "Anne", "ABEL", [f"{'2' * 41}$020700"]),
    RecordFault.MANY_TEACHINGS: a_teacher(
        "9", "Anne", "ABEL", [f"C{n}$020700" for n in range(101)]
    ),
    RecordFault.ENTITY: a_teacher("9", "&eacute;Anne", "ABEL"),
    RecordFault.OTHER_VERB: a_teacher("9", "Anne", "ABEL").replace("addRequest", "modifyRequest"),
    RecordFault.TWICE: a_teacher("1", "Anne", "ABEL"),  # a student's
}


@pytest.mark.parametrize("fault", BAD_STAFF)
def test_a_bad_record_of_the_staff_is_named_and_the_others_are_read(fault):
    roster = staff(a_teacher("8", "Zoé", "CARON"), BAD_STAFF[fault])

    assert [one.key for one in roster.teachers] == ["8"]
    assert [one.key for one in roster.students] == ["1"]
    (bad,) = roster.bad
    assert (bad.fault, bad.file) == (fault, STAFF_FILE)
    first = HEAD.count("\n") + a_teacher("8", "Zoé", "CARON").count("\n") + 1
    assert first <= bad.line <= first + BAD_STAFF[fault].count("\n")
    assert not roster.without_key  # nobody is missing among students by it
    assert roster.teacher_without_key == (not bad.key)


@pytest.mark.parametrize(
    "fault", [RecordFault.THREE_PARTS, RecordFault.MANY_TEACHINGS, *TeacherTrouble]
)
def test_each_sentence_is_said_in_both_languages(fault):
    said = set()
    for language in ("en", "fr"):
        with translation.override(language):
            said.add(str(fault.label))

    assert len(said) == 2
    assert all(one.endswith(".") for one in said)


@pytest.mark.parametrize(
    "mail", ["", "nobody", "a@b", "x" * 250 + "@a.example", "deux @adresses.example"]
)
def test_an_address_to_which_nobody_can_write_is_none(mail):
    (anne,) = staff(a_teacher("9", "Anne", "ABEL", mail=mail)).teachers

    assert anne.email == ""


def test_the_first_address_that_works_is_kept_without_capitals():
    (anne,) = staff(
        a_teacher("9", "Anne", "ABEL", mail=["nobody", "Anne.ABEL@Ac.Example"])
    ).teachers

    assert anne.email == "anne.abel@ac.example"


def refused(data: bytes):
    with pytest.raises(no.Refusal) as refusal:
        read(data)
    return refusal.value


def test_a_file_of_the_staff_that_is_missing_is_missed():
    data = with_staff(UAI, a_teacher("9", "Anne", "ABEL"), students=[INES])
    files = {
        name.replace("PersEducNat_0000", "PersEducNat_0002"): body for name, body in unpacked(data)
    }

    assert type(refused(packed(files))) is no.FileMissing


def unpacked(data: bytes):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_no_more_teachers_than_a_school_may_have_are_read(monkeypatch):
    monkeypatch.setattr(collecting, "MOST_TEACHERS", 1)
    two = with_staff(
        UAI, a_teacher("8", "Zoé", "CARON"), a_teacher("9", "Anne", "ABEL"), students=[INES]
    )

    assert type(refused(two)) is no.TooManyTeachers


# OneRoster

PUPILS = [
    a_pupil("1", "Inès", "ABADIE", "2DE1", ["LATIN", "M1"]),
    a_pupil("2", "Tom", "BRU", "2DE2", ["LATIN"]),
]
MATHS = {"M1": {"subjects": "Mathématiques", "title": "2DE1 MATHS"}, "LATIN": {"subjects": "Latin"}}


def bundle(version="1.1", teachers=(), enrolments=(), roles=(), classes=(), courses=None) -> bytes:
    tables = tables_of(*PUPILS, version=version)
    tables["users"] += teachers
    tables["enrollments"] += enrolments
    tables["classes"] += classes
    for row in tables["classes"]:
        row.update(MATHS.get(row["title"], {}))
    if courses is not None:
        tables["courses"] = courses
        for row in tables["classes"]:
            row["subjects"] = ""
    if version == "1.2":
        tables["roles"] += roles
    return packed(files_of(tables, version), datetime.date(2026, 11, 20))


def teaches(key: str, name: str, **more) -> dict:
    return an_enrolment(key, name, role="teacher", **more)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_bundle_says_who_teaches_what(version):
    enrolments = [teaches("teacher", "LATIN"), teaches("teacher", "M1")]

    roster = read(bundle(version, enrolments=enrolments))

    (claire,) = roster.teachers
    assert (claire.key, claire.family_name, claire.email) == (
        "teacher", "MOREL", "claire.morel@lycee.example",
    )  # fmt: skip
    assert claire.duties == (
        Duty("2DE1", True, TUTOR), Duty("2DE1", True, "Mathématiques"), Duty("LATIN", False, "Latin"),
    )  # fmt: skip
    assert [one.key for one in roster.students] == ["1", "2"]
    assert SECRET not in str(roster)


def test_a_course_says_the_subject_where_the_class_does_not():
    courses = [{"sourcedId": "course-1", "title": "Mathématiques", "orgSourcedId": "org-1"}]

    (claire,) = read(bundle(enrolments=[teaches("teacher", "M1")], courses=courses)).teachers

    assert Duty("2DE1", True, "Mathématiques") in claire.duties


def test_teachers_of_other_schools_and_of_other_days_arent_the_schools():
    others = [
        a_pupil("t2", "Jean", "NOIR", "", role="teacher", orgSourcedIds=OTHER),
        a_pupil("t3", "Léa", "ROUX", "", role="teacher"),
    ]
    roles = [
        a_role("t2", "teacher", orgSourcedId=OTHER), a_role("t3", "teacher", endDate="2026-09-30"),
    ]  # fmt: skip

    assert {one.key for one in read(bundle(teachers=others)).teachers} == {"teacher", "t3"}
    of_1_2 = read(bundle("1.2", teachers=others, roles=roles))
    assert {one.key for one in of_1_2.teachers} == {"teacher"}
    assert of_1_2.bad == []


def test_an_enrolment_that_is_over_is_no_duty():
    enrolments = [teaches("teacher", "M1", beginDate="2026-09-01", endDate="2026-11-25")]

    (claire,) = read(bundle(enrolments=enrolments)).teachers

    assert claire.duties == (Duty("2DE1", True, TUTOR),)
    assert claire.duties_known


def test_duties_in_a_class_that_cant_be_read_stay_as_they_are():
    classes = [a_class("X", "club")]

    (claire,) = read(bundle(classes=classes, enrolments=[teaches("teacher", "X")])).teachers

    assert not claire.duties_known


def test_duties_stay_as_they_are_where_an_enrolment_cant_be_read():
    bad = teaches("teacher", "M1", beginDate="31/08/2026")

    roster = read(bundle(enrolments=[teaches("teacher", "LATIN"), bad]))

    assert [one.fault for one in roster.bad] == [RecordFault.NOT_A_DAY]
    assert not roster.teachers[0].duties_known


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"sourcedId": ""}, RecordFault.NO_KEY),
        ({"sourcedId": "9" * 256}, RecordFault.LONG_KEY),
        ({"sourcedId": "jean.noir@lycee.example"}, RecordFault.PERSONAL_KEY),
        ({"sourcedId": "teacher"}, RecordFault.TWICE),
        ({"familyName": "<b>"}, RecordFault.NAME),
    ],
)
def test_a_bad_row_of_a_teacher_is_named(said, fault):
    jean = a_pupil("t2", "Jean", "NOIR", "", role="teacher") | said

    roster = read(bundle(teachers=[jean]))

    assert [one.key for one in roster.teachers] == ["teacher"]
    ((bad),) = roster.bad
    assert (bad.fault, bad.file) == (fault, "users.csv")
    assert bad.is_of_a_teacher
    assert not roster.without_key


def test_a_bundle_that_names_no_teacher_says_nothing_of_them():
    tables = tables_of(*PUPILS)
    tables["users"] = [row for row in tables["users"] if row["role"] == "student"]

    data = packed(files_of(tables), datetime.date(2026, 11, 20))

    assert read(data).teachers is None


def test_no_more_enrolments_of_teachers_are_read_than_a_school_may_have(monkeypatch):
    monkeypatch.setattr(oneroster_teachers, "MOST_ENROLMENTS", 1)

    many = refused(bundle(enrolments=[teaches("teacher", "M1")]))

    assert re.search("enrollments", many.reason)
