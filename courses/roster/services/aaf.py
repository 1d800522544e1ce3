"""A complete set of an académie's directory (AAF, in the grammar of the SDET), of one school.

Only what stands in `WANTED` is read. Birth dates, addresses, telephones and the INE are left where
they are: not in a row, not in a log.
"""

from collections.abc import Iterator

from courses.exceptions import Refusal
from courses.people.models.identities import LONGEST_KEY
from courses.people.services.people_columns import printed_name
from courses.roster.enums import RecordFault
from courses.roster.exceptions import (
    SchoolNotInside,
    SchoolWithoutUai,
    TooManyClasses,
    TooManyStudents,
)
from courses.roster.rules import is_name_of_a_place, namespace_of
from courses.roster.services.archive import SCHOOLS, STUDENTS, DirectoryArchive, open_archive
from courses.roster.services.records import DirectoryRecord, records
from courses.roster.values import (
    MOST_GROUPS,
    MOST_PLACES,
    MOST_RECORDS,
    BadRecord,
    SaidStudent,
    SchoolRoster,
)

KEY, FAMILY, GIVEN, HOME = "ENTPersonJointure", "sn", "givenName", "ENTPersonStructRattach"
CLASSES, GROUPS = "ENTEleveClasses", "ENTEleveGroupes"
UAI, STRUCTURE, ACADEMY = "ENTStructureUAI", "ENTStructureJointure", "ENTServAcAcademie"
WANTED = {KEY, FAMILY, GIVEN, HOME, CLASSES, GROUPS, UAI, STRUCTURE, ACADEMY}


class WrongRecord(Exception):
    def __init__(self, bad: BadRecord):
        self.bad = bad
        super().__init__(bad.fault)


def read_school(data: bytes, *, uai: str | None, school: str) -> SchoolRoster:
    """What the archive says of the school with that UAI. Raises a `Refusal`; nothing is stored."""
    if not uai:
        raise SchoolWithoutUai
    archive = open_archive(data)
    about = next(
        (one for one in _records(archive, SCHOOLS) if one.first(UAI).upper() == uai.upper()), None
    )
    if about is None or not about.first(STRUCTURE):
        raise SchoolNotInside(school=school, uai=uai)
    roster = SchoolRoster(namespace_of(about.first(ACADEMY)), archive.day)
    seen: set[str] = set()
    places: set[str] = set()
    for record in _records(archive, STUDENTS):
        try:
            if student := _student(record, about.first(STRUCTURE), seen):
                seen.add(student.key)
                places.update((student.school_class, *student.groups))
                roster.students.append(student)
        except WrongRecord as wrong:
            roster.bad.append(wrong.bad)
        if len(roster.students) + len(roster.bad) > MOST_RECORDS:
            raise TooManyStudents(most=MOST_RECORDS)
        if len(places) > MOST_PLACES:
            raise TooManyClasses(most=MOST_PLACES)
    return roster


def _student(record: DirectoryRecord, school: str, seen: set[str]) -> SaidStudent | None:
    """None for another school's. Raises `WrongRecord`."""
    places = record.values.get(CLASSES, [])
    of_school = record.first(HOME) == school or any(
        place.startswith(f"{school}$") for place in places
    )
    if not of_school:
        return None
    key = record.first(KEY)
    for is_wrong, fault, name in (
        (record.verb != "addRequest", RecordFault.OTHER_VERB, KEY),
        (record.hidden, RecordFault.ENTITY, record.hidden),
        (not key, RecordFault.NO_KEY, KEY),
        (len(key) > LONGEST_KEY, RecordFault.LONG_KEY, KEY),
        (key in seen, RecordFault.TWICE, KEY),
    ):
        if is_wrong:
            raise WrongRecord(record.bad(fault, name))
    classes, groups = _codes(record, CLASSES, school), _codes(record, GROUPS, school)
    if len(classes) > 1:
        raise WrongRecord(record.bad(RecordFault.TWO_CLASSES, CLASSES))
    if len(groups) > MOST_GROUPS:
        raise WrongRecord(record.bad(RecordFault.MANY_GROUPS, GROUPS))
    return SaidStudent(
        key=key,
        given_name=_name(record, GIVEN),
        family_name=_name(record, FAMILY),
        school_class=next(iter(classes), ""),
        groups=tuple(sorted(groups)),
        file=record.file,
        line=record.line,
    )


def _codes(record: DirectoryRecord, name: str, school: str) -> list[str]:
    """Of `school$code`, those of the school."""
    found = []
    for value in record.values.get(name, []):
        where, sign, code = value.partition("$")
        if not where.strip() or not sign:
            raise WrongRecord(record.bad(RecordFault.NO_SCHOOL, name))
        if where == school and code.strip():
            found.append(code.strip())
    if any(not is_name_of_a_place(code) for code in found):
        raise WrongRecord(record.bad(RecordFault.PLACE, name))
    return list(dict.fromkeys(found))


def _name(record: DirectoryRecord, name: str) -> str:
    try:
        if found := printed_name(record.first(name)):
            return found
    except Refusal as refusal:
        raise WrongRecord(record.bad(RecordFault.NAME, name)) from refusal
    raise WrongRecord(record.bad(RecordFault.NAME, name))


def _records(archive: DirectoryArchive, kind: str) -> Iterator[DirectoryRecord]:
    for name in archive.files[kind]:
        with archive.opened(name) as file:
            yield from records(file, name, WANTED)
