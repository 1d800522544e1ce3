"""What a set says of guardians and of age, and what of it is new."""

import datetime

import pytest

from courses.people.enums import GuardianQuality
from courses.roster.enums import RelationState
from courses.roster.rules import age_on, compare_relations, may_be_a_relation
from courses.roster.values import (
    KnownGuardian,
    SaidAge,
    SaidGuardian,
    keys_of,
    relation_of,
)

TODAY = datetime.date(2026, 11, 25)
AUTHORITY, INFORMED = GuardianQuality.AUTHORITY, GuardianQuality.INFORMED
HERE, ENDED, AWAY = RelationState.HERE, RelationState.ENDED, RelationState.AWAY


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("25/11/2008", SaidAge("adult")),
        ("26/11/2008", SaidAge("soon", datetime.date(2026, 11, 26))),
        ("24/01/2009", SaidAge("soon", datetime.date(2027, 1, 24))),
        ("25/01/2009", SaidAge()),
        ("14/07/2010", SaidAge()),
        ("25/11/2026", None),
        ("31/02/2008", None),
        ("2008-11-25", None),
        ("25/11", None),
        ("26/11/09", None),
        ("1/1/0008", None),
        ("+5/01/2010", None),
        ("٢٥/11/2008x", None),
        ("", None),
    ],
)
def test_of_a_birth_date_only_of_age_and_the_day_within_60_days(birth, expected):
    assert age_on(TODAY, birth) == expected


def test_who_is_born_on_29_february_is_of_age_on_1_march():
    february, march = datetime.date(2026, 2, 28), datetime.date(2026, 3, 1)

    assert age_on(february, "29/02/2008") == SaidAge("soon", march)
    assert age_on(march, "29/02/2008") == SaidAge("adult")


def said(student="1", key="901", quality=AUTHORITY):
    return SaidGuardian(student, key, "Morgane", "ABADIE", "", quality, "Eleve_0000.xml", 7)


def known(state=HERE, quality=AUTHORITY, brought=True):
    return KnownGuardian(quality, state, brought)


@pytest.mark.parametrize(
    ("now", "was", "expected"),
    [
        (said(), None, "new"),
        (said(), known(ENDED), "new"),
        (said(), known(AWAY), None),
        (said(), known(), None),
        (said(quality=INFORMED), known(), "changed"),
        (said(quality=INFORMED), known(AWAY), None),
        (None, known(), "ended"),
        (None, known(brought=False), "staying"),
        (None, known(ENDED), None),
        (None, known(AWAY), None),
    ],
)
def test_what_changes_for_one_relation(now, was, expected):
    found = compare_relations(
        [now] if now else [], {"1|901": was} if was else {}, students={"1"}, unread=()
    )

    kinds = ("new", "changed", "ended", "staying")
    assert [kind for kind in kinds if getattr(found, kind)] == ([expected] if expected else [])


@pytest.mark.parametrize(("students", "unread"), [((), ()), ({"1"}, {"1|901"}), ({"1"}, {"1"})])
def test_nobody_ends_where_student_or_relation_isnt_read(students, unread):
    found = compare_relations([], {"1|901": known()}, students=students, unread=unread)

    assert [*found.ended, *found.staying] == []


def test_guardians_of_who_isnt_a_student_here_are_passed_over():
    assert not compare_relations([said()], {}, students={"2"}, unread=()).new


@pytest.mark.parametrize(
    ("student", "guardian", "expected"),
    [
        ("1", "2", True),
        ("a|1", "2", True),
        ("1", "a|2", False),
        ("1", "", False),
        ("1", "a\n2", False),
        ("1" * 127, "2" * 127, True),
        ("1" * 128, "2" * 127, False),
    ],
)
def test_the_key_of_a_relation_can_be_taken_apart(student, guardian, expected):
    assert may_be_a_relation(student, guardian) == expected
    if expected:
        assert keys_of(relation_of(student, guardian)) == (student, guardian)
