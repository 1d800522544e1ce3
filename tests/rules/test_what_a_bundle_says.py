"""Whom a OneRoster bundle names, in which class and groups, of which day and of which software."""

import datetime
import io
import itertools
import zipfile
from codecs import BOM_UTF8

import pytest

from courses.people.models.identities import LONGEST_NAMESPACE
from courses.roster.rules import is_teaching_of, namespace_of_bundle
from courses.roster.services.reading import read_school
from tests.factories.bundles import (
    OTHER,
    a_bundle,
    a_class,
    a_pupil,
    a_role,
    a_term,
    an_enrolment,
    csv_file,
    files_of,
    tables_of,
)
from tests.factories.rosters import UAI, packed

TODAY = datetime.date(2026, 11, 25)
INES, TOM = a_pupil("1", "Inès", "ABADIE"), a_pupil("2", "Tom", "BRUNET")


def read(data: bytes, today=TODAY):
    roster = read_school(data, uai=UAI, school="Lycée", today=today)
    assert roster.bad == []
    return roster


def places(*pupils: dict, today=TODAY, version="1.1", **rows) -> dict[str, tuple]:
    """By key, class and groups, of these students with these rows beside."""
    tables = tables_of(*pupils, version=version)
    for name, more in rows.items():
        tables[name] = tables[name] + more
    roster = read(packed(files_of(tables, version)), today)
    return {one.key: (one.school_class, *one.groups) for one in roster.students}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_both_versions_say_the_same(version):
    roster = read(a_bundle(INES, a_pupil("2", "Tom", "BRUNET", "2DE2", ["LATIN"]), version=version))

    assert [(one.key, one.given_name, one.family_name) for one in roster.students] == [
        ("1", "Inès", "ABADIE"), ("2", "Tom", "BRUNET"),
    ]  # fmt: skip
    assert [(one.school_class, one.groups) for one in roster.students] == [
        ("2DE1", ()), ("2DE2", ()),
    ]  # fmt: skip
    assert roster.namespace == "oneroster:lvs:0140004D"
    assert [(one.file, one.line) for one in roster.students] == [("users.csv", 3), ("users.csv", 4)]
    assert [one.class_place for one in roster.students] == [
        ("enrollments.csv", 3), ("enrollments.csv", 4),
    ]  # fmt: skip


def shuffled(tables) -> bytes:
    """With columns in another order and of others' own."""
    made = files_of(tables)
    for name, rows in tables.items():
        columns = sorted({column for row in rows for column in row} - {"places"}, reverse=True)
        made[f"{name}.csv"] = csv_file(["metadata.x", *columns], rows)
    return packed(made)


def marked(tables) -> bytes:
    return packed({name: BOM_UTF8 + content for name, content in files_of(tables).items()})


def rewritten(old: bytes, new: bytes) -> bytes:
    made = files_of(tables_of(INES, TOM))
    return packed(made | {"users.csv": made["users.csv"].replace(old, new)})


@pytest.mark.parametrize(
    "data",
    [
        shuffled(tables_of(INES, TOM)),
        marked(tables_of(INES, TOM)),
        rewritten(b"\r\n", b"\n"),
        rewritten(b"\r\n", b"\r\n\r\n"),
        rewritten(b"1,,,true", b'1,,,"tr\r\nue"'),
        rewritten(b"1,,,true", b'"1","","","tr""u,e"'),
        rewritten(b"ABADIE", b" ABADIE "),
        rewritten(b"1,,,true", b"1,,2026-11-20T06:00:00Z,true"),
        rewritten(b"1,,,true", b"1,,,false"),
        rewritten(b"student", b"Student"),
        rewritten(b"org-1", b'"org-2, org-1"'),
    ],
    ids=[
        "another order", "a mark", "newlines", "empty lines", "a newline in a value", "quotes",
        "blanks", "a day of change", "not enabled", "a role in capitals", "two schools",
    ],
)  # fmt: skip
def test_a_bundle_is_read_in_each_of_its_forms(data):
    assert [one.family_name for one in read(data).students] == ["ABADIE", "BRUNET"]


def test_a_newline_in_a_value_moves_the_lines_that_follow():
    data = rewritten(b"1,,,true", b'1,,,"tr\r\nue"')

    assert [one.line for one in read(data).students] == [3, 5]


@pytest.mark.parametrize(
    ("first", "last", "today", "expected"),
    [
        ("", "", TODAY, "2DE1"),
        ("2026-11-25", "", TODAY, "2DE1"),
        ("2026-11-26", "", TODAY, ""),
        ("", "2026-11-26", TODAY, "2DE1"),
        ("", "2026-11-25", TODAY, ""),
        ("2026-09-01", "", datetime.date(2026, 8, 20), "2DE1"),
        ("2026-09-02", "", datetime.date(2026, 8, 20), ""),
    ],
)
def test_an_enrolment_counts_on_its_days(first, last, today, expected):
    """Half-open; in August those of 1 September."""
    said = a_pupil("1", "Inès", "ABADIE", "")

    found = places(
        said, enrollments=[an_enrolment("1", "2DE1", beginDate=first, endDate=last)], today=today
    )

    assert found == {"1": (expected,)}


