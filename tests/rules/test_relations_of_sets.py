"""Guardians are read from AAF sets and OneRoster bundles, or named with file and line."""

import datetime

import pytest
from django.utils import translation

from courses.people.enums import GuardianQuality
from courses.roster.enums import RecordFault
from courses.roster.exceptions import FileMissing
from courses.roster.services.reading import read_school
from tests.factories.bundles import a_pupil, a_role, files_of, tables_of
from tests.factories.relatives import a_child, a_relative, relation, with_relatives
from tests.factories.rosters import SAMPLES, UAI, a_set, a_student, packed, the_samples

TODAY = datetime.date(2026, 11, 25)
SAMPLE = [("1000001", "2000001"), ("1000004", "2000006"), ("1000007", "2000011")]
AUTHORITY, INFORMED = GuardianQuality.AUTHORITY, GuardianQuality.INFORMED


def read(data: bytes, *, with_guardians=True):
    return read_school(data, uai=UAI, school="Lycée", today=TODAY, with_guardians=with_guardians)


def relations(roster) -> list[tuple]:
    return [(one.student, one.key, one.quality) for one in roster.guardians]


def faults(roster) -> list[tuple]:
    return [(bad.file.split("_")[-2], bad.line, bad.field, bad.fault) for bad in roster.bad]


def of_child(*said, relatives=None):
    relatives = (a_relative("901", "Morgane", "ABADIE"),) if relatives is None else relatives
    return read(with_relatives(*relatives, students=[a_child("1", "Inès", "ABADIE", *said)]))


def test_of_a_guardian_names_address_and_quality_are_read_and_nothing_else():
    mail = "Morgane.Abadie@mail.example"
    roster = of_child(relation("901"), relatives=[a_relative("901", "Morgane", "ABADIE", mail)])

    (one,) = roster.guardians
    assert (one.given_name, one.family_name, one.email) == (
        "Morgane",
        "ABADIE",
        mail.lower(),
    )
    for secret in ("SECRET", "1979", "02 31", "6 44", "CAEN"):
        assert secret not in repr(roster)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (relation("901", "1"), [("1", "901", AUTHORITY)]),
        (relation("901", "2"), [("1", "901", INFORMED)]),
        (relation("901", "0"), []),
        (relation("901", "1", link="70"), []),
        (relation("1", "1"), []),
    ],
)
def test_the_fourth_part_says_the_legal_quality(said, expected):
    roster = of_child(said)

    assert relations(roster) == expected
    assert not roster.bad
    assert not roster.guardians_unread


@pytest.mark.parametrize(
    ("said", "unread"),
    [
        (["901$1$1$1$1"], {"1|901"}),
        (["901$1$1$3$1$1"], {"1|901"}),
        (["901$1$1$$1$1"], {"1|901"}),
        (["$1$1$1$1$1"], {"1"}),
        (["90|1$1$1$1$1$1"], {"1|90|1"}),
        ([relation("901", "1"), relation("901", "2")], {"1|901"}),
    ],
)
def test_a_relation_that_cant_be_read_is_named_and_stays(said, unread):
    roster = of_child(*said)

    assert relations(roster) == []
    assert roster.guardians_unread == unread
    assert [(file, field, fault) for file, _line, field, fault in faults(roster)] == [
        ("Eleve", "ENTElevePersRelEleve", RecordFault.RELATION)
    ]
    assert [one.key for one in roster.students] == ["1"]
    assert not roster.unread


@pytest.mark.parametrize(
    ("relatives", "expected"),
    [
        ([], ("Eleve", "ENTElevePersRelEleve", RecordFault.REFERENCE)),
        (
            [a_relative("901", "&lt;b&gt;", "ABADIE")],
            ("PersRelEleve", "givenName", RecordFault.NAME),
        ),
        ([a_relative("901", "Morgane", "")], ("PersRelEleve", "sn", RecordFault.NAME)),
    ],
)
def test_a_guardian_who_cant_be_read_is_named_and_stays(relatives, expected):
    roster = of_child(relation("901"), relatives=relatives)

    assert relations(roster) == []
    assert roster.guardians_unread == {"1|901"}
    assert [(file, field, fault) for file, _line, field, fault in faults(roster)] == [expected]


def test_a_guardian_who_stands_twice_is_read_once():
    twice = [a_relative("901", "Morgane", "ABADIE"), a_relative("901", "Yann", "ABADIE")]

    roster = of_child(relation("901"), relatives=twice)

    assert [one.given_name for one in roster.guardians] == ["Morgane"]
    assert [bad.fault for bad in roster.bad] == [RecordFault.TWICE]


def test_without_files_or_for_a_school_without_guardians_nothing_is_said():
    said = with_relatives(
        a_relative("901", "Morgane", "ABADIE"),
        students=[a_child("1", "Inès", "ABADIE", relation("901"))],
    )

    assert read(said, with_guardians=False).guardians is None
    assert read(a_set(UAI, a_student("1", "Inès", "ABADIE"))).guardians is None


