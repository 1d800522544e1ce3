"""A delta set with what was said before it: who changes, who stays, what can't be read."""

import datetime

import pytest
from django.utils import translation

from courses.roster import exceptions as no
from courses.roster.enums import RecordFault
from courses.roster.services.aaf_delta import SaidBefore, complete
from courses.roster.services.reading import is_delta_set, read_school
from courses.roster.values import DeltaBase, KnownStudent, KnownTeacher, SchoolRoster
from tests.factories.deltas import (
    a_change,
    a_change_of_staff,
    a_delta,
    changed,
    deleted,
    modified,
)
from tests.factories.rosters import UAI, a_set, a_student, a_subject, a_teacher, packed

TODAY = datetime.date(2026, 11, 25)
BASE = DeltaBase(
    "aaf:70",
    "ENT_NORMANDIE",
    "3001",
    datetime.date(2026, 11, 20),
    datetime.date(2026, 11, 20),
    {"020700": "FRANCAIS", "061300": "MATHEMATIQUES"},
    frozenset({"1", "2", "3", "T1", "T2"}),
)
ELSEWHERE = {
    "ENTPersonStructRattach": "3999",
    "ENTEleveClasses": "3999$2DE1",
    "ENTEleveGroupes": "",
}
STUDENTS = {
    "1": KnownStudent("1", "", "2DE1", ("LATIN",)),
    "2": KnownStudent("2", "", "2DE2", ()),
    "3": KnownStudent("3", "", "2DE1", (), gone=True),
}
TEACHERS = {
    "T1": KnownTeacher("T1", frozenset({":class:2DE1", "francais:class:2DE1"}), True, False, True),
    "T2": KnownTeacher("T2", frozenset({"maths:group:LATIN"}), True, False, True),
}
BEFORE = SaidBefore(
    STUDENTS, TEACHERS, {"1": ("Inès", "ABADIE"), "2": ("Tom", "BRUNET"), "T1": ("Zoé", "PROF")}
)


def said(*records: str, staff=None, **more) -> SchoolRoster:
    data = a_delta(records, staff, **more)
    return complete(
        read_school(data, uai=UAI, school="Lycée", today=TODAY, base=BASE), BEFORE, TODAY
    )


def places(roster: SchoolRoster) -> dict[str, tuple]:
    return {one.key: (one.school_class, one.groups) for one in roster.students}


