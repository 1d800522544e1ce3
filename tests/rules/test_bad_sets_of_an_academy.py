"""Archives of a whole académie that aren't taken: each with its sentence, nothing half stored."""

import datetime
import io
import re
import struct
import zipfile

import pytest
from django.utils import timezone, translation

from courses.exceptions import Refusal
from courses.roster.models import AcademySet, RosterImport, StagedStudent
from courses.roster.services import academy
from tests.factories.academies import a_taker, an_academy_set, of_school
from tests.factories.rosters import attributes, packed, record

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

ONE = "0140004D"
STUDENTS = of_school("3001", ("1", "Inès", "ABADIE"), ("2", "Tom", "BRUNET"), ("3", "Zoé", "CARON"))


def whole(day="20261120", uai=ONE, **more) -> bytes:
    return an_academy_set({"3001": uai}, *STUDENTS, day=day, each=1, **more)


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(part: str, change) -> bytes:
    """`change`: of the bytes of the file with that word in its name; None takes it out."""
    files = files_of(whole())
    name = next(name for name in files if part in name)
    files[name] = change(files[name])
    return packed({name: data for name, data in files.items() if data is not None})


def renamed(old: str, new: str) -> bytes:
    return packed({name.replace(old, new): data for name, data in files_of(whole()).items()})


def a_bomb() -> bytes:
    """Says that two of its files have 3 GB each."""
    data = bytearray(whole())
    for found in list(re.finditer(b"PK\x01\x02", bytes(data)))[:2]:
        struct.pack_into("<L", data, found.start() + 24, 3 * 1024**3)
    return bytes(data)


def of_many_files(number: int) -> bytes:
    return packed({f"{n}.txt": b"" for n in range(number)})


def of_many_schools(number: int) -> bytes:
    def about(n: int) -> str:
        return record(
            "EtabEducNat",
            "1",
            attributes(ENTStructureUAI=f"{n:07}A", ENTStructureJointure=f"{n}"),
        )

    schools = "".join(about(n) for n in range(number))
    return changed(
        "EtabEducNat", lambda data: data.replace(b"</ficAlim", schools.encode() + b"</ficAlim")
    )


