"""A set of a whole académie names guardians: schools that have switched them on get theirs, no other
school gets any.
"""

import pytest

from courses.people.models import Person
from courses.roster.models import RosterImport
from courses.roster.services import academy
from courses.roster.services.aaf_guardians import RELATIONS
from courses.roster.services.academy_archive import AcademyArchive, directory_of, read_parts
from tests.factories.academies import a_taker, an_academy_set
from tests.factories.guardians import with_guardians
from tests.factories.relatives import (
    AUTHORITY,
    INFORMED,
    a_child,
    a_relative,
    relation,
    who_follows,
    words_of,
)
from tests.factories.rosters import HEAD, TAIL, apply, imported

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

ONE, TWO = "0140004D", "0500025M"
SCHOOLS = {"3001": ONE, "3002": TWO}


def child_at(key: str, school: str, given: str, *relations: str) -> str:
    places = {"ENTPersonStructRattach": school, "ENTEleveClasses": [f"{school}$2DE1"]}
    return a_child(key, given, "ABADIE", *relations, **places)


CHILDREN = [
    child_at("1", "3001", "Inès", relation("901"), relation("902", "2"), relation("903", "0")),
    child_at("2", "3002", "Tom", relation("901")),
]
RELATIVES = [
    a_relative("901", "Morgane", "ABADIE", "morgane.abadie@mail.example"),
    a_relative("902", "Yann", "LE GALL"),
    a_relative("903", "Odile", "TANTE"),
]


def the_set(*, children=CHILDREN, relatives=RELATIVES, day="20261120") -> bytes:
    name = f"ENT_NORMANDIE_Complet_{day}_PersRelEleve_0000.xml"
    guardians = {name: (HEAD + "".join(relatives) + TAIL).encode()}
    return an_academy_set(SCHOOLS, *children, day=day, more=guardians)


def receive(folder, data: bytes) -> None:
    path = folder / "academie.zip"
    path.write_bytes(data)
    with path.open("rb") as file:
        academy.receive(file=file, name=path.name, by=None)


def test_a_school_that_has_switched_them_on_gets_its_own(client, tmp_path):
    one, two = with_guardians(a_taker(ONE)), a_taker(TWO)
    receive(tmp_path, the_set())

    trial = imported(client, one.leader, RosterImport.objects.get(school=one))
    apply(client, one.leader, RosterImport.objects.get(school=one))
    other = imported(client, two.leader, RosterImport.objects.get(school=two))
    apply(client, two.leader, RosterImport.objects.get(school=two))

    assert "2 guardians are new, each for a student" in words_of(trial)
    assert who_follows(one) == [("Inès", "Morgane", AUTHORITY), ("Inès", "Yann", INFORMED)]
    assert "Nothing is read of guardians: your school hasn’t switched them on" in words_of(other)
    assert who_follows(two) == []
    assert not Person.objects.filter(given_name__iexact="odile").exists()


def test_a_guardian_of_children_in_two_schools_comes_with_both_parts(client, tmp_path):
    schools = [with_guardians(a_taker(uai)) for uai in (ONE, TWO)]
    receive(tmp_path, the_set())

    for school in schools:
        apply(client, school.leader, RosterImport.objects.get(school=school))

    assert who_follows(schools[0])[0] == ("Inès", "Morgane", AUTHORITY)
    assert who_follows(schools[1]) == [("Tom", "Morgane", AUTHORITY)]
    assert Person.objects.filter(given_name__iexact="morgane").count() == 1


def test_who_is_not_named_any_more_ends_by_the_next_set(client, tmp_path):
    one = with_guardians(a_taker(ONE))
    receive(tmp_path, the_set())
    apply(client, one.leader)
    alone = [child_at("1", "3001", "Inès", relation("901")), CHILDREN[1]]

    receive(tmp_path, the_set(children=alone, day="20261121"))
    apply(client, one.leader)

    assert who_follows(one) == [("Inès", "Morgane", AUTHORITY)]


def test_no_relation_is_kept_for_a_school_that_has_not(tmp_path):
    """Not even in memory."""
    path = tmp_path / "academie.zip"
    path.write_bytes(the_set())
    with path.open("rb") as file, AcademyArchive(file) as archive:
        files = directory_of(archive.names, with_guardians=True)
        parts = read_parts(archive, files, "digest", {ONE, TWO}, {ONE}).of_school

    def kept(uai: str, kind: str) -> list:
        part = parts[uai]
        return [row for name in part.names if kind in name for row in part.records(name, set())]

    assert [RELATIONS in row.values for row in kept(ONE, "_Eleve_")] == [True]
    assert [RELATIONS in row.values for row in kept(TWO, "_Eleve_")] == [False]
    assert [row.first("ENTPersonJointure") for row in kept(ONE, "PersRelEleve")] == [
        "901", "902", "903",
    ]  # fmt: skip
    assert kept(TWO, "PersRelEleve") == []
    assert not any("SECRET" in str(row.values) for row in kept(ONE, "PersRelEleve"))


def test_where_no_school_has_switched_them_on_their_files_are_not_opened(tmp_path):
    two = a_taker(TWO)

    receive(tmp_path, the_set(relatives=["<not read"]))

    assert RosterImport.objects.get(school=two).staged.count() == 1
    assert not RosterImport.objects.get(school=two).reads_guardians