@pytest.mark.parametrize(
    ("first", "last", "classed", "grouped"),
    [
        ("2026-09-01", "2027-07-04", True, True),
        ("2026-07-01", "2027-08-31", True, True),
        ("2026-09-01", "2026-11-25", True, True),  # its end as a day of it
        ("2026-09-01", "2026-11-24", True, False),
        ("2026-11-26", "2027-03-01", True, False),
        ("2025-09-01", "2026-07-04", False, False),
        ("2027-09-01", "2028-07-04", False, False),
    ],
)
def test_a_class_is_of_its_year_and_a_group_of_its_term(first, last, classed, grouped):
    rows = {
        "academicSessions": [
            a_term("t", first, last, schoolYear="2026"),
            a_term("t0", "2026-09-01", "2027-07-04"),
        ],
        "classes": [
            a_class("2DE9", "homeroom", termSourcedIds="t"),
            a_class("LATIN", "scheduled", termSourcedIds="t"),
        ],
        "enrollments": [
            an_enrolment("1", "2DE9"),
            an_enrolment("1", "LATIN"),
            an_enrolment("2", "LATIN"),
        ],
    }

    found = places(a_pupil("1", "Inès", "ABADIE", ""), TOM, **rows)

    latin = ("LATIN",) if grouped else ()
    assert found == {"1": ("2DE9" if classed else "", *latin), "2": ("2DE1", *latin)}


def test_one_current_term_is_enough():
    rows = {
        "academicSessions": [a_term("t", "2025-09-01", "2026-07-04")],
        "classes": [a_class("2DE9", "homeroom", termSourcedIds="t, term-year")],
        "enrollments": [an_enrolment("1", "2DE9")],
    }

    assert places(a_pupil("1", "Inès", "ABADIE", ""), **rows) == {"1": ("2DE9",)}


def room(number: int, name="2DE1", first=0) -> list[dict]:
    return [a_pupil(f"{first + n}", "Inès", "ABADIE", name) for n in range(number)]


def with_group(pupils: list[dict], *keys: str) -> dict[str, tuple]:
    rows = {
        "classes": [a_class("MATHS", "scheduled")],
        "enrollments": [an_enrolment(key, "MATHS") for key in keys],
    }
    found = places(*pupils, **rows)
    return {key: found[key][1:] for key in keys}


@pytest.mark.parametrize(
    ("pupils", "inside", "is_group"),
    [
        (room(5), range(5), False),
        (room(5), range(4), False),
        (room(5), range(3), True),
        (room(1), range(1), False),
        ([*room(5), *room(1, "2DE2", 5)], range(6), True),
        ([*room(5), *room(1, "", 5)], range(6), False),
        ([*room(5), *room(2, "", 5)], range(7), True),
        (room(5, ""), range(5), True),
    ],
    ids=[
        "the class", "four of five", "three of five", "one alone", "and one of another class",
        "and one of no class", "and two of no class", "nobody has a class",
    ],
)  # fmt: skip
def test_a_scheduled_class_of_one_class_is_no_group(pupils, inside, is_group):
    found = with_group(pupils, *[str(n) for n in inside])

    assert set(found.values()) == {("MATHS",) if is_group else ()}


@pytest.mark.parametrize(
    ("members", "school_class", "in_no_class", "expected"),
    [
        ("abcd", "abcde", "", True),
        ("abc", "abcde", "", False),
        ("abcdf", "abcde", "", False),
        ("abcdf", "abcde", "f", True),
        ("abcfg", "abcd", "fg", False),
        ("a", "", "", False),
        ("a", "", "a", False),
    ],
)
def test_when_a_scheduled_class_is_the_class_at_work(members, school_class, in_no_class, expected):
    found = is_teaching_of(set(members), set(school_class), in_no_class=set(in_no_class))

    assert found is expected


