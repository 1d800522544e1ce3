"""A complete OneRoster bundle (CSV 1.1 or 1.2, bulk), of one school.

Only the columns named here are read. Demographics, telephones, passwords, identifiers and user names
are left where they are, and so are students' addresses of mail: not in a row, not in a log.
`enabledUser` isn't read either: with `false` the record is still active (1EdTech), and who has left
isn't in the bundle.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from courses.people.models.classes import (
    first_day_in_class,
    first_of_school_year,
    holds,
    school_year,
)
from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.exceptions import (
    NoReadableStudents,
    NoStudents,
    NotInOrgs,
    TooManyRows,
    TooManyStudents,
)
from courses.roster.rules import ONE_DAY, is_personal_key, namespace_of_bundle
from courses.roster.services.archive import Archive
from courses.roster.services.collecting import RosterCollector, WrongRecord, name_in_record
from courses.roster.services.oneroster_classes import (
    CLASS,
    CLASSES,
    ENROLMENTS,
    HOMEROOM,
    KINDS,
    BundleClass,
    BundlePlaces,
    BundleStudent,
    Enrolled,
    collect_students,
)
from courses.roster.services.oneroster_files import BundleRow, bad_row, bundle_rows
from courses.roster.services.oneroster_guardians import AGENTS, GUARDIAN_ROLES, BundleGuardians
from courses.roster.services.oneroster_manifest import read_manifest
from courses.roster.services.oneroster_teachers import COURSE, COURSES, TEACHER, BundleTeachers
from courses.roster.values import (
    END_OF_YEAR,
    LONGEST_BREAK,
    MOST_ENROLMENTS,
    MOST_RECORDS,
    MOST_ROWS,
    SchoolRoster,
)

ORGS, SESSIONS, ROLES, USERS = "orgs.csv", "academicSessions.csv", "roles.csv", "users.csv"
ID, SCHOOL, USER, ROLE = "sourcedId", "schoolSourcedId", "userSourcedId", "role"
STUDENT, WHOLE_YEAR = "student", "schoolyear"
FIRST, LAST = "beginDate", "endDate"


@dataclass(frozen=True)
class BundleTerm:
    """Its end is a day of it: many write it so."""

    first: datetime.date
    last: datetime.date
    is_of_this_year: bool
    is_whole_year: bool

    def runs_on(self, day: datetime.date) -> bool:
        return self.first <= day <= self.last


@dataclass
class BundleReading:
    """What the files say, as far as they are read. `day`: enrolments that hold on it count; roles
    also where they hold `today`: nobody leaves before their day.
    """

    archive: Archive
    collector: RosterCollector
    today: datetime.date
    day: datetime.date
    schools: set[str] = field(default_factory=set)  # rows of orgs.csv that are the school
    terms: dict[str, BundleTerm] = field(default_factory=dict)
    classes: dict[str, BundleClass] = field(default_factory=dict)  # of the school
    roles: dict[str, int] = field(default_factory=dict)  # of its students in 1.2: the line
    # Enrolled, and by roles.csv elsewhere, no student, or one no more.
    not_here: set[str] = field(default_factory=set)
    enrolled: Enrolled = field(default_factory=dict)
    enrolments: int = 0
    students: dict[str, BundleStudent] = field(default_factory=dict)
    teachers: BundleTeachers = field(default_factory=BundleTeachers)
    guardians: BundleGuardians | None = None  # where the school has switched them on

    def read(
        self,
        name: str,
        take: Callable[["BundleReading", BundleRow], None],
        needed: tuple[str, ...],
        also: tuple[str, ...] = (),
    ) -> None:
        """Give each row of a file to `take`; what it calls wrong goes to the bad records. Whose
        role or place in a class can't be read stays as they are.
        """
        for row in bundle_rows(self.archive, name, needed, also, self.collector):
            try:
                take(self, row)
            except WrongRecord as wrong:
                self.collector.add_bad(wrong.bad)
                if name in (ROLES, ENROLMENTS) and wrong.bad.key:
                    self.collector.roster.undecided.add(wrong.bad.key)

    def holds(self, row: BundleRow, key: str, *days: datetime.date) -> bool:
        """True on one of these days; half-open, as OneRoster says."""
        since, until = _day(row, FIRST, key) or datetime.date.min, _day(row, LAST, key)
        return any(holds(since, until, day) for day in days)


def read_bundle(
    archive: Archive,
    *,
    uai: str,
    school: str,
    today: datetime.date,
    with_guardians: bool = False,
) -> SchoolRoster:
    """What a bundle says of the school with that UAI, as of today; in August as of 1 September,
    where no term runs, as of the first day of the next, and after the year as of its last days.
    Of guardians only where the school has switched them on.

    The bundle is of the newest day of its files; of today where the zip says none. Raises a
    `Refusal`.
    """
    manifest = read_manifest(archive)
    namespace = namespace_of_bundle(manifest.system, uai)
    collector = RosterCollector(namespace, archive.newest_day() or today)
    reading = BundleReading(archive, collector, today, first_day_in_class(today))
    reading.guardians = BundleGuardians(collector) if with_guardians else None
    for row in bundle_rows(archive, ORGS, (ID,), ("identifier",), collector):
        if row["identifier"].upper() == uai and row[ID]:
            reading.schools.add(row[ID])
            _limited(len(reading.schools), row, MOST_ROWS)
    if not reading.schools:
        raise NotInOrgs(school=school, uai=uai)
    reading.read(SESSIONS, _term, (ID, "startDate", "endDate"), ("type",))
    reading.day = _day_in_a_term(reading)
    columns = (ID, "title", "classType", SCHOOL, "termSourcedIds")
    reading.read(CLASSES, _class, columns, ("classCode", COURSE, "subjects"))
    reading.read(ENROLMENTS, _enrolment, (CLASS, SCHOOL, USER, ROLE), (FIRST, LAST, "primary"))
    if manifest.has_roles:
        reading.read(ROLES, _role, (USER, ROLE, "orgSourcedId"), (FIRST, LAST))
    _read_users(reading, manifest.has_roles)
    roster = collector.roster
    if not (reading.students or roster.unread or roster.without_key):
        raise NoStudents(school=school)
    places = collect_students(collector, reading.classes, reading.enrolled, reading.students)
    _collect_teachers(reading, places)
    if reading.guardians:
        reading.guardians.collect()
    if not roster.students:
        raise _nothing_read(roster, school)
    return roster


def _collect_teachers(reading: BundleReading, places: BundlePlaces) -> None:
    """With what courses are called, where a bundle of classes doesn't say their subjects."""
    if not reading.teachers.said:
        return
    wanted = {held.course for held in reading.classes.values() if not held.subject} - {""}
    if wanted and COURSES in reading.archive.names:
        for row in bundle_rows(reading.archive, COURSES, (ID, "title"), ("subjects",)):
            reading.teachers.add_course(row, wanted)
    reading.teachers.collect(reading.collector, reading.classes, places)