def with_a_long_list() -> bytes:
    """Few files, and more than 1 MB of what the archive says of them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for n in range(20):
            member = zipfile.ZipInfo(f"{n}.txt")
            member.comment = b"x" * 60_000
            archive.writestr(member, b"")
    return made.getvalue()


SAID = {
    "not a zip": (b"<html>", "This isn’t a zip archive.", "Ce n’est pas une archive zip."),
    "half a zip": (whole()[:-300], "This isn’t a zip archive.", "Ce n’est pas une archive zip."),
    "of a school's software": (
        packed({"manifest.csv": b"propertyName,value\n"}),
        "This is a OneRoster bundle: of a whole",
        "C’est un export OneRoster",
    ),
    "delta": (
        renamed("Complet", "Delta"),
        "This is a delta set: it says only what changed. Of a whole",
        "C’est un export différentiel (delta)",
    ),
    "neither": (
        packed({"a.txt": b"a"}),
        "This archive is neither an AAF set nor a OneRoster bundle",
        "Cette archive n’est ni un export AAF ni",
    ),
    "a number missing": (
        changed("Eleve_0001", lambda _data: None),
        "The set isn’t whole: a file “Eleve_0001.xml” is missing.",
        "L’export n’est pas entier",
    ),
    "two days": (
        packed(files_of(whole()) | {"ENT_NORMANDIE_Complet_20261119_PersEducNat_0000.xml": b""}),
        "The files of this archive are of several sets or days.",
        "Les fichiers de cette archive",
    ),
    "a file that breaks off": (
        changed("Eleve_0001", lambda data: data[:-200]),
        "_Eleve_0001.xml” breaks off or isn’t XML, on line",
        "_Eleve_0001.xml",
    ),
    "entities": (
        changed(
            "Eleve_0000",
            lambda data: data.replace(
                b'"ficAlimMENESR.dtd"', b'"ficAlimMENESR.dtd" [<!ENTITY a "b">]'
            ),
        ),
        "declares entities of its own, or another DTD.",
        "déclare",
    ),
    "a folder": (
        renamed("ENT_", "in/ENT_"),
        "The archive holds a folder: “in/ENT_",
        "L’archive contient un dossier",
    ),
    "a bomb": (
        a_bomb(),
        "holds more than 1000 files, more than 4096 MB unpacked",
        "L’archive de toute l’académie contient plus de 1000 fichiers",
    ),
    "many files": (
        of_many_files(1_001),
        "holds more than 1000 files, more than 4096 MB unpacked",
        "L’archive de toute l’académie contient plus de 1000 fichiers",
    ),
    "a list of files without end": (
        with_a_long_list(),
        "holds more than 1000 files, more than 4096 MB unpacked",
        "L’archive de toute l’académie contient plus de 1000 fichiers",
    ),
    "schools without end": (
        of_many_schools(10_000),
        "or more of its schools than this site can read at once.",
        "que ce site ne peut en lire",
    ),
    "of a day to come": (
        whole(day="20261201"),
        "This set says that it is of Tuesday 1 December 2026, which is to come.",
        "mardi 1er décembre 2026",
    ),
    "of the last year": (
        whole(day="20260620"),
        "This set is of the last school year: its classes are over.",
        "Cet export est de l’année scolaire dernière",
    ),
    "another académie's": (
        whole(uai="0330001A", academy="BORDEAUX"),
        "This set names no school that is here",
        "Cet export ne nomme aucun établissement présent ici",
    ),
}


def refusal_of(data: bytes, tmp_path) -> Refusal:
    path = tmp_path / "set.zip"
    path.write_bytes(data)
    with path.open("rb") as file, pytest.raises(Refusal) as refused:
        academy.receive(file, name="set.zip", by=None)
    return refused.value


@pytest.mark.parametrize(("data", "english", "french"), SAID.values(), ids=SAID)
def test_an_archive_that_isnt_taken_says_why_and_stores_nothing(tmp_path, data, english, french):
    a_taker(ONE)

    refusal = refusal_of(data, tmp_path)

    with translation.override("en"):
        assert english in refusal.reason
        assert refusal.advice
    with translation.override("fr"):
        assert french in refusal.reason
    assert not AcademySet.objects.exists()
    assert not RosterImport.objects.exists()


def test_an_archive_larger_than_an_academys_isnt_opened(tmp_path):
    a_taker(ONE)
    path = tmp_path / "set.zip"
    with path.open("wb") as file:  # sparse
        file.truncate(300 * 1024**2 + 1)

    with path.open("rb") as file, pytest.raises(Refusal) as refused:
        academy.receive(file, name="set.zip", by=None)

    with translation.override("en"):
        assert refused.value.reason == "The archive of the whole académie is larger than 300 MB."
    with translation.override("fr"):
        assert refused.value.reason == "L’archive de toute l’académie dépasse 300 Mo."


def test_yesterdays_set_after_todays_isnt_read(tmp_path):
    a_taker(ONE)
    read(whole(day="20261124"), tmp_path)

    refusal = refusal_of(whole(day="20261123"), tmp_path)

    with translation.override("en"):
        assert refusal.reason == (
            "This set is of Monday 23 November 2026; one of Tuesday 24 November 2026 was read already."
        )
    with translation.override("fr"):
        assert "lundi 23 novembre 2026" in refusal.reason
    assert [one.day for one in RosterImport.objects.all()] == [datetime.date(2026, 11, 24)]


def test_two_schools_of_one_key_get_no_part_and_the_others_do(tmp_path):
    other, alone = "0500025M", "0610001R"
    for uai in (ONE, other, alone):
        a_taker(uai)
    more = of_school("3002", ("9", "Léa", "ETIENNE"))
    data = an_academy_set({"3001": ONE, "3002": alone}, *STUDENTS, *more)
    twin = an_academy_set({"3001": other})
    name = "ENT_NORMANDIE_Complet_20261120_EtabEducNat_0000.xml"
    twin_file = files_of(twin)[name].decode()
    record = twin_file[twin_file.index("<addRequest>") : twin_file.index("</ficAlim")]
    files = files_of(data)
    files[name] = files[name].replace(b"</ficAlim", record.encode() + b"</ficAlim")

    one = read(packed(files), tmp_path)

    assert [part.school.uai for part in one.imports.all()] == [alone]
    with translation.override("en"):
        reasons = {row.school.uai: row.why_not.reason for row in one.refusals.all()}
    assert reasons.keys() == {ONE, other}
    assert "or its key in the directory, stands twice in the set" in reasons[ONE]


def test_what_is_never_read_is_in_no_row(tmp_path):
    a_taker(ONE)

    one = read(whole(), tmp_path)

    rows = [*StagedStudent.objects.values(), *one.imports.values(), *AcademySet.objects.values()]
    text = repr(rows)
    assert "ABADIE" in text
    for secret in ("SECRETINE1", "14/07/2010", "RUE SECRETE", "+33 2 31"):
        assert secret not in text


def read(data: bytes, tmp_path) -> AcademySet:
    path = tmp_path / "set.zip"
    path.write_bytes(data)
    with path.open("rb") as file:
        return academy.receive(file, name="set.zip", by=None, now=timezone.now())
