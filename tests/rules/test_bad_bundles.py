"""A OneRoster bundle that isn't what it should be: a sentence in the reader's language, and nothing
is stored; or a row that isn't, and the others are read.
"""

import datetime
import tracemalloc

import pytest
from django.utils import translation

from courses.exceptions import Refusal
from courses.roster import exceptions as no
from courses.roster.services import archive as archives
from courses.roster.services import collecting, oneroster, oneroster_manifest
from courses.roster.services.reading import read_school
from tests.factories.bundles import (
    COLUMNS,
    DAY,
    SCHOOL,
    SECRET,
    USERS,
    a_bundle,
    a_class,
    a_pupil,
    a_role,
    a_term,
    an_enrolment,
    csv_file,
    files_of,
    manifest_of,
    tables_of,
)
from tests.factories.rosters import UAI, packed

TODAY = datetime.date(2026, 11, 25)
INES = a_pupil("1", "Inès", "ABADIE")
TABLES = tables_of(INES)
GOOD = files_of(TABLES)
NEW = files_of(tables_of(INES, version="1.2"), "1.2")


def with_file(name: str, content: bytes, good=GOOD) -> bytes:
    return packed(good | {name: content})


def changed(name: str, old: str, new: str, good=GOOD) -> bytes:
    text = good[name].decode()
    assert old in text
    return with_file(name, text.replace(old, new, 1).encode(), good)


def without(name: str, good=GOOD) -> bytes:
    return packed({key: data for key, data in good.items() if key != name})


def listed(version="1.1", **said) -> bytes:
    return with_file("manifest.csv", manifest_of(TABLES, version, **said))


def encoded(how: str) -> bytes:
    return with_file("users.csv", GOOD["users.csv"].decode().encode(how))


