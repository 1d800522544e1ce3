"""A directory's archive that isn't what it should be: a sentence in the reader's language, and
nothing is stored.
"""

import datetime
import io
import tracemalloc
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.urls import reverse
from django.utils import translation

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.roster import exceptions as no
from courses.roster.enums import RecordFault
from courses.roster.forms import ARCHIVE
from courses.roster.services import archive as archives
from courses.roster.services import collecting
from courses.roster.services.reading import read_school
from courses.roster.values import MOST_BYTES
from tests.factories.rosters import (
    HEAD,
    JOIN,
    a_school,
    a_student,
    named_files,
    packed,
    the_samples,
)

UAI = "0140004D"
TODAY = datetime.date(2026, 11, 25)
PREFIX = "ENT_NORMANDIE_Complet_20261120"
ELEVE, SCHOOLS = f"{PREFIX}_Eleve_0000.xml", f"{PREFIX}_EtabEducNat_0000.xml"
GOOD = named_files(a_school(UAI), a_student("1", "Inès", "ABADIE"))
TEXT = GOOD[ELEVE].decode()


def changed(**files) -> bytes:
    """The good set with other contents of files, by their kind."""
    names = {"students": ELEVE, "schools": SCHOOLS}
    return packed(GOOD | {names[kind]: data for kind, data in files.items()})


def renamed(old: str, new: str) -> bytes:
    return packed({name.replace(old, new): data for name, data in GOOD.items()})


def without(name: str) -> bytes:
    return packed({key: data for key, data in GOOD.items() if key != name})


def twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed_twice:
        for name, data in GOOD.items():
            packed_twice.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed_twice.writestr(ELEVE, TEXT)
    return made.getvalue()


def locked() -> bytes:
    """As a tool writes it that packs with a password: the flag in both of a file's headers."""
    data = bytearray(packed(GOOD))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(sign, at + 4)
    return bytes(data)