def _nothing_read(roster: SchoolRoster, school: str) -> NoReadableStudents:
    """Names the first record of the fault that most records have."""
    ((fault, _times),) = Counter(bad.fault for bad in roster.bad).most_common(1)
    bad = next(bad for bad in roster.bad if bad.fault == fault)
    words = RecordFault(fault).label
    return NoReadableStudents(school=school, file=bad.file, line=bad.line, fault=words)


def _limited(number: int, row: BundleRow, most: int) -> None:
    if number > most:
        raise TooManyRows(name=row.file, most=most)


def _day(row: BundleRow, column: str, key: str = "") -> datetime.date | None:
    """None where nothing stands. ISO 8601 alone: 01/09 is another day elsewhere."""
    try:
        return datetime.date.fromisoformat(row[column]) if row[column] else None
    except ValueError as error:
        raise row.wrong(RecordFault.NOT_A_DAY, column, key) from error


def _term(reading: BundleReading, row: BundleRow) -> None:
    """A term is of the school year in which its middle lies: some software names the year by its
    beginning.
    """
    first, last = _day(row, "startDate"), _day(row, "endDate")
    if not row[ID] or first is None or last is None:
        column = ID if not row[ID] else "endDate" if first else "startDate"
        raise row.wrong(RecordFault.EMPTY, column)
    if row[ID] in reading.terms:
        raise row.wrong(RecordFault.TWICE, ID)
    middle = first + (last - first) / 2
    of_this_year = school_year(middle) == school_year(reading.day)
    is_whole_year = row["type"].lower() == WHOLE_YEAR
    reading.terms[row[ID]] = BundleTerm(first, last, of_this_year, is_whole_year)
    _limited(len(reading.terms), row, MOST_ROWS)


