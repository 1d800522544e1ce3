"""What a OneRoster bundle leaves open: days without a term, homerooms of several terms or of one
title, who is of no school.
"""

import datetime

import pytest

from courses.roster.enums import RecordFault as Fault
from courses.roster.exceptions import NoReadableStudents
from courses.roster.rules import is_personal_key
from tests.factories.bundles import (
    a_class,
    a_pupil,
    a_role,
    a_term,
    an_enrolment,
    files_of,
    tables_of,
)
from tests.factories.rosters import UAI
from tests.rules.test_bad_bundles import GOOD, INES, TOM, of, read, with_file

TODAY = datetime.date(2026, 11, 25)
AUTUMN = a_term("s1", "2026-09-02", "2026-12-18", type="semester")
SPRING = a_term("s2", "2027-01-04", "2027-07-02", type="semester")
ZOE = a_pupil("3", "Zoé", "CARON", "")


def places(roster) -> dict[str, tuple]:
    return {one.key: (one.school_class, *one.groups) for one in roster.students}


def enrolments(name: str, *keys: str, **said) -> list[dict]:
    return [an_enrolment(key, name, **said) for key in keys]


@pytest.mark.parametrize(
    ("today", "term", "since", "expected"),
    [
        ("2026-08-20", "s1", "2026-09-02", ("2DE9", "LATIN")),
        ("2026-08-20", "s1", "2026-09-03", ("",)),
        ("2026-09-01", "s1", "2026-09-02", ("2DE9", "LATIN")),
        ("2026-09-02", "s1", "2026-09-03", ("",)),
        ("2026-12-18", "s2", "2027-01-04", ("",)),
        ("2026-12-19", "s2", "2027-01-04", ("2DE9", "LATIN")),
        ("2026-12-28", "s1", "2026-09-02", ("2DE9",)),
        ("2027-07-10", "s2", "2027-01-04", ("2DE9", "LATIN")),
    ],
    ids=[
        "in August, of the first day", "not of its second", "on the eve of it", "on the day itself",
        "the last day of a term", "between two terms", "a group that is over", "after the year",
    ],
)  # fmt: skip
def test_where_no_term_runs_the_next_one_counts(today, term, since, expected):
    data = of(
        academicSessions=[AUTUMN, SPRING],
        users=[ZOE],
        classes=[
            a_class("2DE9", "homeroom"),
            a_class("LATIN", "scheduled", termSourcedIds=term),
        ],
        enrollments=[
            an_enrolment("3", "2DE9", beginDate=since),
            *enrolments("LATIN", "1", "3", beginDate=since),
        ],
    )

    roster = read(data, datetime.date.fromisoformat(today))

    assert roster.bad == []
    assert places(roster)["3"] == expected


