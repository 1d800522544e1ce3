"""A row of a OneRoster bundle that can't be read is named by file, line and column; the others are
read, and whom it is about stays as they are.
"""

import pytest

from courses.roster.enums import RecordFault as Fault
from tests.factories.bundles import (
    YEAR,
    a_class,
    a_pupil,
    a_role,
    a_term,
    an_enrolment,
    columns_of,
    tables_of,
)
from tests.rules.test_bad_archives import BAD as BAD_IN_AAF
from tests.rules.test_bad_bundles import GOOD, INES, TOM, of, read, with_file
from tests.rules.test_relations_of_sets import BAD_FAMILIES
from tests.rules.test_staff_of_sets import BAD_STAFF

LONG = "2" * 41
SAME = [
    a_class("G1", "scheduled", title="LATIN"),
    a_class("G2", "scheduled", title="LATIN"),
    a_class("2DE3", "homeroom"),
]


def users(**said) -> dict:
    """Tom, with these values."""
    return {"users": [TOM | said]}


def placed(*classes: dict, **said) -> dict:
    """Tom, in these classes."""
    names = [one["sourcedId"].removeprefix("class-") for one in classes]
    return {
        "users": [TOM],
        "classes": list(classes),
        "enrollments": [an_enrolment("2", name, **said) for name in names],
    }


def enrolled(*names: str, key="2", **said) -> dict:
    return {"users": [TOM], "enrollments": [an_enrolment(key, name, **said) for name in names]}


def term(key="t2", first="2026-09-01", last="2027-07-04") -> dict:
    return {"academicSessions": [a_term(key, first, last)]}


def roles(*rows: dict, **more) -> dict:
    return {"version": "1.2", "roles": list(rows), **more}