def _day_in_a_term(reading: BundleReading) -> datetime.date:
    """The day itself; where no term runs, the first day of the next. Before the year's first day,
    and in the holidays between two terms, enrolments and groups are those to come.

    From the last day of the year's last term on, the day before it: enrolments often end with the
    term, and their end is no day of them.
    """
    of_year = [one for one in reading.terms.values() if one.is_of_this_year]
    terms = [one for one in of_year if not one.is_whole_year] or of_year
    over = max((one.last for one in terms), default=datetime.date.max)
    august = first_of_school_year(school_year(reading.day) + 1)
    if reading.day >= over >= august - END_OF_YEAR:
        return over - ONE_DAY
    if any(one.runs_on(reading.day) for one in terms):
        return reading.day
    following = min((one.first for one in terms if one.first > reading.day), default=reading.day)
    return following if following - reading.day <= LONGEST_BREAK else reading.day


def _class(reading: BundleReading, row: BundleRow) -> None:
    """Classes of the school year count, and groups that run."""
    if row[SCHOOL] not in reading.schools:
        return
    if not row[ID] or row[ID] in reading.classes:
        raise row.wrong(RecordFault.TWICE if row[ID] else RecordFault.EMPTY, ID)
    subject = next(iter(row.listed("subjects")), "")
    held = BundleClass(row.line, row["title"], row["classCode"], row[COURSE], subject)
    reading.classes[row[ID]] = held
    _limited(len(reading.classes), row, MOST_ROWS)
    kind = row["classType"].lower()
    if kind not in KINDS:
        fault = RecordFault.CLASS_TYPE if kind else RecordFault.EMPTY
        raise row.wrong(fault, "classType")
    held.kind = kind
    terms = [reading.terms.get(one) for one in row.listed("termSourcedIds")]
    known = [one for one in terms if one]
    held.runs = any(one.runs_on(reading.day) for one in known)
    held.counts = held.runs or (kind == HOMEROOM and any(one.is_of_this_year for one in known))
    if not held.counts and (not known or len(known) < len(terms)):
        raise row.wrong(RecordFault.REFERENCE, "termSourcedIds")
    held.is_wrong = False


def _role(reading: BundleReading, row: BundleRow) -> None:
    key, org = row[USER], row["orgSourcedId"]
    is_elsewhere = org and org not in reading.schools
    days = (reading.today, reading.day)
    teaches = row[ROLE].lower() == TEACHER and bool(key) and org in reading.schools
    if teaches and reading.holds(row, key, *days):
        reading.teachers.add_role(key)
    guards = row[ROLE].lower() in GUARDIAN_ROLES and bool(key)
    if reading.guardians and guards and reading.holds(row, key, *days):
        reading.guardians.add_role(key)
    if is_elsewhere or not _of_a_student(row, USER) or (org and not reading.holds(row, key, *days)):
        if key in reading.enrolled:
            reading.not_here.add(key)
        return
    if not org:
        raise row.wrong(RecordFault.EMPTY, "orgSourcedId", key)
    reading.roles.setdefault(key, row.line)
    if len(reading.roles) > MOST_RECORDS:
        raise TooManyStudents(most=MOST_RECORDS)


def _of_a_student(row: BundleRow, key: str) -> bool:
    """True if its role is that of a student. Raises `WrongRecord` where role or key is missing."""
    if not row[ROLE]:
        raise row.wrong(RecordFault.EMPTY, ROLE, row[key])
    if row[ROLE].lower() == STUDENT and not row[key]:
        raise row.wrong(RecordFault.NO_KEY, key)
    return row[ROLE].lower() == STUDENT


