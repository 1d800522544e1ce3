"""The archive of a whole académie's complete AAF set, read once, from its file: the records of each
school that takes sets are put together in memory.
"""

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from courses.exceptions import Refusal
from courses.roster.exceptions import NeitherKind
from courses.roster.exceptions.academies import (
    AcademyBundle,
    AcademyDelta,
    AcademyHoldsTooMuch,
    AcademyTooLarge,
    SchoolTwice,
)
from courses.roster.services import aaf
from courses.roster.services import aaf_staff as staff
from courses.roster.services.aaf_files import (
    GUARDIANS,
    NAME,
    SCHOOLS,
    STAFF,
    STUDENTS,
    SUBJECTS,
    DirectorySet,
    directory_set,
)
from courses.roster.services.aaf_guardians import (
    GUARDIAN_WANTED,
    RELATIONS,
    guardians_named,
)
from courses.roster.services.archive import Archive, check
from courses.roster.services.oneroster_manifest import MANIFEST
from courses.roster.services.parts import RecordSpool, SchoolPart
from courses.roster.services.records import DirectoryRecord, schools_of
from courses.roster.values import (
    MOST_ACADEMY_BYTES,
    MOST_ACADEMY_FILES,
    MOST_ACADEMY_UNPACKED,
    MOST_GUARDIANS_OF_ALL,
    MOST_HELD,
    MOST_LISTED,
    MOST_SCHOOLS,
)

MB = 1024**2
LENGTH_OF_UAI = 8  # characters
ABOUT_A_SCHOOL = {aaf.UAI, aaf.STRUCTURE, aaf.ACADEMY}
type Shares = Iterable[tuple[str, DirectoryRecord]]
type Route = tuple[str, set[str], Callable[[DirectoryRecord], Shares]]


@dataclass
class AcademyParts:
    """What a set says, by UAI of the schools that take it. `uais`: of all schools that it names."""

    uais: list[str] = field(default_factory=list)
    of_school: dict[str, SchoolPart] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)


class ListedFile(io.BufferedReader):
    """zipfile reads the list of an archive's files whole: no more of it than there may be."""

    def read(self, size: int | None = -1) -> bytes:
        size = MOST_LISTED + 1 if size is None or size < 0 else size
        if size > MOST_LISTED + 1:
            raise _too_much()
        return super().read(size)


