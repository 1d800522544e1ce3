"""What a directory's new set changes, and when it waits for a closer look."""

import pytest

from courses.roster import rules
from courses.roster.enums import RosterChangeKind as Kind
from courses.roster.values import KnownStudent, Losses, SaidStudent


def said(key="1", given="Inès", family="ABADIE", school_class="2DE1", groups=()):
    return SaidStudent(key, given, family, school_class, tuple(groups), "Eleve_0000.xml", 7)


def known(key="1", given="Inès", family="ABADIE", school_class="2DE1", groups=(), **more):
    return KnownStudent(key, rules.name_mark(given, family), school_class, tuple(groups), **more)


@pytest.mark.parametrize(
    ("now", "was", "expected"),
    [
        (said(), None, [(Kind.NEW, (), ("2DE1",))]),
        (said(school_class=""), None, [(Kind.NEW, (), ())]),
        (said(), known(), []),
        (said(school_class="2DE9"), known(), [(Kind.MOVED, ("2DE1",), ("2DE9",))]),
        (said(school_class=""), known(), [(Kind.MOVED, ("2DE1",), ())]),
        (said(groups=["A"]), known(groups=["B"]), [(Kind.GROUPS, ("B",), ("A",))]),
        (said(family="AUBERT"), known(), [(Kind.RENAMED, (), ())]),
        (said(school_class="2DE9"), known(gone=True), [(Kind.RESTORED, (), ("2DE9",))]),
        (None, known(), [(Kind.SUSPENDED, ("2DE1",), ())]),
        (None, known(gone=True), []),
        (None, known(away=True), []),
        (said(school_class="2DE9"), known(away=True), []),
    ],
)
def test_what_changes_for_one_student(now, was, expected):
    found = rules.compare([now] if now else [], {"1": was} if was else {})

    assert [(p.kind, p.before, p.after) for p in found] == expected


def test_whose_record_cant_be_read_does_not_leave():
    found = rules.compare([], {"1": known("1"), "2": known("2")}, unread={"1"})

    assert [(p.kind, p.key) for p in found] == [(Kind.SUSPENDED, "2")]


def losses(**said):
    nothing = {"leaving": 0, "out_of_class": 0, "out_of_groups": 0, "missing_classes": 0}
    return Losses(**({"known": 100, "without_key": False, "namesakes": 0} | nothing | said))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"known": 0}, False),
        ({"known": 0, "without_key": True}, False),
        ({"leaving": 5}, False),
        ({"leaving": 6}, True),
        ({"leaving": 3, "out_of_class": 3}, True),
        ({"out_of_class": 6}, True),
        ({"out_of_groups": 6}, True),
        ({"known": 1, "leaving": 1}, True),
        ({"missing_classes": 1}, True),
        ({"leaving": 1, "without_key": True}, True),
        ({"namesakes": 1}, True),
    ],
)
def test_when_a_set_is_paused(said, expected):
    assert losses(**said).pauses is expected


def test_classes_in_which_a_set_has_nobody_any_more():
    before = [
        known("1"),
        known("2", school_class="2DE2", gone=True),
        known("3", school_class=""),
        known("4", school_class="2DE4", away=True),
        known("5", school_class="2DE5"),
    ]

    assert rules.missing_classes(before, [said("1", school_class="2DE9")], {"5"}) == ["2DE1"]
    assert rules.missing_classes(before, [said("1"), said("5", school_class="2DE5")]) == []


@pytest.mark.parametrize(
    ("new", "here", "expected", "namesakes"),
    [
        ([said()], [(5, "inès", "Abadie", "2de1")], {"1": 5}, 0),
        ([said()], [(5, "inès", "Abadie", "2de 1")], {"1": 5}, 0),
        ([said()], [(5, "inès", "Abadie", "2de2")], {}, 1),
        ([said()], [(5, "Inès", "Abadie", "2DE1"), (6, "Inès", "Abadie", "2DE1")], {}, 1),
        ([said("1"), said("2")], [(5, "Inès", "Abadie", "2DE1")], {}, 2),
        ([said()], [(5, "Tom", "Abadie", "2DE1")], {}, 0),
        ([said(school_class="")], [(5, "Inès", "Abadie", "")], {}, 1),
        ([said("1"), said("2", "INES")], [(5, "Inès", "Abadie", "2DE1")], {}, 2),
    ],
)
def test_who_may_be_who_was_entered_by_hand(new, here, expected, namesakes):
    """A suggestion, and only where it is one alone on both sides."""
    assert rules.same_people(new, here) == (expected, namesakes)


@pytest.mark.parametrize(
    ("ours", "of_the_set"),
    [
        (("Noémie", "Lévêque-Noël"), ("Noemie", "LEVEQUE-NOEL")),
        (("Jean-Pierre", "Mendès"), ("Jean Pierre", "MENDES")),
        (("Aïcha", "Ben Saïd"), ("Aïcha", "BEN-SAID")),
        (("Zoé", "D’Argent"), ("ZOE", "D'ARGENT")),
        (("Zoé", "D’Argent"), ("Zoé", "D ARGENT")),
        (("Lætitia", "Lecœur"), ("LAETITIA", "LECOEUR")),
        (("Françoise", "Nuñez"), ("Francoise", "Nunez")),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_name_is_the_same_by_its_letters_and_figures(ours, of_the_set, swapped):
    """An accent, a hyphen, an apostrophe or a ligature on one side only."""
    if swapped:
        ours, of_the_set = of_the_set, ours
    new = [said("1", *of_the_set)]

    assert rules.same_people(new, [(5, *ours, "2DE1")]) == ({"1": 5}, 0)
    assert rules.same_people(new, [(5, *ours, "2DE9")]) == ({}, 1)


@pytest.mark.parametrize(
    ("said_by_the_set", "expected"),
    [
        ("NORMANDIE", "aaf:70"),
        ("Normandie", "aaf:70"),
        ("70", "aaf:70"),
        ("5", "aaf:5"),
        ("05", "aaf:5"),
        ("Caen", "aaf:5"),
        ("Créteil", "aaf:creteil"),
        ("Académie de Normandie", "aaf:70"),
    ],
)
def test_an_academie_is_one_however_it_is_written(said_by_the_set, expected):
    assert rules.namespace_of(said_by_the_set) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("2DE 1/A", True), ("2" * 41, False), ("<b>", False), ("=1+1", False), ("a\u202eb", False)],
)
def test_what_a_class_may_be_called(name, expected):
    assert rules.is_name_of_a_place(name) is expected
