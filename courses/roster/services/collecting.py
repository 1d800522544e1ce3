"""A school's roster while its set is read: no more of it than a school may have."""

import datetime

from courses.exceptions import Refusal
from courses.people.services.people_columns import mail_address, printed_name
from courses.roster.exceptions import (
    TooManyBad,
    TooManyClasses,
    TooManyStudents,
    TooManyTeachers,
)
from courses.roster.exceptions.guardians import TooManyGuardians
from courses.roster.values import (
    MOST_GUARDIANS,
    MOST_PLACES,
    MOST_RECORDS,
    MOST_TEACHERS,
    BadRecord,
    SaidGuardian,
    SaidStudent,
    SaidTeacher,
    SchoolRoster,
)

LONGEST_MAIL = 254  # of `Person.email`


class WrongRecord(Exception):
    """One record can't be read; the others can."""

    def __init__(self, bad: BadRecord):
        self.bad = bad
        super().__init__(bad.fault)


class RosterCollector:
    """Raises `TooManyStudents`, `TooManyBad` or `TooManyClasses` as soon as a limit is passed."""

    def __init__(self, namespace: str, day: datetime.date):
        self.roster = SchoolRoster(namespace, day)
        self._places: set[str] = set()

    def add(self, student: SaidStudent) -> None:
        self.roster.students.append(student)
        self._places.update((student.school_class, *student.groups))
        if len(self.roster.students) > MOST_RECORDS:
            raise TooManyStudents(most=MOST_RECORDS)
        if len(self._places) > MOST_PLACES:
            raise TooManyClasses(most=MOST_PLACES)

    def add_teacher(self, teacher: SaidTeacher) -> None:
        """Raises `TooManyTeachers`."""
        teachers = self.roster.teachers = self.roster.teachers or []
        teachers.append(teacher)
        if len(teachers) > MOST_TEACHERS:
            raise TooManyTeachers(most=MOST_TEACHERS)

    def add_guardian(self, guardian: SaidGuardian) -> None:
        """Raises `TooManyGuardians`."""
        guardians = self.roster.guardians = self.roster.guardians or []
        guardians.append(guardian)
        if len(guardians) > MOST_GUARDIANS:
            raise TooManyGuardians(most=MOST_GUARDIANS)

    def add_bad(self, bad: BadRecord) -> None:
        self.roster.bad.append(bad)
        if len(self.roster.bad) > MOST_RECORDS:
            raise TooManyBad(most=MOST_RECORDS)


def name_in_record(text: str) -> str | None:
    """The name as it is kept; None where it can't be printed, or is missing."""
    try:
        return printed_name(text) or None
    except Refusal:
        return None


def mail_in_record(text: str) -> str:
    """The address as it is kept; empty where nobody can write to it."""
    try:
        return mail_address(text) if text and len(text) <= LONGEST_MAIL else ""
    except Refusal:
        return ""
