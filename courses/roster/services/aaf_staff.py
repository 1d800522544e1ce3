"""Teachers in a complete set of an académie's directory (AAF).

A record of the staff says what somebody does at which school. A teacher is who has a function of
teaching at the school, or stands in front of students there; all others are passed over, and no
code of a function gives any right. Of a teacher: key, names, address of mail, classes and subjects.
"""

from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.rules import is_name_of_a_place
from courses.roster.services.collecting import WrongRecord, mail_in_record, name_in_record
from courses.roster.services.records import HOME, DirectoryRecord, schools_of
from courses.roster.values import MOST_TEACHINGS, TUTOR, BadRecord, Duty, SaidTeacher

KEY, FAMILY, GIVEN = "ENTPersonJointure", "sn", "givenName"
MAIL, FUNCTIONS, PRESENCE = "mail", "ENTPersonFonctions", "PersEducNatPresenceDevantEleves"
OF_CLASSES, OF_GROUPS = "ENTAuxEnsClassesMatieres", "ENTAuxEnsGroupesMatieres"
TUTORS = "ENTAuxEnsClassesPrincipal"
SUBJECT, LABEL = "ENTMatJointure", "ENTLibelleMatiere"
STAFF_WANTED = {
    KEY, FAMILY, GIVEN, HOME, MAIL, FUNCTIONS, PRESENCE, OF_CLASSES, OF_GROUPS, TUTORS,
}  # fmt: skip
PLACES_OF_WORK = (FUNCTIONS, OF_CLASSES, OF_GROUPS)
# Of the national profile ENS (annex 6.3 of the SDET), and who keeps the library.
TEACHING_FUNCTIONS = {
    "ENS", "BED", "FCA", "FCP", "FIJ", "IS", "ISES", "PPA", "RH1D", "RPL", "UPI", "DOC",
}  # fmt: skip
YES = "O"


def works_at(record: DirectoryRecord, school: str) -> bool:
    """True if a record of the staff says anything of that school."""
    return school in schools_of(record, PLACES_OF_WORK)


def teaches_at(record: DirectoryRecord, school: str) -> bool:
    """`record`: of who `works_at` the school. Raises `WrongRecord` where a function has no school."""
    functions = _of(record, FUNCTIONS)
    if any(not value.partition("$")[0].strip() for value in functions):
        raise _wrong(record, RecordFault.NO_SCHOOL, FUNCTIONS)
    here = [value.split("$") for value in functions if _at(value, school)]
    if any(len(parts) > 1 and parts[1].strip().upper() in TEACHING_FUNCTIONS for parts in here):
        return True
    works_here = (
        bool(here)
        or not functions
        or any(
            _at(value, school) for name in (OF_CLASSES, OF_GROUPS) for value in _of(record, name)
        )
    )
    return works_here and record.first(PRESENCE).upper() == YES


def teacher_of(
    record: DirectoryRecord, school: str, seen: set[str], labels: dict[str, str]
) -> SaidTeacher:
    """`labels`: of subjects, by code. Raises `WrongRecord`."""
    key = record.first(KEY)
    for is_wrong, fault, name in (
        (record.verb != "addRequest", RecordFault.OTHER_VERB, KEY),
        (record.hidden, RecordFault.ENTITY, record.hidden),
        (not key, RecordFault.NO_KEY, KEY),
        (len(key) > LONGEST_KEY, RecordFault.LONG_KEY, KEY),
        (key in seen, RecordFault.TWICE, KEY),
    ):
        if is_wrong:
            raise _wrong(record, fault, name)
    duties = {
        *_taught(record, OF_CLASSES, school, labels, is_class=True),
        *_taught(record, OF_GROUPS, school, labels, is_class=False),
        *(Duty(place, True, TUTOR) for (place,) in _parts(record, TUTORS, school, 1)),
    }
    if len(duties) > MOST_TEACHINGS:
        raise _wrong(record, RecordFault.MANY_TEACHINGS, OF_CLASSES)
    names = {name: name_in_record(record.first(name)) for name in (GIVEN, FAMILY)}
    for name, found in names.items():
        if found is None:
            raise _wrong(record, RecordFault.NAME, name)
    mails = (mail_in_record(value) for value in _of(record, MAIL))
    return SaidTeacher(
        key=key,
        given_name=str(names[GIVEN]),
        family_name=str(names[FAMILY]),
        email=next((mail for mail in mails if mail), ""),
        duties=tuple(sorted(duties)),
        file=record.file,
        line=record.line,
        duties_place=(record.file, record.lines.get(OF_CLASSES, record.line)),
    )


def _wrong(record: DirectoryRecord, fault: RecordFault, name: str) -> WrongRecord:
    bad = record.bad(fault, name)
    return WrongRecord(
        BadRecord(
            bad.file, bad.line, bad.field, bad.fault, bad.key,
            is_of_a_student=False, is_of_a_teacher=True,
        )
    )  # fmt: skip


def _of(record: DirectoryRecord, name: str) -> list[str]:
    return record.values.get(name, [])


def _at(value: str, school: str) -> bool:
    return value.startswith(f"{school}$")


def _taught(
    record: DirectoryRecord, name: str, school: str, labels: dict[str, str], *, is_class: bool
) -> list[Duty]:
    found = _parts(record, name, school, 2)
    return [Duty(place, is_class, labels.get(code, code)) for place, code in found]


def _parts(record: DirectoryRecord, name: str, school: str, number: int) -> list[list[str]]:
    """What follows the school in the values of that field, of this school."""
    found = []
    for value in _of(record, name):
        where, *parts = (part.strip() for part in value.split("$"))
        if not where or not parts:
            raise _wrong(record, RecordFault.NO_SCHOOL, name)
        if where != school or not any(parts):
            continue
        if len(parts) < number or not all(parts[:number]):
            raise _wrong(record, RecordFault.THREE_PARTS, name)
        if not is_name_of_a_place(parts[0]):
            raise _wrong(record, RecordFault.PLACE, name)
        found.append(parts[:number])
    return found