DELTA = "1,active,2026-11-20T06:00:00.000Z,"
KINDS = {
    "no manifest": (lambda: without("manifest.csv"), no.NeitherKind),
    "a folder": (
        lambda: packed({f"set/{name}": data for name, data in GOOD.items()}),
        no.ArchiveHasFolders,
    ),
    "capitals apart": (lambda: packed(GOOD | {"Users.csv": b""}), no.FileTwice),
    "version 1.0": (lambda: listed("1.0"), no.VersionNotRead),
    "no version": (lambda: changed("manifest.csv", "oneroster.version", "x"), no.VersionNotRead),
    "a manifest of other columns": (
        lambda: changed("manifest.csv", "propertyName", "property"), no.ColumnMissing,
    ),
    "an empty manifest": (lambda: with_file("manifest.csv", b""), no.ColumnMissing),
    "a delta": (lambda: listed(users="delta"), no.DeltaNotRead),
    "a delta of roles": (
        lambda: with_file("manifest.csv", manifest_of([*TABLES, "roles"], "1.2", roles="delta"), NEW), no.DeltaNotRead,
    ),
    "a delta that the manifest doesn't say": (lambda: changed("users.csv", "1,,,", DELTA), no.DeltaRow),
    "one who is to be deleted": (
        lambda: changed("users.csv", "1,,,", "1,tobedeleted,,"), no.DeltaRow,
    ),
    "a delta of enrolments": (
        lambda: changed("enrollments.csv", "1-2DE1,,", "1-2DE1,active,"), no.DeltaRow,
    ),
    "no update": (
        lambda: packed({"manifest.csv": manifest_of([], users="absent")}), no.FileMissing,
    ),
    "no users": (lambda: without("users.csv"), no.FileMissing),
    "no courses": (lambda: without("courses.csv"), no.FileMissing),
    "no roles in 1.2": (lambda: without("roles.csv", NEW), no.FileMissing),
    "a file of others is missing": (lambda: listed(results="bulk"), no.FileMissing),
    "a file too many": (lambda: packed(GOOD | {"results.csv": b"a"}), no.ManifestDisagrees),
    "a file that is absent": (lambda: listed(users="absent"), no.ManifestDisagrees),
    "a mode that nobody knows": (lambda: listed(users="full"), no.ManifestDisagrees),
    "UTF-16": (lambda: encoded("utf-16"), no.NotUtf8),
    "UTF-16 without its mark": (lambda: encoded("utf-16-le"), no.NotUtf8),
    "Windows-1252": (lambda: encoded("cp1252"), no.NotUtf8),
    "an empty file": (lambda: with_file("users.csv", b""), no.ColumnMissing),
    "semicolons": (
        lambda: with_file("users.csv", GOOD["users.csv"].replace(b",", b";")), no.ColumnMissing,
    ),
    "a page": (lambda: with_file("users.csv", b"<html><p>503</p></html>"), no.ColumnMissing),
    "a column less": (lambda: changed("users.csv", "familyName", "name"), no.ColumnMissing),
    "a column in capitals": (lambda: changed("users.csv", "sourcedId", "SourcedID"), no.ColumnMissing),
    "a column twice": (lambda: changed("users.csv", "grades", "givenName"), no.ColumnMissing),
    "a status twice": (lambda: changed("users.csv", "grades", "status"), no.ColumnMissing),
    "1.2 with the columns of 1.1": (
        lambda: with_file("users.csv", csv_file(["sourcedId", "orgSourcedIds"], []), NEW),
        no.ColumnMissing,
    ),
    "1.1 with the columns of 1.2": (lambda: with_file("users.csv", NEW["users.csv"]), no.ColumnMissing),
    "a quote in a value": (lambda: changed("users.csv", "ABADIE", '"ABA"DIE'), no.NotCsv),
    "a quote without an end": (lambda: changed("users.csv", "ABADIE", '"ABADIE'), no.NotCsv),
    "a row without an end": (
        lambda: with_file("users.csv", GOOD["users.csv"] + b'"' + b'a","\n' * 30_000), no.NotCsv,
    ),
    "a line without an end": (lambda: with_file("users.csv", GOOD["users.csv"] + b"," * 200_000), no.NotCsv),
    "returns alone": (
        lambda: with_file("users.csv", GOOD["users.csv"].replace(b"\r\n", b"\r")), no.NotCsv,
    ),
    "another school": (lambda: changed("orgs.csv", UAI, "0140098W"), no.NotInOrgs),
    "orgs without identifiers": (lambda: changed("orgs.csv", "identifier", "code"), no.NotInOrgs),
    "no student": (lambda: packed(files_of(tables_of())), no.NoStudents),
    "a role that isn't one": (lambda: changed("users.csv", "student", "pupil"), no.NoStudents),
    "keys that are INEs": (
        lambda: changed("users.csv", "1,,,true", "120890177FA,,,true"), no.NoReadableStudents,
    ),
    "days as elsewhere": (
        lambda: of(enrollments=[an_enrolment("1", "2DE2", beginDate="01/09/2026")]), no.NoReadableStudents,
    ),
    "a zip of a version to come": (
        lambda: packed(GOOD).replace(b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\x63"), no.NotAnArchive,
    ),
    "empty lines without an end": (
        lambda: with_file("users.csv", GOOD["users.csv"] + b"\n" * 1_000_000), no.TooManyRows,
    ),
    "no student by its roles": (lambda: changed("roles.csv", "student", "pupil", NEW), no.NoStudents),
}  # fmt: skip


def read(data: bytes, today=TODAY):
    return read_school(data, uai=UAI, school="Lycée", today=today)


def refused(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        read(data)
    return refusal.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_is_refused_in_words(kind):
    make, expected = KINDS[kind]

    refusal = refused(make())

    assert type(refusal) is expected
    said = {}
    for language in ("en", "fr"):
        with translation.override(language):
            said[language] = (refusal.reason, refusal.advice)
            assert "%(" not in " ".join(said[language])
            assert SECRET not in " ".join(said[language])
    assert said["en"][0] != said["fr"][0]
    assert said["en"][1] != said["fr"][1]


@pytest.mark.parametrize(
    "data",
    [
        listed(**{"x" * 50_000: "bulk"}),
        packed(GOOD | {"x" * 50_000 + "/": b""}),
        packed(GOOD | {"x" * 50_000: b"", "X" + "x" * 49_999: b""}),
    ],
    ids=["in the manifest", "a folder", "a file twice"],
)
def test_no_more_of_a_made_up_name_is_said_than_a_page_holds(data):
    assert refused(data).values["name"].casefold() == "x" * 60


WITH_A_DELTA = GOOD | {
    "results.csv": b"sourcedId,status\r\n1,active\r\n",
    "manifest.csv": manifest_of([*TABLES, "results"], results="delta"),
}


@pytest.mark.parametrize(
    "good", [GOOD, NEW, WITH_A_DELTA], ids=["1.1", "1.2", "with a delta of what isn't read"]
)
def test_the_bundle_from_which_they_are_made_is_read(good):
    roster = read(packed(good))

    assert [one.key for one in roster.students] == ["1"]
    assert not roster.bad


@pytest.mark.parametrize(
    ("old", "new", "line"), [("ABADIE", "AB\ufffdDIE", 3), ("MOREL", "MOR\ufffdL", 2)]
)
def test_the_line_of_a_wrong_encoding_is_named(old, new, line):
    data = GOOD["users.csv"].decode().replace(old, new).replace("\ufffd", "é").encode()

    refusal = refused(with_file("users.csv", data.replace("é".encode(), b"\xe9")))

    assert refusal.values == {"name": "users.csv", "line": line}


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = with_file("users.csv", b"\n" * 50_000_000)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 10_000_000)

    assert len(bomb) < 100_000
    assert type(refused(bomb)) is no.ArchiveHoldsTooMuch


def of(version="1.1", **more) -> bytes:
    """The good bundle with these rows after the others of their files."""
    tables = tables_of(INES, version=version)
    for name, rows in more.items():
        tables[name] = tables[name] + rows
    return packed(files_of(tables, version))


TOM = a_pupil("2", "Tom", "BRUNET")
LIMITS = {
    "students": (collecting, "MOST_RECORDS", 1, {"users": [TOM]}, no.TooManyStudents),
    "bad rows": (
        collecting, "MOST_RECORDS", 1, {"enrollments": [an_enrolment("1", "?")] * 2}, no.TooManyBad,
    ),
    "terms": (
        oneroster, "MOST_ROWS", 2,
        {"academicSessions": [a_term("t2", "2026-09-01", "2026-12-01"), a_term("t3", "2026-12-01", "2027-07-04")]},
        no.TooManyRows,
    ),
    "classes": (oneroster, "MOST_ROWS", 2, {"classes": [a_class("A", "scheduled")]}, no.TooManyRows),
    "orgs": (
        oneroster, "MOST_ROWS", 2,
        {"orgs": [{"sourcedId": f"o{n}", "identifier": UAI} for n in range(2)]}, no.TooManyRows,
    ),
    "enrolments": (
        oneroster, "MOST_ENROLMENTS", 1, {"enrollments": [an_enrolment("1", "2DE2")]}, no.TooManyRows,
    ),
    "names of files": (oneroster_manifest, "MOST_FILES", 11, {}, no.TooManyRows),
    "roles": (
        oneroster, "MOST_RECORDS", 1, {"version": "1.2", "roles": [a_role("2")]}, no.TooManyStudents,
    ),
    "classes and groups": (collecting, "MOST_PLACES", 0, {}, no.TooManyClasses),
}  # fmt: skip


@pytest.mark.parametrize("kind", LIMITS)
def test_no_more_than_a_school_may_have_is_read(kind, monkeypatch):
    module, name, most, rows, expected = LIMITS[kind]
    version = rows.get("version", "1.1")
    few, many = of(version), of(**rows)

    monkeypatch.setattr(module, name, most + (not rows))
    assert len(read(few).students) == 1
    monkeypatch.setattr(module, name, most)

    assert type(refused(many)) is expected


def test_memory_does_not_grow_with_the_files():
    """Users, classes and enrolments of other schools are many in a bundle: none of them is kept."""
    sizes = []
    for number in (100, 10_000):
        others = [a_pupil(f"o{n}", "Tom", "BRUNET", orgSourcedIds="org-2") for n in range(number)]
        places = [an_enrolment(f"o{n}", "X", schoolSourcedId="org-2") for n in range(number)]
        classes = [a_class(f"C{n}", "scheduled", schoolSourcedId="org-2") for n in range(number)]
        data = of(users=others, enrollments=places, classes=classes)
        tracemalloc.start()
        read(data)
        sizes.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert sizes[1] < sizes[0] + 2_000_000, sizes


def test_every_column_of_the_specification_is_in_the_samples():
    """What is never read stands in them, so that nothing of it can come through unseen."""
    assert "password" in USERS["1.1"]
    assert SECRET in GOOD["users.csv"].decode()
    assert "birthDate" in COLUMNS["demographics"]

    roster = read(a_bundle(INES, TOM | {"givenName": ""}))

    assert SECRET not in repr(roster)
    assert roster.day == DAY
    assert SCHOOL not in repr(roster)
