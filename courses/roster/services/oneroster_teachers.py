"""Teachers of a OneRoster bundle: users with the role at the school, and what they are enrolled to
teach. Of them alone the address of mail is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.exceptions import TooManyRows, TooManyTeachers
from courses.roster.rules import is_personal_key
from courses.roster.services.collecting import (
    RosterCollector,
    WrongRecord,
    mail_in_record,
    name_in_record,
)
from courses.roster.services.oneroster_classes import (
    CLASS,
    ENROLMENTS,
    HOMEROOM,
    BundleClass,
    BundlePlaces,
)
from courses.roster.services.oneroster_files import BundleRow
from courses.roster.values import (
    MOST_ENROLMENTS,
    MOST_TEACHERS,
    MOST_TEACHINGS,
    TUTOR,
    Duty,
    SaidTeacher,
)

TEACHER, COURSES, COURSE, YES = "teacher", "courses.csv", "courseSourcedId", "true"


@dataclass
class BundleTeachers:
    """What is read of them. `enrolled`: by teacher and class, whether it is theirs above all."""

    roles: set[str] = field(default_factory=set)  # of 1.2
    enrolled: dict[str, dict[str, bool]] = field(default_factory=dict)
    enrolments: int = 0
    said: dict[str, SaidTeacher] = field(default_factory=dict)  # without duties
    courses: dict[str, str] = field(default_factory=dict)  # what their subject is called

    def add_role(self, key: str) -> None:
        self.roles.add(key)
        if len(self.roles) > MOST_TEACHERS:
            raise TooManyTeachers(most=MOST_TEACHERS)

    def enrol(self, key: str, row: BundleRow) -> None:
        """Raises `TooManyRows`."""
        self.enrolled.setdefault(key, {})[row[CLASS]] = row["primary"].lower() == YES
        self.enrolments += 1
        if self.enrolments > MOST_ENROLMENTS:
            raise TooManyRows(name=row.file, most=MOST_ENROLMENTS)

    def add_course(self, row: BundleRow, wanted: set[str]) -> None:
        if row["sourcedId"] in wanted:
            subjects = row.listed("subjects")
            self.courses[row["sourcedId"]] = subjects[0] if subjects else row["title"]

    def add(self, row: BundleRow, key: str) -> None:
        """Raises `WrongRecord`."""
        for is_wrong, fault in (
            (not key, RecordFault.NO_KEY),
            (len(key) > LONGEST_KEY or not key.isprintable(), RecordFault.LONG_KEY),
            (is_personal_key(key), RecordFault.PERSONAL_KEY),
            (key in self.said, RecordFault.TWICE),
        ):
            if is_wrong:
                raise _wrong(row, fault, "sourcedId", key)
        names = {column: name_in_record(row[column]) for column in ("givenName", "familyName")}
        for column, name in names.items():
            if name is None:
                raise _wrong(row, RecordFault.NAME, column, key)
        self.said[key] = SaidTeacher(
            key=key,
            given_name=str(names["givenName"]),
            family_name=str(names["familyName"]),
            email=mail_in_record(row["email"]),
            duties=(),
            file=row.file,
            line=row.line,
            duties_place=(ENROLMENTS, 0),
        )

    def collect(
        self, collector: RosterCollector, classes: Mapping[str, BundleClass], places: BundlePlaces
    ) -> None:
        """Give the collector each teacher. A bundle that names none says nothing of teachers."""
        for key, teacher in self.said.items():
            found: set[Duty] = set()
            are_known = key not in collector.roster.unread  # not each enrolment could be read
            for one, is_primary in self.enrolled.get(key, {}).items():
                duties = self._duties(one, classes[one], places, is_primary=is_primary)
                are_known = are_known and duties is not None
                found.update(duties or ())
            are_known = are_known and len(found) <= MOST_TEACHINGS
            kept = tuple(sorted(found)) if are_known else ()
            collector.add_teacher(replace(teacher, duties=kept, duties_known=are_known))

    def _duties(
        self, one: str, held: BundleClass, places: BundlePlaces, *, is_primary: bool
    ) -> list[Duty] | None:
        """None where it can't be said what class or group this is; nothing of a class of another
        year, or without students.
        """
        if not (held.counts or held.is_wrong):
            return []
        if held.kind == HOMEROOM:
            if one not in places.homerooms:
                return None
            return [Duty(places.homerooms[one], True, TUTOR)] if is_primary else []
        label = held.subject or self.courses.get(held.course, "") or held.title
        if one in places.groups:
            return [Duty(places.groups[one], False, label)]
        rooms = places.rooms_of(one)
        if held.is_wrong or len(rooms) > 1:
            return None
        return [Duty(room, True, label) for room in rooms]


def _wrong(row: BundleRow, fault: RecordFault, column: str, key: str) -> WrongRecord:
    bad = row.wrong(fault, column, key).bad
    return WrongRecord(replace(bad, is_of_a_student=False, is_of_a_teacher=True))
