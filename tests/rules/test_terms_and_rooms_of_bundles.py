"""What a OneRoster bundle leaves open: days without a term, homerooms of several terms or of one
title, and groups of students whose class can't be read.
"""

import datetime

import pytest

from courses.roster.enums import RecordFault as Fault
from courses.roster.exceptions import NoReadableStudents
from courses.roster.rules import is_personal_key, name_mark, with_unread_groups
from courses.roster.values import KnownStudent
from tests.factories.bundles import a_class, a_pupil, a_role, a_term, an_enrolment
from tests.factories.rosters import UAI
from tests.rules.test_bad_bundles import GOOD, TOM, of, read, with_file

TODAY = datetime.date(2026, 11, 25)
AUTUMN = a_term("s1", "2026-09-02", "2026-12-18", type="semester")
SPRING = a_term("s2", "2027-01-04", "2027-07-02", type="semester")
ZOE = a_pupil("3", "Zoé", "CARON", "")


def places(roster) -> dict[str, tuple]:
    return {one.key: (one.school_class, *one.groups) for one in roster.students}


def enrolments(name: str, *keys: str, **said) -> list[dict]:
    return [an_enrolment(key, name, **said) for key in keys]


def pupils(number: int) -> list[dict]:
    return [a_pupil(f"p{n}", "Nina", "ROUX") for n in range(number)]


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
        ("2027-07-10", "s2", "2027-01-04", ("2DE9",)),
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


def test_two_homerooms_count_in_days_without_a_term():
    data = of(
        academicSessions=[AUTUMN, SPRING],
        users=[ZOE],
        classes=[
            a_class("2DE8", "homeroom", termSourcedIds="s1"),
            a_class("2DE9", "homeroom", termSourcedIds="s2"),
        ],
        enrollments=[*enrolments("2DE8", "3"), *enrolments("2DE9", "3")],
    )

    roster = read(data, datetime.date(2027, 7, 10))

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


@pytest.mark.parametrize(
    ("inside", "is_group"), [(range(10), False), (range(4), True)], ids=["all", "four of ten"]
)
def test_the_teaching_of_a_class_of_two_homerooms_is_no_group(inside, is_group):
    data = of(
        users=pupils(10),
        classes=[
            a_class("A", "homeroom", title="2DE9"),
            a_class("B", "homeroom", title="2DE9"),
            a_class("MATHS", "scheduled"),
        ],
        enrollments=[
            *enrolments("A", *[f"p{n}" for n in range(5)]),
            *enrolments("B", *[f"p{n}" for n in range(5, 10)]),
            *enrolments("MATHS", *[f"p{n}" for n in inside]),
        ],
    )

    found = places(read(data))

    assert {found[f"p{n}"] for n in inside} == {("2DE9", "MATHS") if is_group else ("2DE9",)}


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
    text = GOOD[f"{file}.csv"] + BROKEN[file][form].encode() + b"\r\n"

    roster = read(with_file(f"{file}.csv", text))

    assert [bad.fault for bad in roster.bad] == [Fault.CELLS]
    assert roster.unread == {"3"}
    assert roster.without_key is (file == "users")


def test_no_more_of_a_heading_is_kept_than_a_page_holds():
    orgs = GOOD["orgs.csv"].replace(b"\r\n", b"," + b"x" * 90_000 + b"\r\n", 1)
    whole = orgs.replace(UAI.encode() + b",", UAI.encode() + b",,")

    roster = read(with_file("orgs.csv", whole))

    assert {bad.field for bad in roster.bad} == {"x" * 60}


def test_one_bad_enrolment_makes_no_group_of_the_teaching_of_a_class():
    data = of(
        users=pupils(5),
        classes=[a_class("MATHS", "scheduled")],
        enrollments=[
            an_enrolment("p0", "2DE2", beginDate="01/09/2026"),
            *enrolments("2DE2", "p1", "p2", "p3", "p4"),
            *enrolments("MATHS", "p0", "p1", "p2", "p3", "p4"),
        ],
    )

    roster = read(data)

    assert [bad.fault for bad in roster.bad] == [Fault.NOT_A_DAY]
    assert {one.groups for one in roster.students} == {()}
    assert roster.unread == {"p0"}


def known(key: str, *groups: str, **more) -> dict[str, KnownStudent]:
    return {key: KnownStudent(key, name_mark("Inès", "ABADIE"), "2DE1", groups, **more)}


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ([a_class("G", "scheduled", title="LATIN", termSourcedIds="t9")], ("GREC", "LATIN")),
        ([a_class("G", "scheduled", title="L" * 41)], ("GREC", "LATIN")),
        (
            [a_class("G", "scheduled", title="LATIN"), a_class("H", "scheduled", title="LATIN")],
            ("GREC", "LATIN"),
        ),
        ([a_class("G", "scheduled", title="2DE1"), a_class("H", "scheduled", title="EPS")], ("EPS",)),
    ],
    ids=["of a term that nobody knows", "without a name", "two of one name", "read"],
)  # fmt: skip
def test_who_is_in_a_group_that_cant_be_read_leaves_none(classes, expected):
    data = of(
        users=[ZOE],
        classes=classes,
        enrollments=[
            an_enrolment(key, one["sourcedId"].removeprefix("class-"))
            for one in classes
            for key in "13"
        ],
    )

    roster = read(data)
    ines, zoe = with_unread_groups(roster, known("1", "GREC", "LATIN"))

    assert ines.groups == expected
    assert zoe.groups == tuple(name for name in expected if name == "EPS")


@pytest.mark.parametrize("more", [{"gone": True}, {"away": True}])
def test_who_is_not_here_keeps_no_group(more):
    data = of(
        classes=[a_class("LATIN", "scheduled", termSourcedIds="t9")],
        enrollments=[an_enrolment("1", "LATIN")],
    )

    (ines,) = with_unread_groups(read(data), known("1", "LATIN", **more))

    assert ines.groups == ()


def test_a_group_of_two_classes_stays_where_one_of_them_cant_be_read():
    """Without the students of 2DE9 it looks like the teaching of 2DE1, which would be no group."""
    data = of(
        users=pupils(6),
        classes=[a_class("R", "homeroom", title="2" * 41), a_class("LATIN", "scheduled")],
        enrollments=[
            *enrolments("2DE1", "p0", "p1", "p2", "p3"),
            *enrolments("R", "p4", "p5"),
            *enrolments("LATIN", *[f"p{n}" for n in range(6)], "1"),
        ],
    )

    roster = read(data)
    ines, *_others = with_unread_groups(roster, known("1", "GREC", "Latin"))

    assert [bad.fault for bad in roster.bad] == [Fault.PLACE]
    assert {one.groups for one in roster.students} == {()}
    assert ines.groups == ("Latin",)


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