def broken() -> bytes:
    """A byte of the packed students is another one."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, data in GOOD.items():
            archive.writestr(name, data)
    return stored.getvalue().replace(b"ABADIE", b"ABADIF")


def around(text: str) -> bytes:
    """A file of students that holds this."""
    return changed(students=TEXT.replace("<addRequest>", text + "<addRequest>", 1).encode())


def packed_as(way: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", way) as archive:
        for name, data in GOOD.items():
            archive.writestr(name, data)
    return made.getvalue()


ENTITY = TEXT.replace('"ficAlimMENESR.dtd">', '"ficAlimMENESR.dtd" [<!ENTITY a "Inès">]>').replace(
    "Inès</value>", "&a;</value>"
)
BOMB = TEXT.replace(
    '"ficAlimMENESR.dtd">',
    '"ficAlimMENESR.dtd" [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
).replace("Inès</value>", "&b;</value>")
OUTSIDE = TEXT.replace(
    '"ficAlimMENESR.dtd">', '"ficAlimMENESR.dtd" [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
).replace("Inès</value>", "&a;</value>")
KINDS = {
    "not a zip": (lambda: b"login;nom\n", no.NotAnArchive),
    "nothing": (lambda: b"", no.NotAnArchive),
    "half a zip": (lambda: packed(GOOD)[:-60], no.NotAnArchive),
    "bytes that are missing": (lambda: packed(GOOD)[3:], no.ArchiveIsBroken),
    "a broken file": (broken, no.ArchiveIsBroken),
    "a password": (locked, no.ArchiveIsLocked),
    "a folder": (lambda: renamed("ENT_", "set/ENT_"), no.ArchiveHasFolders),
    "a way out": (lambda: renamed("ENT_", "../ENT_"), no.ArchiveHasFolders),
    "a name twice": (twice, no.FileTwice),
    "capitals apart": (lambda: packed(GOOD | {ELEVE.lower(): b""}), no.FileTwice),
    "other files": (lambda: packed({"notes.txt": b""}), no.NeitherKind),
    "no students": (lambda: without(ELEVE), no.FileMissing),
    "no schools": (lambda: without(SCHOOLS), no.FileMissing),
    "a number left out": (
        lambda: packed(GOOD | {ELEVE.replace("0000", "0002"): GOOD[ELEVE]}),
        no.FileMissing,
    ),
    "a delta": (lambda: renamed("Complet", "Delta"), no.DeltaWithoutBase),
    "a delta among a complete set": (
        lambda: packed(GOOD | {"ENT_NORMANDIE_Delta_20261120_PersEducNat_0000.xml": b""}),
        no.TwoSets,
    ),
    "two days": (lambda: renamed("20261120_Eleve", "20261121_Eleve"), no.TwoSets),
    "two sets": (lambda: renamed("ENT_NORMANDIE_Complet_20261120_Eleve", "ENT_X_Complet_20261120_Eleve"), no.TwoSets),
    "no such day": (lambda: renamed("20261120", "20261399"), no.NoSuchDay),
    "half a file": (lambda: changed(students=GOOD[ELEVE][:-200]), no.NotXml),
    "an empty file": (lambda: changed(students=b""), no.NotXml),
    "another encoding": (lambda: changed(students=TEXT.encode("latin-1")), no.NotXml),
    "a page": (lambda: changed(students=b"<html><p>503</p></html>"), no.NotADirectoryFile),
    "an entity": (lambda: changed(students=ENTITY.encode()), no.FileHasEntities),
    "an entity bomb": (lambda: changed(students=BOMB.encode()), no.FileHasEntities),
    "a file of ours": (lambda: changed(students=OUTSIDE.encode()), no.FileHasEntities),
    "a foreign DTD": (
        lambda: changed(
            students=TEXT.replace('"ficAlimMENESR.dtd"', '"http://a.example/x.dtd"').encode()
        ),
        no.FileHasEntities,
    ),
    "declarations of its own": (
        lambda: changed(
            students=TEXT.replace(
                '"ficAlimMENESR.dtd">', '"ficAlimMENESR.dtd" [<!ATTLIST attr x CDATA "1">]>'
            ).encode()
        ),
        no.FileHasEntities,
    ),
    "foreign elements": (lambda: around("<a/>"), no.NotADirectoryFile),
    "foreign elements in a record": (
        lambda: changed(students=TEXT.replace("<attributes>", "<attributes><a/>").encode()),
        no.NotADirectoryFile,
    ),
    "foreign attributes": (
        lambda: changed(students=TEXT.replace("<attributes>", '<attributes x1="">').encode()),
        no.NotADirectoryFile,
    ),
    "a nest": (
        lambda: around("<addRequest>" + "<attributes>" * 9 + "</attributes>" * 9 + "</addRequest>"),
        no.NotADirectoryFile,
    ),
    "a record without an end": (
        lambda: around("<addRequest><attributes>" + "<attr name='x'><value/></attr>" * 5_000),
        no.NotADirectoryFile,
    ),
    "a name without an end": (
        lambda: around(
            '<addRequest><attributes><attr name="sn"><value>' + "a b " * 50_000,
        ),
        no.NotADirectoryFile,
    ),
    "a comment without an end": (lambda: around("<!-- " + "a" * 2_000_000), no.NotADirectoryFile),
    "an unknown encoding": (
        lambda: changed(students=TEXT.replace("UTF-8", "x-mac-none").encode()), no.NotXml,
    ),
    "another way of packing": (lambda: packed_as(zipfile.ZIP_LZMA), no.ArchiveIsBroken),
    "no académie": (
        lambda: packed(named_files(a_school(UAI, academy=""), a_student("1", "Inès", "ABADIE"))),
        no.AcademyMissing,
    ),
    "another school": (
        lambda: packed(named_files(a_school("0140099X"))),
        no.SchoolNotInside,
    ),
}  # fmt: skip


def refused(data: bytes, uai: str | None = UAI) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        read_school(data, uai=uai, school="Lycée", today=TODAY)
    return refusal.value


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_refused_in_words(kind):
    make, expected = KINDS[kind]

    refusal = refused(make())

    assert type(refusal) is expected
    said = {}
    for language in ("en", "fr"):
        with translation.override(language):
            said[language] = (refusal.reason, refusal.advice)
            assert "%(" not in " ".join(said[language])
    assert said["en"][0] != said["fr"][0]
    assert said["en"][1] != said["fr"][1]


def test_a_school_without_uai_is_told():
    assert type(refused(packed(GOOD), uai=None)) is no.SchoolWithoutUai


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = changed(students=b" " * 50_000_000)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 10_000_000)

    assert len(bomb) < 100_000
    assert type(refused(bomb)) is no.ArchiveHoldsTooMuch


def test_a_large_archive_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 100)

    assert type(refused(packed(GOOD))) is no.ArchiveTooLarge


def uploaded(rf, address: str, *sizes: int) -> list:
    files = [SimpleUploadedFile("set.zip", b"P" * size) for size in sizes]
    request = rf.post(address, {ARCHIVE: files})
    request.user = Person()  # of a visitor no large file is kept
    return request.FILES.getlist(ARCHIVE)


def test_no_more_of_a_request_is_kept_in_memory_than_an_archive_may_have(rf):
    address = reverse("roster:school", args=["x"])

    (whole,) = uploaded(rf, address, MOST_BYTES)
    (larger,) = uploaded(rf, address, MOST_BYTES + 1)
    several = uploaded(rf, address, *[MOST_BYTES] * 5)

    assert len(whole.read()) == MOST_BYTES
    assert larger.size == MOST_BYTES + 1
    assert len(larger.read()) <= MOST_BYTES
    assert sum(len(file.read()) for file in several) <= MOST_BYTES


@pytest.mark.parametrize("address", ["/", "/nowhere/", "/homework/x/"])
def test_an_upload_elsewhere_is_kept_as_every_other(rf, address):
    (file,) = uploaded(rf, address, 3_000_000)

    assert isinstance(file, TemporaryUploadedFile)
    assert len(file.read()) == 3_000_000


def test_a_set_of_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(collecting, "MOST_RECORDS", 2)
    three = [a_student(str(n), "Inès", "ABADIE") for n in range(3)]
    bad = [a_student("", "Tom", "B")] * 3
    monkeypatch.setattr(collecting, "MOST_PLACES", 3)
    groups = a_student("1", "Inès", "ABADIE", groups=["A", "B", "C"])

    assert len(read(*three[:2], *bad[:2]).students) == 2
    assert type(refused(of(*three))) is no.TooManyStudents
    assert type(refused(of(*bad))) is no.TooManyBad
    assert type(refused(of(groups))) is no.TooManyClasses


def test_memory_does_not_grow_with_a_file():
    """Records of other schools are many in a set: none of them is kept."""
    other = a_student("2", "Tom", "B", ENTPersonStructRattach="3002", ENTEleveClasses="3002$2DE1")
    few, many = of(*[other] * 100), of(*[other] * 10_000)
    sizes = []
    for data in (few, many):
        tracemalloc.start()
        read_school(data, uai=UAI, school="Lycée", today=TODAY)
        sizes.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert sizes[1] < sizes[0] + 2_000_000, sizes


def test_the_key_of_a_bad_record_is_whole_or_none():
    roster = read(a_student("1" * 256, "Inès", "ABADIE"), a_student("2", "", "BRUNET"))

    assert [bad.key for bad in roster.bad] == ["", "2"]


def of(*students: str) -> bytes:
    return packed(named_files(a_school(UAI), *students))


def read(*students: str):
    return read_school(of(*students), uai=UAI, school="Lycée", today=TODAY)


BAD = {
    RecordFault.NO_KEY: a_student("", "Inès", "ABADIE"),
    RecordFault.LONG_KEY: a_student("1" * 256, "Inès", "ABADIE"),
    RecordFault.NAME: a_student("1", "", "ABADIE"),
    RecordFault.NO_SCHOOL: a_student("1", "Inès", "ABADIE", ENTEleveClasses="$2DE1"),
    RecordFault.TWO_CLASSES: a_student(
        "1", "Inès", "ABADIE", ENTEleveClasses=[f"{JOIN}$2DE1", f"{JOIN}$2DE2"]
    ),
    RecordFault.PLACE: a_student("1", "Inès", "ABADIE", "2" * 41),
    RecordFault.MANY_GROUPS: a_student("1", "Inès", "ABADIE", groups=[f"G{n}" for n in range(41)]),
    RecordFault.ENTITY: a_student("1", "&eacute;Inès", "ABADIE"),
    RecordFault.OTHER_VERB: a_student("1", "Inès", "ABADIE").replace("addRequest", "modifyRequest"),
    RecordFault.TWICE: a_student("9", "Tom", "BRUNET"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_record_is_named_and_the_others_are_read(fault):
    roster = read(a_student("9", "Zoé", "CARON"), BAD[fault])

    assert [student.given_name for student in roster.students] == ["Zoé"]
    (bad,) = roster.bad
    assert (bad.fault, bad.file) == (fault, ELEVE)
    assert TEXT.count("\n") > 10
    first = HEAD.count("\n") + a_student("9", "Zoé", "CARON").count("\n") + 1
    assert first <= bad.line <= first + BAD[fault].count("\n")


def test_text_that_was_escaped_twice_is_read_once():
    roster = read(a_student("1", "Anne &amp;amp; Ève", "D&amp;apos;AUBIGNE"))

    assert roster.students[0].family_name == "D'AUBIGNE"
    assert roster.students[0].given_name == "Anne & Ève"


def test_latin_9_is_read_as_the_file_says():
    said = TEXT.replace("UTF-8", "ISO-8859-15").replace("ABADIE", "CŒUR").encode("iso-8859-15")

    roster = read_school(changed(students=said), uai=UAI, school="Lycée", today=TODAY)

    assert roster.students[0].family_name == "CŒUR"


def test_students_of_other_schools_are_left_out():
    other = a_student(
        "2", "Tom", "BRUNET", ENTPersonStructRattach="3002", ENTEleveClasses="3002$2DE1"
    )

    assert [s.key for s in read(a_student("1", "Inès", "ABADIE"), other).students] == ["1"]
    assert {s.school_class for s in read_school(the_samples(), uai=UAI, school="", today=TODAY).students} <= {
        "2DE1", "1RE1", "TLE1",
    }  # fmt: skip