AS_IT_WAS = {"1": ("2DE1", ("LATIN",)), "2": ("2DE2", ())}
CASES = {
    "nothing": ([], AS_IT_WAS),
    "another class": ([changed("1", ENTEleveClasses=["3001$2DE2"])], AS_IT_WAS | {"1": ("2DE2", ("LATIN",))}),
    "a class taken away": ([changed("1", ENTEleveClasses=[])], AS_IT_WAS | {"1": ("", ("LATIN",))}),
    "no group any more": ([changed("1", ENTEleveGroupes=[])], AS_IT_WAS | {"1": ("2DE1", ())}),
    "a whole record": ([a_change("1", "Inès", "ABADIE", "2DE2")], AS_IT_WAS | {"1": ("2DE2", ())}),
    "somebody new": ([a_student("9", "Léo", "NEUF")], AS_IT_WAS | {"9": ("2DE1", ())}),
    "new here, not in the académie": ([a_change("9", "Léo", "NEUF")], AS_IT_WAS | {"9": ("2DE1", ())}),
    "deleted": ([deleted("1")], {"2": ("2DE2", ())}),
    "at another school from now on": ([modified(a_student("1", "Inès", "ABADIE", **ELSEWHERE))], {"2": ("2DE2", ())}),
    "still in a class here": ([changed("1", ENTPersonStructRattach=["3999"])], AS_IT_WAS),
    "added, though known": ([a_student("1", "Inès", "ABADIE", "2DE2")], AS_IT_WAS | {"1": ("2DE2", ())}),
    "back": ([a_student("3", "Zoé", "CARON")], AS_IT_WAS | {"3": ("2DE1", ())}),
    "a new name of who has left": ([changed("3", sn=["NEUF"])], AS_IT_WAS),
    "another school’s": ([modified(a_student("9", "Léo", "NEUF", **ELSEWHERE)), deleted("8")], AS_IT_WAS),
    "another school’s, in part": ([changed("9", sn=["NEUF"])], AS_IT_WAS),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_who_is_not_named_stays_and_who_is_changes(case):
    records, expected = CASES[case]

    roster = said(*records)

    assert places(roster) == expected
    assert roster.bad == []
    left = {"1"} - expected.keys()
    assert roster.gone.keys() - {"3"} == left


BAD = {
    "a change of whom nobody knows": (changed("9", ENTEleveClasses=["3001$2DE1"]), RecordFault.UNKNOWN),
    "two keys": (a_change("1", "Inès", "ABADIE").replace("<id>1</id>", "<id>2</id>"), RecordFault.OTHER_KEY),
    "no key": (a_change("", "Inès", "ABADIE"), RecordFault.NO_KEY),
    "twice": (changed("1", sn=["NEUF"]) + deleted("1"), RecordFault.TWICE),
    "an entity in the key": (deleted("1&amp;").replace("&amp;", "&x;"), RecordFault.ENTITY),
    "a name taken away": (changed("1", sn=[]), RecordFault.NAME),
    "two classes": (changed("1", ENTEleveClasses=["3001$2DE1", "3001$2DE2"]), RecordFault.TWO_CLASSES),
    "a class without a school": (changed("1", ENTEleveClasses=["$2DE1"]), RecordFault.NO_SCHOOL),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_whose_record_cannot_be_read_stays_and_it_is_named(case):
    record, fault = BAD[case]

    roster = said(record, a_student("9x", "Léo", "NEUF"))

    assert {bad.fault for bad in roster.bad} == {fault}
    assert places(roster) == AS_IT_WAS | {"9x": ("2DE1", ())}
    assert roster.gone == {}
    assert not roster.without_key  # nobody leaves because of it
    for language in ("en", "fr"):
        with translation.override(language):
            assert str(fault.label)


def test_names_that_are_not_said_stay():
    one, two = said(changed("1", sn=["NEUF"]), changed("2", ENTEleveClasses=["3001$2DE1"])).students

    assert (one.given_name, one.family_name, one.names_known) == ("Inès", "NEUF", True)
    assert (two.school_class, two.names_known) == ("2DE1", False)


def teachers(roster: SchoolRoster) -> dict[str, list[str]]:
    return {
        one.key: [duty.as_kept for duty in one.duties]
        for one in roster.teachers
        if one.duties_known
    }


def test_without_a_file_of_the_staff_nothing_is_said_of_teachers():
    assert said().teachers is None


STAFF = {
    "a whole record": (a_change_of_staff("T1", "Zoé", "PROF", ["2DE2$020700"]), {"T1": ["FRANCAIS:class:2DE2"]}),
    "classes alone": (
        changed("T1", ENTAuxEnsClassesMatieres=["3001$2DE2$061300"]),
        {"T1": [":class:2DE1", "MATHEMATIQUES:class:2DE2"]},
    ),
    "tutor no more": (changed("T1", ENTAuxEnsClassesPrincipal=[]), {"T1": ["francais:class:2DE1"]}),
    "groups alone": (
        changed("T1", ENTAuxEnsGroupesMatieres=["3001$LATIN$020700"]),
        {"T1": ["FRANCAIS:group:LATIN", ":class:2DE1", "francais:class:2DE1"]},
    ),
    "another address": (changed("T1", mail=["neuf@lycee.example"]), {"T1": [":class:2DE1", "francais:class:2DE1"]}),
    "somebody new": (a_teacher("T9", "Léo", "NEUF", ["2DE1$020700"]), {"T9": ["FRANCAIS:class:2DE1"]}),
}  # fmt: skip


@pytest.mark.parametrize("case", STAFF)
def test_what_a_record_of_the_staff_does_not_say_stays(case):
    record, expected = STAFF[case]

    roster = said(staff=[record])

    found = teachers(roster)
    assert {key: sorted(duties) for key, duties in found.items()} == {
        key: sorted(duties) for key, duties in expected.items()
    }
    assert {one.key for one in roster.teachers} == {"T1", "T2", *expected}
    assert (roster.bad, roster.gone) == ([], {})


def test_who_is_not_named_goes_on_looking_after_their_class():
    """Or a set that names another tutor of it would seem to name one alone."""
    roster = said(staff=[a_change_of_staff("T2", "Léo", "NEUF", tutor=["2DE1"])])

    tutors = {
        one.key: [duty.place for duty in one.duties if not duty.subject] for one in roster.teachers
    }
    assert tutors == {"T1": ["2DE1"], "T2": ["2DE1"]}


GONE = {
    "deleted": deleted("T1", "PersEducNat"),
    "leads a school": changed("T1", ENTPersonFonctions=["3001$DIR"], PersEducNatPresenceDevantEleves=["N"]),
    "at another school": modified(
        a_teacher("T1", "Zoé", "PROF", ENTPersonFonctions="3999$ENS", ENTPersonStructRattach="3999")
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GONE)
def test_who_teaches_here_no_more_leaves(case):
    roster = said(staff=[GONE[case]])

    assert [one.key for one in roster.teachers] == ["T2"]
    assert list(roster.gone) == ["T1"]


def test_a_subject_is_named_by_the_complete_set_or_by_the_delta_itself():
    data = a_delta(
        staff=[a_teacher("T9", "Léo", "NEUF", ["2DE1$061300", "2DE1$999900"])],
        MatiereEducNat=[a_subject("999900", "VIE DE CLASSE")],
    )
    roster = complete(read_school(data, uai=UAI, school="", today=TODAY, base=BASE), BEFORE, TODAY)

    assert teachers(roster)["T9"] == ["MATHEMATIQUES:class:2DE1", "VIE DE CLASSE:class:2DE1"]


OPERATION = (
    a_change("1", "Inès", "ABADIE").replace('"sn"', '"sn"', 1).replace("'replace'", "'add'", 1)
)
REFUSED = {
    "without a complete set": (lambda: (a_delta(), None), no.DeltaWithoutBase),
    "of another académie": (lambda: (a_delta(prefix="ENT_CREIL"), BASE), no.DeltaOfAnotherSet),
    "an operation that isn't in the grammar": (lambda: (a_delta([OPERATION]), BASE), no.NotADirectoryFile),
    "half a file": (
        lambda: (packed({"ENT_NORMANDIE_Delta_20261121_Eleve_0000.xml": b"<ficAlimMENESR>"}), BASE),
        no.NotXml,
    ),
    "a number left out": (
        lambda: (
            packed({f"ENT_NORMANDIE_Delta_20261121_Eleve_{n}.xml": b"" for n in ("0000", "0002")}),
            BASE,
        ),
        no.FileMissing,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_delta_set_is_refused_in_words(case):
    make, expected = REFUSED[case]
    data, base = make()

    with pytest.raises(expected) as refusal:
        read_school(data, uai=UAI, school="Lycée", today=TODAY, base=base)

    english = f"{refusal.value.reason} {refusal.value.advice}"
    with translation.override("fr"):
        assert f"{refusal.value.reason} {refusal.value.advice}" != english


@pytest.mark.parametrize(("data", "expected"), [(a_delta(), True), (a_set(UAI), False)])
def test_a_delta_set_is_told_from_a_complete_one_by_the_names_of_its_files(data, expected):
    assert is_delta_set(data) is expected
