"""A complete set of an académie's directory (AAF, in the grammar of the SDET), of one school.

Only what stands in `WANTED` is read, of teachers what `aaf_staff` names, of guardians what
`aaf_guardians` does. A birth date says whether a student is of age, and is then forgotten; addresses,
telephones and the INE are left where they are: not in a row, not in a log.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import replace

from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.exceptions import SchoolNotInside
from courses.roster.rules import age_on, is_name_of_a_place, namespace_of
from courses.roster.services import aaf_staff as staff
from courses.roster.services.aaf_files import (
    GUARDIANS,
    SCHOOLS,
    STAFF,
    STUDENTS,
    SUBJECTS,
    DirectorySet,
)
from courses.roster.services.aaf_guardians import GUARDIAN_WANTED, RELATIONS, Relations
from courses.roster.services.archive import Archive
from courses.roster.services.collecting import RosterCollector, WrongRecord, name_in_record
from courses.roster.services.parts import SchoolPart
from courses.roster.services.records import HOME as HOME
from courses.roster.services.records import DirectoryRecord, schools_of
from courses.roster.values import MOST_GROUPS, BadRecord, SaidAge, SaidStudent, SchoolRoster

KEY, FAMILY, GIVEN = "ENTPersonJointure", "sn", "givenName"
CLASSES, GROUPS, BIRTH = "ENTEleveClasses", "ENTEleveGroupes", "ENTPersonDateNaissance"
UAI, STRUCTURE, ACADEMY = "ENTStructureUAI", "ENTStructureJointure", "ENTServAcAcademie"
MOST_LABELS, LONGEST_CODE, LONGEST_LABEL = 5_000, 40, 80  # of subjects of a directory
WANTED = {KEY, FAMILY, GIVEN, HOME, CLASSES, GROUPS, BIRTH, UAI, STRUCTURE, ACADEMY}


def read_set(
    archive: Archive | SchoolPart,
    one: DirectorySet,
    *,
    uai: str,
    school: str,
    today: datetime.date,
    with_guardians: bool = False,
) -> SchoolRoster:
    """What a complete set says of the school with that UAI; of guardians only where the school has
    switched them on. Raises a `Refusal`.
    """
    about = next(
        (row for row in records_of(archive, one.files[SCHOOLS]) if row.first(UAI).upper() == uai),
        None,
    )
    if about is None or not about.first(STRUCTURE):
        raise SchoolNotInside(school=school, uai=uai)
    collector, seen = RosterCollector(namespace_of(about.first(ACADEMY)), one.day), set[str]()
    structure, labels = about.first(STRUCTURE), subject_labels(archive, one)
    collector.roster.base = {"prefix": one.prefix, "structure": structure, "labels": labels}
    relations = Relations(collector) if with_guardians and GUARDIANS in one.files else None
    found = records_of(archive, one.files[STUDENTS], WANTED | ({RELATIONS} if relations else set()))
    read_students(found, collector, structure, seen, today=today, relations=relations)
    if relations:
        relations.read(records_of(archive, one.files[GUARDIANS], GUARDIAN_WANTED))
    if STAFF in one.files:
        found = records_of(archive, one.files[STAFF], staff.STAFF_WANTED)
        read_staff(found, collector, structure, seen, labels)
    return collector.roster


def read_students(
    records: Iterable[DirectoryRecord],
    collector: RosterCollector,
    school: str,
    seen: set[str],
    *,
    today: datetime.date,
    relations: Relations | None = None,
) -> None:
    """Those of the school; `school`: its key in the directory, `seen`: keys so far."""
    for record in records:
        try:
            if student := _student(record, school, seen):
                seen.add(student.key)
                age = _age(record, collector, today)
                collector.add(replace(student, age=age))
                if relations:
                    relations.add(student, record)
        except WrongRecord as wrong:
            collector.add_bad(wrong.bad)


def subject_labels(archive: Archive | SchoolPart, one: DirectorySet) -> dict[str, str]:
    """By code. No more and no longer ones than a directory has: they are kept for delta sets."""
    labels: dict[str, str] = {}
    for row in records_of(archive, one.files.get(SUBJECTS, []), {staff.SUBJECT, staff.LABEL}):
        code, label = row.first(staff.SUBJECT), row.first(staff.LABEL) or row.first(staff.SUBJECT)
        if len(code) <= LONGEST_CODE and len(label) <= LONGEST_LABEL and len(labels) < MOST_LABELS:
            labels[code] = label
    return labels


def read_staff(
    records: Iterable[DirectoryRecord],
    collector: RosterCollector,
    school: str,
    seen: set[str],
    labels: dict[str, str],
) -> None:
    """Teachers; of all others at the school only how many there are."""
    roster = collector.roster
    roster.teachers = []
    for record in records:
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
    if school not in schools_of(record, (CLASSES,)):
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


def _age(
    record: DirectoryRecord, collector: RosterCollector, today: datetime.date
) -> SaidAge | None:
    """None where the set says no day of birth. One that can't be read is named, and no more."""
    birth = record.first(BIRTH)
    age = age_on(today, birth)
    if birth and age is None:
        line = record.lines[BIRTH]
        bad = BadRecord(record.file, line, BIRTH, RecordFault.BIRTH, is_of_a_student=False)
        collector.add_bad(bad)
    return age


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


def records_of(
    archive: Archive | SchoolPart, names: list[str], wanted: set[str] = WANTED
) -> Iterator[DirectoryRecord]:
    for name in names:
        yield from archive.records(name, wanted)
