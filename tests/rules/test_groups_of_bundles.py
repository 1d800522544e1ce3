"""Which scheduled classes of a OneRoster bundle are groups, and who stays in the groups they have
where a row can't be read.
"""

import pytest

from courses.roster.enums import RecordFault as Fault
from courses.roster.rules import name_mark, with_unread_groups
from courses.roster.values import KnownStudent
from tests.factories.bundles import a_class, a_pupil, an_enrolment, files_of, tables_of
from tests.factories.rosters import packed
from tests.rules.test_bad_bundles import of, read
from tests.rules.test_terms_and_rooms_of_bundles import ZOE, enrolments, places


def pupils(number: int) -> list[dict]:
    return [a_pupil(f"p{n}", "Nina", "ROUX") for n in range(number)]


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


def test_one_enrolment_less_changes_one_student():
    """A class mustn't become as many groups as it has teachings, by one student of no class."""
    made = [a_pupil(f"p{n}", "Nina", "ROUX", "2DE2", ["MATHS"]) for n in range(10)]
    tables = tables_of(*made)
    tables["enrollments"] = [row for row in tables["enrollments"] if row["sourcedId"] != "p0-2DE2"]

    found = places(read(packed(files_of(tables))))

    assert found == {f"p{n}": ("2DE2",) if n else ("",) for n in range(10)}


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


def wrong_day(tables, key: str) -> None:
    for row in tables["enrollments"]:
        if row["sourcedId"] == f"{key}-2DE2":
            row["beginDate"] = "01/09/2026"


def no_school(tables, key: str) -> None:
    for row in tables["users"]:
        if row["sourcedId"] == key:
            row["orgSourcedIds"] = ""


def no_user(tables, key: str) -> None:
    tables["users"] = [row for row in tables["users"] if row["sourcedId"] != key]


def no_role(tables, key: str) -> None:
    tables["roles"] = [row for row in tables["roles"] if row["userSourcedId"] != key]


def read_with(spoil, version: str, inside: int, unsure: list[str], classes="2" * 10):
    """Ten students or more, by their classes; the first of them are in MATHS."""
    made = [
        a_pupil(f"p{n}", "Nina", "ROUX", f"2DE{one}", ["MATHS"] if n < inside else [])
        for n, one in enumerate(classes)
    ]
    tables = tables_of(*made, version=version)
    for key in unsure:
        spoil(tables, key)
    roster = read(packed(files_of(tables, version)))
    assert {bad.key for bad in roster.bad} == set(unsure)
    return roster


@pytest.mark.parametrize(
    ("spoil", "version"),
    [(wrong_day, "1.1"), (no_school, "1.1"), (no_user, "1.1"), (no_role, "1.2")],
)
@pytest.mark.parametrize(
    ("inside", "unsure"), [(8, ["p0"]), (7, ["p8", "p9"])], ids=["in it", "beside it"]
)
def test_whose_class_cant_be_read_decides_of_no_group(spoil, version, inside, unsure):
    """Eight of ten is the teaching of the class, seven of nine a group; seven of ten a group, seven
    of eight the teaching of the class.
    """
    roster = read_with(spoil, version, inside, unsure)
    kept = with_unread_groups(roster, known("p1", "GREC", "MATHS"))

    assert {one.groups for one in roster.students} == {()}
    assert {one.groups for one in kept if one.key == "p1"} == {("MATHS",)}


def test_what_is_a_class_at_work_in_any_case_is_no_group():
    roster = read_with(wrong_day, "1.1", 9, ["p10"], classes="2" * 10 + "2")
    kept = with_unread_groups(roster, known("p1", "MATHS"))

    assert {one.groups for one in kept} == {()}


def test_a_group_of_two_classes_is_one_whoever_cant_be_read():
    roster = read_with(wrong_day, "1.1", 9, ["p0"], classes="2" * 8 + "1" * 4)

    assert [one.groups for one in roster.students if one.key in ("p7", "p8", "p9")] == [
        ("MATHS",), ("MATHS",), (),
    ]  # fmt: skip