def _enrolment(reading: BundleReading, row: BundleRow) -> None:
    key, held = row[USER], reading.classes.get(row[CLASS])
    if held is None and row[SCHOOL] not in reading.schools:
        return
    teaches = row[ROLE].lower() == TEACHER and bool(key)
    if not teaches and not _of_a_student(row, USER):
        return
    if held is None:
        raise row.wrong(RecordFault.REFERENCE, CLASS, key)
    if not reading.holds(row, key, reading.day):
        return
    if teaches:
        reading.teachers.enrol(key, row)
        return
    reading.enrolments += 1
    _limited(reading.enrolments, row, MOST_ENROLMENTS)
    if held.blocks:
        reading.collector.roster.undecided.add(key)
    elif held.counts or held.is_wrong:
        reading.enrolled.setdefault(key, {}).setdefault(row[CLASS], row.line)


def _read_users(reading: BundleReading, has_roles: bool) -> None:
    """The school's students; last, so that of others nothing is held. In 1.1 the row itself says
    role and school.
    """
    unseen = set(reading.roles) | set(reading.enrolled)
    place = () if has_roles else (ROLE, "orgSourcedIds")

    def take(reading: BundleReading, row: BundleRow) -> None:
        unseen.discard(row[ID])
        if reading.guardians and _is_a_guardian(reading.guardians, row, has_roles):
            reading.guardians.add(row)
        if _teaches_here(reading, row, has_roles):
            reading.teachers.add(row, row[ID])
        elif (_is_here_by_roles if has_roles else _is_here_by_row)(reading, row):
            _student(reading, row)
            if reading.guardians:
                reading.guardians.add_student(row)

    also = ("email", AGENTS) if reading.guardians else ("email",)
    reading.read(USERS, take, (ID, "givenName", "familyName", *place), also)
    for key in sorted(unseen - reading.collector.roster.undecided):  # these are named already
        file, line = ROLES, reading.roles.get(key)
        if line is None:
            file, line = ENROLMENTS, min(reading.enrolled[key].values())
        reading.collector.add_bad(bad_row(file, line, RecordFault.REFERENCE, USER, key))


def _teaches_here(reading: BundleReading, row: BundleRow, has_roles: bool) -> bool:
    """True of who isn't a student of the school, too."""
    if has_roles:
        return row[ID] in reading.teachers.roles and row[ID] not in reading.roles
    orgs = row.listed("orgSourcedIds")
    return row[ROLE].lower() == TEACHER and not reading.schools.isdisjoint(orgs)


def _is_a_guardian(guardians: BundleGuardians, row: BundleRow, has_roles: bool) -> bool:
    return row[ID] in guardians.roles if has_roles else row[ROLE].lower() in GUARDIAN_ROLES


def _is_here_by_roles(reading: BundleReading, row: BundleRow) -> bool:
    """Raises `WrongRecord` for who is in a class of the school, and of whom roles.csv says nothing."""
    key = row[ID]
    if key in reading.roles or not key:
        return True
    settled = key in reading.not_here or key in reading.collector.roster.undecided
    if key in reading.enrolled and not settled:
        raise row.wrong(RecordFault.NO_ROLE, ID, key)
    return False


def _is_here_by_row(reading: BundleReading, row: BundleRow) -> bool:
    """Raises `WrongRecord` for a student of no school, who may be one of this."""
    orgs = row.listed("orgSourcedIds")
    if orgs and reading.schools.isdisjoint(orgs):
        return False
    if not _of_a_student(row, ID):
        return False
    if not orgs:
        raise row.wrong(RecordFault.EMPTY, "orgSourcedIds", row[ID])
    return True


def _student(reading: BundleReading, row: BundleRow) -> None:
    key = row[ID]
    for is_wrong, fault in (
        (not key, RecordFault.NO_KEY),
        (len(key) > LONGEST_KEY or not key.isprintable(), RecordFault.LONG_KEY),
        (is_personal_key(key), RecordFault.PERSONAL_KEY),
        (key in reading.students, RecordFault.TWICE),
    ):
        if is_wrong:
            raise row.wrong(fault, ID, key)
    names = {column: name_in_record(row[column]) for column in ("givenName", "familyName")}
    reading.students[key] = BundleStudent(
        row.file, row.line, names["givenName"], names["familyName"]
    )
    for column, name in names.items():
        if name is None:
            raise row.wrong(RecordFault.NAME, column, key)
    if len(reading.students) > MOST_RECORDS:
        raise TooManyStudents(most=MOST_RECORDS)