@pytest.mark.parametrize(
    ("first", "type", "expected"),
    [
        ("2026-12-16", "term", True),
        ("2026-12-17", "term", False),
        ("2026-12-16", "schoolYear", False),
    ],
    ids=["in three weeks", "later", "a year that begins later is no term"],
)
def test_a_term_far_ahead_does_not_count_yet(first, type, expected):
    data = of(
        academicSessions=[a_term("s0", "2026-09-01", "2026-11-20"), a_term("s2", first, "2027-07-02", type=type)],
        classes=[a_class("LATIN", "scheduled", termSourcedIds="s2")],
        users=[ZOE],
        enrollments=enrolments("LATIN", "1", "3"),
    )  # fmt: skip

    assert ("LATIN" in places(read(data, TODAY))["3"]) is expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-11-25", "2DE8"), ("2026-12-28", "2DE9"), ("2027-03-01", "2DE9")],
)
def test_the_homeroom_of_the_term_that_runs_counts(today, expected):
    data = of(
        academicSessions=[AUTUMN, SPRING],
        users=[ZOE, a_pupil("4", "Paul", "DURAND", "")],
        classes=[
            a_class("2DE8", "homeroom", termSourcedIds="s1"),
            a_class("2DE9", "homeroom", termSourcedIds="s2"),
            a_class("MATHS", "scheduled", termSourcedIds="s1,s2"),
        ],
        enrollments=[
            *enrolments("2DE8", "3", "4"),
            *enrolments("2DE9", "3", "4"),
            *enrolments("MATHS", "3", "4"),
        ],
    )

    roster = read(data, datetime.date.fromisoformat(today))

    assert roster.bad == []
    assert places(roster) == {"1": ("2DE1",), "3": (expected,), "4": (expected,)}


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        ("2027-07-02", "2027-07-01", ("2DE9", "LATIN")),
        ("2027-07-02", "2027-07-02", ("2DE9", "LATIN")),
        ("2027-07-02", "2027-07-31", ("2DE9", "LATIN")),
        ("2027-07-02", "2027-08-01", None),
        ("2027-05-23", "2027-05-23", ("2DE9", "LATIN")),
        ("2027-05-22", "2027-05-22", None),
    ],
    ids=["before it", "the last day", "July", "August", "ten weeks before August", "earlier"],
)
def test_places_and_roles_that_end_with_the_year_count_until_august(last, today, expected):
    until = {"beginDate": "2027-01-04", "endDate": last}
    rooms = {"2DE9": "homeroom", "LATIN": "scheduled"}
    data = of(
        "1.2",
        academicSessions=[AUTUMN, a_term("s2", "2027-01-04", last)],
        users=[ZOE],
        roles=[a_role("3", **until)],
        classes=[a_class(name, kind, termSourcedIds="s2") for name, kind in rooms.items()],
        enrollments=[*enrolments("2DE9", "3", **until), *enrolments("LATIN", "1", "3", **until)],
    )

    roster = read(data, datetime.date.fromisoformat(today))

    assert roster.bad == []
    assert places(roster).get("3") == expected


@pytest.mark.parametrize(
    ("today", "role", "expected"),
    [
        ("2026-12-20", {"endDate": "2026-12-31"}, True),
        ("2026-12-31", {"endDate": "2026-12-31"}, False),
        ("2026-12-20", {"beginDate": "2027-01-04"}, True),
        ("2026-12-20", {"beginDate": "2027-01-05"}, False),
        ("2027-08-20", {"endDate": "2027-08-31"}, True),
        ("2027-07-20", {"beginDate": "2027-07-10"}, True),
    ],
)
def test_nobody_leaves_before_the_day_on_which_their_role_ends(today, role, expected):
    """Also where enrolments are read as of another day; who comes on that day is there already."""
    data = of("1.2", academicSessions=[AUTUMN, SPRING], users=[ZOE], roles=[a_role("3", **role)])

    roster = read(data, datetime.date.fromisoformat(today))

    assert ("3" in places(roster)) is expected


def test_two_homerooms_count_in_days_without_a_term():
    data = of(
        academicSessions=[a_term("s0", "2026-09-01", "2026-11-20"), SPRING],
        users=[ZOE],
        classes=[
            a_class("2DE8", "homeroom", termSourcedIds="s0"),
            a_class("2DE9", "homeroom", termSourcedIds="s2"),
        ],
        enrollments=[*enrolments("2DE8", "3"), *enrolments("2DE9", "3")],
    )

    roster = read(data, TODAY)

    assert [bad.fault for bad in roster.bad] == [Fault.TWO_CLASSES]
    assert roster.unread == {"3"}


ROOM_LIFE = "Vie de classe"


@pytest.mark.parametrize(
    ("codes", "more", "terms", "expected"),
    [
        (("2DE8", "2DE9"), [], ("s1", "s1"), ["2DE8", "2DE9"]),
        (("2DE8", "2DE8"), [], ("s1", "s1"), [ROOM_LIFE, ROOM_LIFE]),
        (("2DE8", ""), [], ("s1", "s1"), [ROOM_LIFE, ROOM_LIFE]),
        (("2DE8", "2DE9"), enrolments("R9", "2"), ("s1", "s1"), [ROOM_LIFE, ROOM_LIFE]),
        (("2DE8", "2DE9"), [], ("s1", "s2"), [ROOM_LIFE, ROOM_LIFE]),
    ],
    ids=["apart", "of one code", "without a code", "somebody is in both", "of two terms"],
)
def test_homerooms_of_one_title_are_apart_by_their_codes(codes, more, terms, expected):
    rooms = [
        a_class(f"R{number}", "homeroom", title=ROOM_LIFE, classCode=code, termSourcedIds=term)
        for number, code, term in zip("89", codes, terms, strict=True)
    ]
    data = of(
        academicSessions=[AUTUMN, SPRING],
        users=[TOM, ZOE],
        classes=rooms,
        enrollments=[an_enrolment("2", "R8"), an_enrolment("3", "R9"), *more],
    )

    found = places(read(data, TODAY))

    assert [found[key][0] for key in "23"] == expected