def test_a_missing_number_refuses_the_set_only_where_guardians_are_read():
    names = the_samples_without_a_number()

    with pytest.raises(FileMissing):
        read(names)
    assert read(names, with_guardians=False).students


def the_samples_without_a_number() -> bytes:
    return packed(
        {
            path.name.replace("PersRelEleve_0000", "PersRelEleve_0002"): path.read_bytes()
            for path in SAMPLES.iterdir()
        }
    )


def test_the_sample_names_guardians_of_its_students():
    roster = read(the_samples())

    assert [(one.student, one.key) for one in roster.guardians] == SAMPLE
    assert not roster.bad


@pytest.mark.parametrize(
    ("birth", "word", "bad"),
    [
        ("25/11/2008", "adult", []),
        ("26/11/2008", "soon", []),
        ("14/07/2010", "", []),
        ("", None, []),
        ("2008-11-25", None, [("Eleve", "ENTPersonDateNaissance", RecordFault.BIRTH)]),
    ],
)
def test_of_age_is_said_and_a_birth_date_is_never_kept(birth, word, bad):
    student = a_student("1", "Inès", "ABADIE", ENTPersonDateNaissance=birth)

    roster = read(a_set(UAI, student), with_guardians=False)

    (one,) = roster.students
    assert (one.age.word if one.age else None) == word
    assert [(file, field, fault) for file, _line, field, fault in faults(roster)] == bad
    assert "2008" not in repr(roster)
    assert not roster.unread


# OneRoster


def a_guardian(key, role="parent", **more):
    return a_pupil(key, "Morgane", "ABADIE", "", **({"role": role, "email": ""} | more))


def of_bundle(*users, version="1.1", roles=(), **more):
    tables = tables_of(*users, version=version)
    if roles:
        tables["roles"] += roles
    return read(packed(files_of(tables, version), TODAY), **more)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("role", ["guardian", "parent", "relative"])
def test_a_bundle_names_guardians_who_may_only_be_told(version, role):
    child = a_pupil("1", "Inès", "ABADIE", agentSourcedIds="901,teacher")

    roster = of_bundle(child, a_guardian("901", role, email="m@mail.example"), version=version)

    assert relations(roster) == [("1", "901", INFORMED)]
    assert roster.guardians[0].email == "m@mail.example"
    assert roster.guardians_unread == {"1|teacher"}


def test_the_row_of_the_guardian_may_name_the_child():
    roster = of_bundle(a_pupil("1", "Inès", "ABADIE"), a_guardian("901", agentSourcedIds="1,77"))

    assert relations(roster) == [("1", "901", INFORMED)]


def test_a_role_that_is_over_makes_no_guardian():
    child = a_pupil("1", "Inès", "ABADIE", agentSourcedIds="901,902")
    over = a_role("902", "parent", endDate="2026-11-01")

    roster = of_bundle(
        child,
        a_guardian("901"),
        a_guardian("902", role="aide"),
        version="1.2",
        roles=[over],
    )

    assert relations(roster) == [("1", "901", INFORMED)]
    assert roster.guardians_unread == {"1|902"}


def test_a_bundle_without_guardians_says_nothing_of_them():
    assert of_bundle(a_pupil("1", "Inès", "ABADIE", agentSourcedIds="901")).guardians is None


@pytest.mark.parametrize(
    ("key", "given", "fault"),
    [
        ("099999999AA", "Morgane", RecordFault.PERSONAL_KEY),
        ("a@mail.example", "Morgane", RecordFault.PERSONAL_KEY),
        ("901", "<b>", RecordFault.NAME),
        ("9" * 256, "Morgane", RecordFault.LONG_KEY),
        ("9" * 255, "Morgane", RecordFault.LONG_KEY),
    ],
)
def test_a_guardian_of_a_bundle_who_cant_be_read_is_named(key, given, fault):
    child = a_pupil("1", "Inès", "ABADIE", agentSourcedIds=key)

    roster = of_bundle(child, a_guardian(key, givenName=given))

    assert relations(roster) == []
    assert [bad.fault for bad in roster.bad] == [fault]
    assert [one.key for one in roster.students] == ["1"]
    assert not roster.unread


BAD_FAMILIES = {
    RecordFault.BIRTH: a_student("1", "Inès", "ABADIE", ENTPersonDateNaissance="2008"),
    RecordFault.RELATION: a_child("1", "Inès", "ABADIE", "901"),
}


@pytest.mark.parametrize("fault", BAD_FAMILIES)
def test_each_fault_is_said_in_both_languages(fault):
    roster = read(with_relatives(students=[BAD_FAMILIES[fault]]))

    assert [bad.fault for bad in roster.bad] == [fault]
    assert len({_in(language, fault) for language in ("en", "fr")}) == 2


def _in(language: str, fault: RecordFault) -> str:
    with translation.override(language):
        return str(fault.label)
