"""Guardians of a OneRoster bundle: users with the role of a guardian, a parent or a relative, whom a
student's row names or whose own row names the student (`agentSourcedIds`).

A bundle doesn't say who holds parental authority, so each may only be told.
"""

from dataclasses import dataclass, field

from courses.people.enums import GuardianQuality
from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.exceptions.guardians import TooManyGuardians
from courses.roster.rules import is_personal_key, may_be_a_relation
from courses.roster.services.collecting import (
    RosterCollector,
    mail_in_record,
    name_in_record,
)
from courses.roster.services.oneroster_files import BundleRow
from courses.roster.values import (
    MOST_GUARDIANS,
    BadRecord,
    SaidGuardian,
    relation_of,
)

AGENTS = "agentSourcedIds"
GUARDIAN_ROLES = {"guardian", "parent", "relative"}
GIVEN, FAMILY = "givenName", "familyName"


@dataclass(frozen=True)
class BundleGuardian:
    given_name: str
    family_name: str
    email: str


@dataclass
class BundleGuardians:
    """What is read of them. `places`: where each relation stands, by student and guardian."""

    collector: RosterCollector
    roles: set[str] = field(default_factory=set)  # of 1.2
    said: dict[str, BundleGuardian] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    is_said: bool = False  # any user is a guardian

    def add_role(self, key: str) -> None:
        self.roles.add(key)
        self._limit(len(self.roles))

    def add(self, row: BundleRow) -> None:
        """A guardian's row. One that can't be read is named; the relations stay as they are here."""
        self.is_said = True
        key = row["sourcedId"]
        names = {column: name_in_record(row[column]) for column in (GIVEN, FAMILY)}
        for is_wrong, fault, column in (
            (not key, RecordFault.NO_KEY, "sourcedId"),
            (len(key) > LONGEST_KEY or not key.isprintable(), RecordFault.LONG_KEY, "sourcedId"),
            (is_personal_key(key), RecordFault.PERSONAL_KEY, "sourcedId"),
            (key in self.said, RecordFault.TWICE, "sourcedId"),
            (names[GIVEN] is None, RecordFault.NAME, GIVEN),
            (names[FAMILY] is None, RecordFault.NAME, FAMILY),
        ):
            if is_wrong:
                bad = BadRecord(row.file, row.line, column, fault, is_of_a_student=False)
                self.collector.add_bad(bad)
                return
        self.said[key] = BundleGuardian(
            str(names[GIVEN]), str(names[FAMILY]), mail_in_record(row["email"])
        )
        for student in row.listed(AGENTS):
            self._relate(student, key, row)

    def add_student(self, row: BundleRow) -> None:
        for key in row.listed(AGENTS):
            self._relate(row["sourcedId"], key, row)

    def _relate(self, student: str, guardian: str, row: BundleRow) -> None:
        if student != guardian:
            self.places.setdefault((student, guardian), (row.file, row.line))
            self._limit(len(self.places))

    def _limit(self, number: int) -> None:
        if number > MOST_GUARDIANS:
            raise TooManyGuardians(most=MOST_GUARDIANS)

    def collect(self) -> None:
        """Give the collector each relation of its students. Where somebody is named whose row can't be
        read, or who is no guardian, it stays as it is here. A bundle without guardians says nothing.
        """
        roster = self.collector.roster
        if not self.is_said:
            return
        roster.guardians = []
        here = {one.key for one in roster.students}
        for (student, key), (file, line) in self.places.items():
            if student not in here:
                continue
            said = self.said.get(key)
            if said is None:
                roster.guardians_unread.add(relation_of(student, key))
            elif not may_be_a_relation(student, key):
                roster.guardians_unread.add(student)
                fault = RecordFault.LONG_KEY
                self.collector.add_bad(BadRecord(file, line, AGENTS, fault, is_of_a_student=False))
            else:
                names = (said.given_name, said.family_name, said.email)
                informed = GuardianQuality.INFORMED
                self.collector.add_guardian(
                    SaidGuardian(student, key, *names, informed, file, line)
                )
