"""Guardians in a delta set (AAF): a student's record that names relations names all of them; of whom it
names none, those of before go on. A guardian's record that is deleted ends theirs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from courses.roster.enums import RecordFault
from courses.roster.services.aaf_guardians import (
    FAMILY,
    GIVEN,
    KEY,
    RELATIONS,
    Relations,
    SaidRelation,
)
from courses.roster.services.collecting import RosterCollector
from courses.roster.services.records import DirectoryRecord
from courses.roster.values import SaidStudent, keys_of

ADD, DELETE = "addRequest", "deleteRequest"


@dataclass(frozen=True)
class GuardiansBefore:
    """Relations that the sets said until now; first and family names of their accounts, by key."""

    relations: frozenset[str] = frozenset()
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class DeltaRelations(Relations):
    """Those of students whose record says which they have; of the others nothing changes."""

    def __init__(self, collector: RosterCollector, before: GuardiansBefore):
        super().__init__(collector)
        self.before = before
        self.speaking: set[str] = set()  # keys of students whose record says which they have
        self.read_of: set[str] = set()  # those of them whose record could be read

    def speak(self, records: Iterable[DirectoryRecord]) -> None:
        """A record that adds says all."""
        self.speaking = {
            record.first(KEY)
            for record in records
            if record.verb == ADD or RELATIONS in record.values
        }

    def add(self, student: SaidStudent, record: DirectoryRecord) -> None:
        if student.key in self.speaking:
            self.read_of.add(student.key)
            super().add(student, record)

    def read(self, records: Iterable[DirectoryRecord]) -> None:
        """A modification that says no name means the account's; whom no record names, too. Of two
        records of one key neither is read: nobody knows which came last.
        """
        records = list(records)
        gone = {one.first(KEY) for one in records if one.verb == DELETE}
        times = Counter(one.first(KEY) for one in records)
        said = {one.first(KEY): one for one in records if one.verb != DELETE}
        for key in [key for key in times if times[key] > 1]:
            gone.discard(key)
            self._leave_out(said.pop(key, None), self.by_guardian.pop(key, {}), key)
        super().read(self._with_those_of_before(said, gone))
        for relation in self.before.relations:
            student, guardian = keys_of(relation)
            if student not in self.read_of and guardian not in gone:
                self.collector.roster.guardians_unread.add(relation)

    def _leave_out(
        self, record: DirectoryRecord | None, relations: dict[str, SaidRelation], key: str
    ) -> None:
        if record:
            self._bad(RecordFault.TWICE, record.file, record.line, KEY)
        for one in relations.values():
            self._stay(key, one)

    def _with_those_of_before(
        self, said: Mapping[str, DirectoryRecord], gone: set[str]
    ) -> Iterator[DirectoryRecord]:
        for key, record in said.items():
            yield replace(record, verb=ADD, values=self._names(key) | record.values)
        for key in sorted(self.before.names.keys() & self.by_guardian.keys() - gone - said.keys()):
            yield DirectoryRecord("", 0, ADD, values={KEY: [key]} | self._names(key))

    def _names(self, key: str) -> dict[str, list[str]]:
        given, family = self.before.names.get(key, ("", ""))
        return {GIVEN: [given], FAMILY: [family]} if given or family else {}
