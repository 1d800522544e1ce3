"""A complete set of an académie's directory (AAF, in the grammar of the SDET), of one school.

Only what stands in `WANTED` is read, of teachers what `aaf_staff` names. Birth dates, addresses,
telephones and the INE are left where they are: not in a row, not in a log.
"""

from collections.abc import Iterator

from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.exceptions import SchoolNotInside
from courses.roster.rules import is_name_of_a_place, namespace_of
from courses.roster.services import aaf_staff as staff
from courses.roster.services.aaf_files import (
    SCHOOLS,
    STAFF,
    STUDENTS,
    SUBJECTS,
    DirectorySet,
    directory_set,
)
from courses.roster.services.archive import Archive
from courses.roster.services.collecting import RosterCollector, WrongRecord, name_in_record
from courses.roster.services.records import DirectoryRecord, records
from courses.roster.values import MOST_GROUPS, SaidStudent, SchoolRoster

KEY, FAMILY, GIVEN, HOME = "ENTPersonJointure", "sn", "givenName", "ENTPersonStructRattach"
CLASSES, GROUPS = "ENTEleveClasses", "ENTEleveGroupes"
UAI, STRUCTURE, ACADEMY = "ENTStructureUAI", "ENTStructureJointure", "ENTServAcAcademie"
WANTED = {KEY, FAMILY, GIVEN, HOME, CLASSES, GROUPS, UAI, STRUCTURE, ACADEMY}


def read_set(archive: Archive, *, uai: str, school: str) -> SchoolRoster:
    """What a complete set says of the school with that UAI. Raises a `Refusal`."""
    one = directory_set(archive.names)
    about = next(
        (row for row in _records(archive, one.files[SCHOOLS]) if row.first(UAI).upper() == uai),
        None,
    )
    if about is None or not about.first(STRUCTURE):
        raise SchoolNotInside(school=school, uai=uai)
    collector = RosterCollector(namespace_of(about.first(ACADEMY)), one.day)
    seen: set[str] = set()
    for record in _records(archive, one.files[STUDENTS]):
        try:
            if student := _student(record, about.first(STRUCTURE), seen):
                seen.add(student.key)
                collector.add(student)
        except WrongRecord as wrong:
            collector.add_bad(wrong.bad)
    if STAFF in one.files:
        _read_staff(archive, one, collector, about.first(STRUCTURE), seen)
    return collector.roster


def _read_staff(
    archive: Archive, one: DirectorySet, collector: RosterCollector, school: str, seen: set[str]
) -> None:
    """Teachers; of all others at the school only how many there are."""
    roster = collector.roster
    roster.teachers = []
    labels = {}
    for row in _records(archive, one.files.get(SUBJECTS, []), {staff.SUBJECT, staff.LABEL}):
        labels[row.first(staff.SUBJECT)] = row.first(staff.LABEL) or row.first(staff.SUBJECT)
    for record in _records(archive, one.files[STAFF], staff.STAFF_WANTED):
        if not staff.works_at(record, school):
            continue
        try:
            if not staff.teaches_at(record, school):
                roster.other_staff += 1
                continue
            teacher = staff.teacher_of(record, school, seen, labels)
        except WrongRecord as wrong:
            collector.add_bad(wrong.bad)
        else:
            seen.add(teacher.key)
            collector.add_teacher(teacher)


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
    if found := name_in_record(record.first(name)):
        return found
    raise WrongRecord(record.bad(RecordFault.NAME, name))


def _records(
    archive: Archive, names: list[str], wanted: set[str] = WANTED
) -> Iterator[DirectoryRecord]:
    for name in names:
        with archive.opened(name) as file:
            yield from records(file, name, wanted)