class AcademyArchive(Archive):
    """As a school's, with limits of its own. `file`: from its beginning; it isn't read into memory.

    Raises a `Refusal` for what isn't such a zip.
    """

    def __init__(self, file: io.BufferedReader):
        if file.seek(0, io.SEEK_END) > MOST_ACADEMY_BYTES:
            raise AcademyTooLarge(most=MOST_ACADEMY_BYTES // MB)
        file.seek(0)
        self._open(ListedFile(io.FileIO(file.fileno(), closefd=False)))
        if self.holds_more(MOST_ACADEMY_FILES, MOST_ACADEMY_UNPACKED):
            raise _too_much()
        check(self._zip.infolist())


def read_parts(
    archive: AcademyArchive,
    one: DirectorySet,
    digest: str,
    taking: Collection[str],
    guarded: Collection[str] = (),
) -> AcademyParts:
    """What it says of the schools with the UAIs `taking`, in capitals; of guardians only for those of
    them that are `guarded`: they have switched guardians on. Raises a `Refusal`.
    """
    parts, held = AcademyParts(), 0
    by_key = _schools(archive, one, parts, digest, taking, guarded)
    sharing = _Sharing(by_key)
    for kind, wanted, share in sharing.routes if by_key else ():
        for name in one.files.get(kind, []):
            for record in archive.records(name, wanted):
                held += sum(by_key[key].spool(name).add(its) for key, its in share(record))
                if held > MOST_HELD:
                    raise _too_much()
            held += sum(
                part.spool(name).pack() for part in parts.of_school.values() if name in part.names
            )
    return parts


class _Sharing:
    """Whose a record is, by the schools' keys: the record as each of them gets it. No other kind of
    file is opened; guardians, whose records name no school, are those of students before them.
    """

    def __init__(self, by_key: dict[str, SchoolPart]):
        self.by_key = by_key
        self.guarded = {key for key, part in by_key.items() if part.has_guardians}
        self.alone = {key: (key,) for key in self.guarded}
        self.schools_of_guardian: dict[str, tuple[str, ...]] = {}

    @property
    def routes(self) -> tuple[Route, ...]:
        """In the order in which they are read."""
        students = aaf.WANTED | ({RELATIONS} if self.guarded else set())
        return (
            (STUDENTS, students, self.of_student),
            *([(GUARDIANS, GUARDIAN_WANTED, self.of_guardian)] if self.guarded else []),
            (STAFF, staff.STAFF_WANTED, self.of_staff),
        )

    def of_student(self, record: DirectoryRecord) -> Shares:
        keys = schools_of(record, (aaf.CLASSES,)) & self.by_key.keys()
        for key in keys & self.guarded:
            for guardian in guardians_named([record]):
                self._name(guardian, key)
            yield key, record
        if others := keys - self.guarded:
            bare = record.without(RELATIONS)
            yield from ((key, bare) for key in others)

    def _name(self, guardian: str, school: str) -> None:
        before = self.schools_of_guardian.get(guardian, ())
        if school not in before:
            self.schools_of_guardian[guardian] = (*before, school) if before else self.alone[school]
        if len(self.schools_of_guardian) > MOST_GUARDIANS_OF_ALL:
            raise _too_much()

    def of_guardian(self, record: DirectoryRecord) -> Shares:
        schools = self.schools_of_guardian.get(record.first(aaf.KEY), ())
        return ((key, record) for key in schools)

    def of_staff(self, record: DirectoryRecord) -> Shares:
        schools = schools_of(record, staff.PLACES_OF_WORK) & self.by_key.keys()
        return ((key, record) for key in schools)


def directory_of(names: Collection[str], *, with_guardians: bool = False) -> DirectorySet:
    """The files of a complete set. Raises a `Refusal`."""
    if MANIFEST in names:
        raise AcademyBundle
    found = [match for match in map(NAME.fullmatch, names) if match]
    if not found:
        raise NeitherKind
    if any(match[2] == "Delta" for match in found):
        raise AcademyDelta
    return directory_set(names, {GUARDIANS} if with_guardians else ())


def _schools(
    archive: AcademyArchive,
    one: DirectorySet,
    parts: AcademyParts,
    digest: str,
    taking: Collection[str],
    guarded: Collection[str],
) -> dict[str, SchoolPart]:
    """The parts by the schools' keys in the directory, with what concerns the school itself and the
    names of subjects. Two schools of one key would get each other's students: neither has a part.
    """
    rows = _rows_of_schools(archive, one)
    uais = Counter(row.first(aaf.UAI).upper() for row in rows)
    keys = Counter(row.first(aaf.STRUCTURE) for row in rows)
    subjects, by_key = _subjects(archive, one), dict[str, SchoolPart]()
    for row in rows:
        uai, key = row.first(aaf.UAI).upper(), row.first(aaf.STRUCTURE)
        if uai not in taking:
            continue
        if uais[uai] > 1 or keys[key] > 1:
            parts.refused[uai] = SchoolTwice(name=row.file, line=row.line)
            continue
        part = parts.of_school[uai] = by_key[key] = _empty(
            one, digest, subjects, with_guardians=uai in guarded
        )
        part.spool(row.file).add(row)
    parts.uais = sorted(uais)
    return by_key


def _rows_of_schools(archive: AcademyArchive, one: DirectorySet) -> list[DirectoryRecord]:
    rows = []
    for name in one.files[SCHOOLS]:
        for row in archive.records(name, ABOUT_A_SCHOOL):
            if len(row.first(aaf.UAI)) == LENGTH_OF_UAI and row.first(aaf.STRUCTURE):
                rows.append(row)
            if len(rows) > MOST_SCHOOLS:
                raise _too_much()
    return rows


def _empty(
    one: DirectorySet, digest: str, subjects: dict[str, RecordSpool], *, with_guardians: bool
) -> SchoolPart:
    read = [SCHOOLS, STUDENTS, STAFF, *([GUARDIANS] if with_guardians else [])]
    files = {name: RecordSpool() for kind in read for name in one.files.get(kind, [])}
    has_guardians = with_guardians and GUARDIANS in one.files
    return SchoolPart(digest, files | subjects, has_guardians=has_guardians)


def _subjects(archive: AcademyArchive, one: DirectorySet) -> dict[str, RecordSpool]:
    """Every school reads the same."""
    found: dict[str, RecordSpool] = defaultdict(RecordSpool)
    held = 0
    for name in one.files.get(SUBJECTS, []):
        for record in archive.records(name, {staff.SUBJECT, staff.LABEL}):
            held += found[name].add(record)
            if held > MOST_HELD:
                raise _too_much()
    return dict(found)


def _too_much() -> AcademyHoldsTooMuch:
    return AcademyHoldsTooMuch(files=MOST_ACADEMY_FILES, most=MOST_ACADEMY_UNPACKED // MB)