def named(*classes: dict) -> list[str]:
    """What groups of Inès and Tom, who are in two classes, are called."""
    rows = {
        "classes": list(classes),
        "enrollments": [
            an_enrolment(key, one["sourcedId"].removeprefix("class-"))
            for one in classes
            for key in "12"
        ],
    }
    found = places(INES, a_pupil("2", "Tom", "BRUNET", "2DE2"), **rows)
    assert found["1"][1:] == found["2"][1:]
    return list(found["1"][1:])


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ([("LATIN", "L1")], ["LATIN"]),
        ([("L" * 41, "L1")], ["L1"]),
        ([("LATIN", "L1"), ("LATIN", "L2")], ["L1", "L2"]),
        ([("Latin", "L1"), ("LATIN", "L2"), ("GREC", "L3")], ["GREC", "L1", "L2"]),
        ([("2DE1", "L1")], ["L1"]),
        ([("2de 1", "")], []),
        ([("2DE1", "2DE2")], []),
    ],
)
def test_how_a_group_is_called(classes, expected):
    """By its title; by its code where the title is too long, another group's or a class's."""
    made = [
        a_class(f"G{n}", "scheduled", title=title, classCode=code)
        for n, (title, code) in enumerate(classes)
    ]

    assert named(*made) == expected


def test_a_class_with_a_long_title_is_called_by_its_code():
    rows = {
        "classes": [a_class("R", "homeroom", title="2" * 41, classCode="2DE9")],
        "enrollments": [an_enrolment("1", "R")],
    }

    assert places(a_pupil("1", "Inès", "ABADIE", ""), **rows) == {"1": ("2DE9",)}


def test_two_homerooms_of_one_name_are_one_class():
    rows = {
        "classes": [a_class("T2", "homeroom", title="2DE1")],
        "enrollments": [an_enrolment("1", "T2")],
    }

    assert places(INES, **rows) == {"1": ("2DE1",)}


def test_who_is_no_student_of_the_school_is_left_out():
    others = [
        a_pupil("3", "Zoé", "CARON", orgSourcedIds=OTHER),
        a_pupil("4", "Paul", "DURAND", role="teacher"),
    ]

    assert list(places(INES, *others)) == ["1"]
    assert list(places(INES, *others, version="1.2")) == ["1"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (a_role("3"), True),
        (a_role("3", roleType="secondary"), True),
        (a_role("3", "guardian"), False),
        (a_role("3", orgSourcedId=OTHER), False),
        (a_role("3", beginDate="2026-09-01", endDate="2026-11-26"), True),
        (a_role("3", endDate="2026-11-25"), False),
    ],
)
def test_a_role_says_who_is_a_student_in_1_2(role, expected):
    zoe = a_pupil("3", "Zoé", "CARON", orgSourcedIds=OTHER)

    assert ("3" in places(INES, zoe, version="1.2", roles=[role])) is expected


def test_rows_of_another_school_are_passed_over():
    rows = {
        "classes": [a_class("X", "club", schoolSourcedId=OTHER, termSourcedIds="t9")],
        "enrollments": [
            an_enrolment("9", "X", schoolSourcedId=OTHER),
            an_enrolment("9", "Y", schoolSourcedId=OTHER, role=""),
        ],
    }

    assert places(INES, **rows) == {"1": ("2DE1",)}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([(2026, 11, 19), (2026, 11, 20), (2026, 9, 1)], datetime.date(2026, 11, 20)),
        ([(1980, 1, 1)], TODAY),
        ([(1980, 2, 1)], TODAY),
        ([(1980, 0, 0)], TODAY),
        ([(1980, 0, 0), (2026, 11, 20)], datetime.date(2026, 11, 20)),
    ],
    ids=[
        "the newest of its files",
        "of today",
        "of a month later",
        "of today with zeros",
        "the one that there is",
    ],
)
def test_the_day_of_a_bundle(days, expected):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for (name, content), day in zip(
            files_of(tables_of(INES)).items(), itertools.cycle(days), strict=False
        ):
            archive.writestr(zipfile.ZipInfo(name, (*day, 6, 0, 0)), content)

    assert read(made.getvalue()).day == expected


def test_a_uai_in_small_letters_is_the_same_school():
    tables = tables_of(INES)
    tables["orgs"][0]["identifier"] = UAI.lower()

    assert len(read(packed(files_of(tables))).students) == 1


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("LVS", "oneroster:lvs:0140004D"),
        ("Logiciel de vie scolaire", "oneroster:logicieldeviescolaire:0140004D"),
        ("", "oneroster::0140004D"),
    ],
)
def test_keys_are_of_one_software_and_one_school(system, expected):
    assert namespace_of_bundle(system, UAI) == expected


def test_a_long_name_of_a_software_stays_its_own():
    made = [namespace_of_bundle("x" * 50 + end, UAI) for end in "ab"]

    assert made[0] != made[1]
    assert {len(one) <= LONGEST_NAMESPACE for one in made} == {True}


def test_the_manifest_names_the_software_by_its_code_or_its_name():
    made = files_of(tables_of(INES))
    text = made["manifest.csv"].decode()
    assert "systemCode,LVS" in text

    named = made | {"manifest.csv": text.replace("systemCode,LVS", "systemCode,").encode()}

    assert read(packed(named)).namespace == "oneroster:logicieldeviescolaire:0140004D"