def test_a_school_without_a_key_in_orgs_is_nobodys():
    data = of(
        orgs=[{"sourcedId": "", "identifier": UAI}],
        classes=[a_class("X", "club", schoolSourcedId="")],
    )

    roster = read(data)

    assert (roster.bad, places(roster)) == ([], {"1": ("2DE1",)})


def test_an_enrolment_that_names_no_school_is_of_its_class():
    data = of(users=[ZOE], enrollments=[an_enrolment("3", "2DE2", schoolSourcedId="")])

    assert places(read(data))["3"] == ("2DE2",)


@pytest.mark.parametrize(
    "role",
    [a_role("3", orgSourcedId="org-2"), a_role("3", endDate="2026-11-25")],
    ids=["of another school", "over"],
)
def test_who_is_said_to_be_elsewhere_is_passed_over(role):
    data = of("1.2", users=[ZOE], roles=[role], enrollments=[an_enrolment("3", "2DE1")])

    roster = read(data)

    assert (roster.bad, list(places(roster)), roster.unread) == ([], ["1"], set())


BROKEN = {
    "users": ("3,,", "3,,,true,org-1,student" + "," * 99),
    "enrollments": ("e9,,,class-2DE1,org-1,3", "e9,,,class-2DE1,org-1,3,student" + "," * 99),
}


@pytest.mark.parametrize("file", BROKEN)
@pytest.mark.parametrize("form", [0, 1], ids=["short", "long"])
def test_whose_key_stands_in_a_broken_line_is_undecided(file, form):
    """Named once, also where an enrolment says a user who isn't read."""
    tables = tables_of(INES)
    tables["enrollments"].append(an_enrolment("3", "2DE1"))
    good = files_of(tables)
    text = good[f"{file}.csv"] + BROKEN[file][form].encode() + b"\r\n"

    roster = read(with_file(f"{file}.csv", text, good))

    assert [bad.fault for bad in roster.bad] == [Fault.CELLS]
    assert roster.unread == {"3"}
    assert roster.without_key is (file == "users")


def test_no_more_of_a_heading_is_kept_than_a_page_holds():
    orgs = GOOD["orgs.csv"].replace(b"\r\n", b"," + b"x" * 90_000 + b"\r\n", 1)
    whole = orgs.replace(UAI.encode() + b",", UAI.encode() + b",,")

    roster = read(with_file("orgs.csv", whole))

    assert {bad.field for bad in roster.bad} == {"x" * 60}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("120890177FA", True),
        ("INE-120890177FA", True),
        ("ine120890177fa", True),
        ("lvs:1234567890a", True),
        ("ines.abadie@mail.example", True),
        ("lvs:ines@mail.example", True),
        ("a120890177fa", False),
        ("120890177FA2", False),
        ("7c9e6679-7425-40de-944b-e07fc1f90ae7", False),
        ("4512@lvs", False),
    ],
)
def test_which_keys_are_personal(key, expected):
    assert is_personal_key(key) is expected


def test_a_set_of_bad_records_alone_names_the_commonest_fault():
    data = of(
        academicSessions=[a_term("t2", "", "2027-07-04")],
        users=[a_pupil(f"{n}20890177FA", "Tom", "BRUNET") for n in (2, 3)],
        enrollments=[an_enrolment("1", "2DE2")],
    )

    with pytest.raises(NoReadableStudents) as refusal:
        read(data)

    assert refusal.value.values["line"] == 4
