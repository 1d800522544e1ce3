"""Guardians in a complete set of an académie's directory (AAF): relations stand with the student, names
in files of their own. Of a guardian: key, names, address of mail, and whether the relation holds
parental authority.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from courses.people.enums import GuardianQuality
from courses.roster.enums import RecordFault
from courses.roster.exceptions.guardians import TooManyGuardians
from courses.roster.rules import may_be_a_relation
from courses.roster.services.collecting import RosterCollector, mail_in_record, name_in_record
from courses.roster.services.records import DirectoryRecord
from courses.roster.values import (
    MOST_GUARDIANS,
    BadRecord,
    SaidGuardian,
    SaidStudent,
    relation_of,
)

RELATIONS = "ENTElevePersRelEleve"
KEY, FAMILY, GIVEN, MAIL = "ENTPersonJointure", "sn", "givenName", "mail"
GUARDIAN_WANTED = {KEY, FAMILY, GIVEN, MAIL}
PARTS = 6  # guardian, link, financial, authority, contact, payment
THEMSELVES = "70"  # the link of a student of age with themselves
# Who is in charge of the student without holding the authority may be told; who is neither isn't
# brought in.
CODES = {GuardianQuality.AUTHORITY: "1", GuardianQuality.INFORMED: "2"}
QUALITIES = {"0": None} | {code: quality for quality, code in CODES.items()}


@dataclass(frozen=True)
class SaidRelation:
    student: str
    quality: GuardianQuality
    file: str
    line: int


def guardians_named(students: Iterable[DirectoryRecord]) -> set[str]:
    """Keys in the relations of these records."""
    return {
        value.partition("$")[0].strip()
        for record in students
        for value in record.values.get(RELATIONS, [])
    }


class Relations:
    """Those of the school's students, until it is read who their guardians are."""

    def __init__(self, collector: RosterCollector):
        self.collector, self.number = collector, 0
        self.by_guardian: dict[str, dict[str, SaidRelation]] = defaultdict(dict)
        collector.roster.guardians = []

    def add(self, student: SaidStudent, record: DirectoryRecord) -> None:
        """One that can't be read, or that stands there twice in two ways, stays as it is here."""
        place = (record.file, record.lines.get(RELATIONS, record.line))
        unread = self.collector.roster.guardians_unread
        found: dict[str, GuardianQuality | None] = {}
        for value in record.values.get(RELATIONS, []):
            parts = [part.strip() for part in value.split("$")]
            key, authority = parts[0], parts[3] if len(parts) == PARTS else ""
            is_read = authority in QUALITIES and may_be_a_relation(student.key, key)
            if not is_read or found.get(key, QUALITIES[authority]) != QUALITIES[authority]:
                self._bad(RecordFault.RELATION, *place)
                unread.add(relation_of(student.key, key) if key else student.key)
            elif key != student.key and parts[1] != THEMSELVES:
                found[key] = QUALITIES[authority]
        for key, quality in found.items():
            if quality and relation_of(student.key, key) not in unread:
                self.by_guardian[key][student.key] = SaidRelation(student.key, quality, *place)
                self.number += 1
        if self.number > MOST_GUARDIANS:
            raise TooManyGuardians(most=MOST_GUARDIANS)

    def read(self, records: Iterable[DirectoryRecord]) -> None:
        """Guardians of students of other schools are passed over. Whom no record names stays."""
        waiting = dict(self.by_guardian)
        for record in records:
            if (key := record.first(KEY)) not in self.by_guardian:
                continue
            if fault := _fault(record, is_twice=key not in waiting):
                self._bad(fault[0], record.file, record.lines.get(fault[1], record.line), fault[1])
            relations = waiting.pop(key, {})
            for one in relations.values():
                if fault:
                    self._stay(key, one)
                else:
                    self.collector.add_guardian(_guardian(record, key, one))
        for key, relations in waiting.items():
            for one in relations.values():
                self._stay(key, one)
                self._bad(RecordFault.REFERENCE, one.file, one.line)

    def _stay(self, key: str, one: SaidRelation) -> None:
        self.collector.roster.guardians_unread.add(relation_of(one.student, key))

    def _bad(self, fault: RecordFault, file: str, line: int, name: str = RELATIONS) -> None:
        self.collector.add_bad(BadRecord(file, line, name, fault, is_of_a_student=False))


def _fault(record: DirectoryRecord, *, is_twice: bool) -> tuple[RecordFault, str] | None:
    """What is wrong with the record of a guardian, and in which field."""
    for is_wrong, fault, name in (
        (record.verb != "addRequest", RecordFault.OTHER_VERB, KEY),
        (record.hidden, RecordFault.ENTITY, record.hidden),
        (is_twice, RecordFault.TWICE, KEY),
        (name_in_record(record.first(GIVEN)) is None, RecordFault.NAME, GIVEN),
        (name_in_record(record.first(FAMILY)) is None, RecordFault.NAME, FAMILY),
    ):
        if is_wrong:
            return fault, name
    return None


def _guardian(record: DirectoryRecord, key: str, one: SaidRelation) -> SaidGuardian:
    """As the relation says; of a record without fault."""
    mails = (mail_in_record(value) for value in record.values.get(MAIL, []))
    return SaidGuardian(
        student=one.student,
        key=key,
        given_name=str(name_in_record(record.first(GIVEN))),
        family_name=str(name_in_record(record.first(FAMILY))),
        email=next((mail for mail in mails if mail), ""),
        quality=one.quality,
        file=one.file,
        line=one.line,
    )