NOBODY: set[str] = set()
TWO = {"2"}
BAD = {
    # Fault, file and column; the rows; who stays as they are, and whether a key is missing.
    "no key": (Fault.NO_KEY, "users", "sourcedId", users(sourcedId=""), NOBODY, True),
    "a long key": (Fault.LONG_KEY, "users", "sourcedId", users(sourcedId="2" * 256), NOBODY, True),
    "a key that can't be printed": (
        Fault.LONG_KEY, "users", "sourcedId", users(sourcedId="2\x07"), {"2\x07"}, False,
    ),
    "an INE": (
        Fault.PERSONAL_KEY, "users", "sourcedId", users(sourcedId="120890177FA"), {"120890177FA"}, False,
    ),
    "an INE of before": (
        Fault.PERSONAL_KEY, "users", "sourcedId", users(sourcedId="1234567890a"), {"1234567890a"}, False,
    ),
    "an address": (
        Fault.PERSONAL_KEY, "users", "sourcedId",
        users(sourcedId="tom@mail.example"), {"tom@mail.example"}, False,
    ),
    "a user of no school": (
        Fault.EMPTY, "users", "orgSourcedIds", users(orgSourcedIds=""), TWO, False,
    ),
    "a user in a class and without a role": (
        Fault.NO_ROLE, "users", "sourcedId", enrolled("2DE1") | {"version": "1.2"}, TWO, False,
    ),
    "a key twice": (Fault.TWICE, "users", "sourcedId", {"users": [INES]}, {"1"}, False),
    "no role": (Fault.EMPTY, "users", "role", users(role=""), TWO, False),
    "no name": (Fault.NAME, "users", "givenName", users(givenName=""), TWO, False),
    "a name of marks": (Fault.NAME, "users", "familyName", users(familyName="<b>"), TWO, False),
    "two classes": (
        Fault.TWO_CLASSES, "enrollments", "classSourcedId", enrolled("2DE1", "2DE2"), TWO, False,
    ),
    "many groups": (
        Fault.MANY_GROUPS, "enrollments", "classSourcedId",
        placed(*(a_class(f"G{n}", "scheduled") for n in range(41))), TWO, False,
    ),
    "a user who isn't in the set": (
        Fault.REFERENCE, "enrollments", "userSourcedId", enrolled("2DE1", key="3"), {"3"}, False,
    ),
    "a class that isn't in the set": (
        Fault.REFERENCE, "enrollments", "classSourcedId", enrolled("2DE9"), TWO, False,
    ),
    "an enrolment of nobody": (
        Fault.NO_KEY, "enrollments", "userSourcedId", enrolled("2DE1", key=""), NOBODY, False,
    ),
    "an enrolment without a role": (
        Fault.EMPTY, "enrollments", "role", enrolled("2DE1", role=""), TWO, False,
    ),
    "a day that isn't one": (
        Fault.NOT_A_DAY, "enrollments", "beginDate",
        enrolled("2DE1", beginDate="2026-02-30"), TWO, False,
    ),
    "a day as elsewhere": (
        Fault.NOT_A_DAY, "enrollments", "endDate",
        enrolled("2DE1", endDate="01/09/2026"), TWO, False,
    ),
    "a term without an end": (
        Fault.EMPTY, "academicSessions", "endDate", term(last=""), NOBODY, False,
    ),
    "a term without a beginning": (
        Fault.EMPTY, "academicSessions", "startDate", term(first=""), NOBODY, False,
    ),
    "a term without a key": (
        Fault.EMPTY, "academicSessions", "sourcedId", term(key=""), NOBODY, False,
    ),
    "a term twice": (
        Fault.TWICE, "academicSessions", "sourcedId",
        term(YEAR, "2019-09-01", "2020-07-01"), NOBODY, False,
    ),
    "a class twice": (
        Fault.TWICE, "classes", "sourcedId",
        {"classes": [a_class("2DE1", "homeroom", title="2DE8")]}, NOBODY, False,
    ),
    "a class without a key": (
        Fault.EMPTY, "classes", "sourcedId",
        {"classes": [a_class("2DE3", "homeroom", sourcedId="")]}, NOBODY, False,
    ),
    "a class of no kind": (
        Fault.EMPTY, "classes", "classType", placed(a_class("2DE3", "")), TWO, False,
    ),
    "a class of another kind": (
        Fault.CLASS_TYPE, "classes", "classType", placed(a_class("2DE3", "club")), TWO, False,
    ),
    "a class of no term": (
        Fault.REFERENCE, "classes", "termSourcedIds",
        placed(a_class("2DE3", "homeroom", termSourcedIds="")), TWO, False,
    ),
    "a class of a term that isn't in the set": (
        Fault.REFERENCE, "classes", "termSourcedIds",
        placed(a_class("2DE3", "homeroom", termSourcedIds="t9")), TWO, False,
    ),
    "a class of a term of last year and one that isn't in the set": (
        Fault.REFERENCE, "classes", "termSourcedIds",
        placed(a_class("2DE3", "homeroom", termSourcedIds="t1,t9"))
        | {"academicSessions": [a_term("t1", "2025-09-01", "2026-07-04")]},
        TWO, False,
    ),
    "a class with a long name": (
        Fault.PLACE, "classes", "title",
        placed(a_class("2DE3", "homeroom", title=LONG)), TWO, False,
    ),
    "a role of nobody": (Fault.NO_KEY, "roles", "userSourcedId", roles(a_role("")), NOBODY, True),
    "a role without its name": (Fault.EMPTY, "roles", "role", roles(a_role("2", "")), TWO, False),
    "a role at no school": (
        Fault.EMPTY, "roles", "orgSourcedId",
        roles(a_role("2", orgSourcedId=""), users=[TOM]), TWO, False,
    ),
    "a role of one who isn't in the set": (
        Fault.REFERENCE, "roles", "userSourcedId", roles(a_role("2")), TWO, False,
    ),
    "a role on no day": (
        Fault.NOT_A_DAY, "roles", "endDate",
        roles(a_role("2", endDate="demain"), users=[TOM]), TWO, False,
    ),
    "a user without a key in 1.2": (
        Fault.NO_KEY, "users", "sourcedId", users(sourcedId="") | {"version": "1.2"}, NOBODY, True,
    ),
    "a group of which nobody knows the term": (
        Fault.REFERENCE, "classes", "termSourcedIds",
        placed(a_class("LATIN", "scheduled", termSourcedIds="t9")), NOBODY, False,
    ),
    "a group with a long name": (
        Fault.PLACE, "classes", "title",
        placed(a_class("LATIN", "scheduled", title=LONG)), NOBODY, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_row_is_named_and_the_others_are_read(kind):
    fault, file, column, rows, unread, without_key = BAD[kind]
    tables = tables_of(INES, version=rows.get("version", "1.1"))
    last = len(tables[file]) + len(rows[file]) + 1

    roster = read(of(**rows))

    assert "1" in [one.key for one in roster.students]
    ((named, line, said, words),) = {(b.file, b.line, b.field, b.fault) for b in roster.bad}
    assert (named, said, words) == (f"{file}.csv", column, fault)
    assert len(tables[file]) + 1 < line <= last
    assert roster.unread == unread
    assert not unread - {"1"} & {one.key for one in roster.students}
    assert roster.without_key is without_key


@pytest.mark.parametrize(
    ("file", "column", "without_key"),
    [
        ("users", "password", True),
        ("enrollments", "endDate", False),
        ("classes", "periods", False),
        ("orgs", "parentSourcedId", False),
    ],
)
def test_a_line_that_breaks_off_is_named(file, column, without_key):
    text = GOOD[f"{file}.csv"] + b"\r\n9,,\r\n"
    longer = GOOD[f"{file}.csv"] + b"9" + b"," * 99 + b"\r\n"

    short, long = read(with_file(f"{file}.csv", text)), read(with_file(f"{file}.csv", longer))

    number = GOOD[f"{file}.csv"].count(b"\n")
    third = columns_of(file, "1.1")[3]
    assert [(b.line, b.field, b.fault) for b in short.bad] == [(number + 2, third, Fault.CELLS)]
    assert [(b.line, b.field, b.fault) for b in long.bad] == [(number + 1, column, Fault.CELLS)]
    assert short.without_key is long.without_key is without_key


def test_two_groups_of_one_name_are_named_and_passed_over():
    rows = {
        "users": [TOM],
        "classes": SAME,
        "enrollments": [
            an_enrolment("2", "2DE3"),
            *(an_enrolment(key, name) for key in "12" for name in ("G1", "G2")),
        ],
    }

    roster = read(of(**rows))

    assert [(bad.fault, bad.line) for bad in roster.bad] == [
        (Fault.SAME_NAME, 4), (Fault.SAME_NAME, 5),
    ]  # fmt: skip
    assert [(s.key, s.school_class, s.groups) for s in roster.students] == [
        ("1", "2DE1", ()), ("2", "2DE3", ()),
    ]  # fmt: skip


def test_a_class_that_cant_be_read_makes_no_groups_of_its_teaching():
    rows: dict[str, list] = {"users": [], "classes": [], "enrollments": []}
    for key, name in (("2", "2DE3"), ("3", "2DE4")):
        rows["users"].append(a_pupil(key, "Tom", "BRUNET", ""))
        rows["classes"] += [a_class(name, "club"), a_class(f"M{key}", "scheduled", title="MATHS")]
        rows["enrollments"] += [an_enrolment(key, name), an_enrolment(key, f"M{key}")]

    roster = read(of(**rows))

    assert [bad.fault for bad in roster.bad] == [Fault.CLASS_TYPE, Fault.CLASS_TYPE]
    assert roster.unread == {"2", "3"}
    assert [one.key for one in roster.students] == ["1"]


def test_each_fault_has_its_case():
    faults = {fault for fault, *_rest in BAD.values()} | {Fault.CELLS, Fault.SAME_NAME}
    of_deltas = {Fault.UNKNOWN, Fault.OTHER_KEY}  # test_what_a_delta_set_says

    assert faults | {*BAD_IN_AAF, *BAD_STAFF, *BAD_FAMILIES} | of_deltas == set(Fault)
