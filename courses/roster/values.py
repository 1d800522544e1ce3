"""What a directory's set of files says of a school; limits. Plain data."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.people.enums import GuardianQuality
from courses.people.values import plain as plain  # the set's callers read it here
from courses.roster.enums import RelationState, RosterChangeKind

MOST_BYTES = 2 * 1024 * 1024  # of an archive, packed; a school's set has a quarter of it
MOST_UNPACKED = 50 * 1024 * 1024
MOST_FILES = 200
MOST_ACADEMY_BYTES = 300 * 1024 * 1024  # of the archive of a whole académie, packed
MOST_ACADEMY_UNPACKED = 4 * 1024 * 1024 * 1024
MOST_ACADEMY_FILES = 1_000
MOST_LISTED = 1024 * 1024  # bytes of the list of its files
MOST_SCHOOLS = 10_000  # in it; a large académie has 1,000
MOST_GUARDIANS_OF_ALL = 400_000  # whom the schools of a whole académie name
MOST_HELD = 64 * 1024 * 1024  # packed bytes of the records of its schools, in memory
MOST_LINES = 400_000  # of one file; a lycée of 2,000 has 40,000
MOST_RECORDS = 5_000  # students of one school; records that can't be read
MOST_PLACES = 600  # classes and groups of one set
MOST_GROUPS = 40  # of one student
MOST_TEACHERS = 1_000  # of one school
MOST_TEACHINGS = 100  # of one teacher
MOST_GUARDIANS = 20_000  # of the students of one school
TUTOR = ""  # in place of a subject: the teacher looks after the class
OF_AN_ADULT = 150  # as many rows as a change of one adult counts for: it is written alone
BUNDLE = "oneroster:"  # how the namespaces of OneRoster bundles begin
MOST_ROWS = 5_000  # sessions of a OneRoster bundle, classes of one school in it
MOST_ENROLMENTS = 200_000  # of one school; a lycée of 1,200 has 20,000
TEACHING_FROM = 80  # percent of a class, from which a scheduled class of it alone is no group
MOST_BAD_SHOWN = 200
MOST_ASKED = 100  # students of whom one page asks whose account theirs is
LONGEST_SHOWN = 60  # characters of a name that an archive may make up
LONGEST_BREAK = datetime.timedelta(weeks=3)  # between two terms; at Christmas two weeks
END_OF_YEAR = datetime.timedelta(weeks=10)  # before August: a term that ends then is the last
PIECE = 500  # changes that the worker writes in one transaction, at most
ROWS = 3_000  # accounts and places that these begin or end: about a second
FEW = 20  # changes of one transaction where they are written one by one
PAUSED_ABOVE = 5  # percent of the school's students, and of its teachers
BETWEEN = "|"  # of the two keys of a relation; no key of a guardian holds one
OF_AGE_AT = 18  # years
SOON = datetime.timedelta(days=60)  # how long before it the day of coming of age is kept


@dataclass(frozen=True)
class SaidAge:
    """`day`: of coming of age, only while it lies in the coming 60 days."""

    word: str = ""  # `AgeWord`
    day: datetime.date | None = None


@dataclass(frozen=True)
class SaidStudent:
    """What a set says of one student, and where."""

    key: str
    given_name: str
    family_name: str
    school_class: str  # empty: in no class
    groups: tuple[str, ...]
    file: str
    line: int
    names_known: bool = True  # a delta set may say nothing of names: they stay
    # Where class and groups stand in another file than the names; line 0: in no one line of it.
    class_place: tuple[str, int] | None = None
    groups_place: tuple[str, int] | None = None
    age: SaidAge | None = None  # where the set says it


@dataclass(frozen=True)
class KnownStudent:
    """What the last applied set said, in this school year. Names as a mark: it only tells whether
    they changed. `away`: not the school's student today, and no set said so: a person did it.
    """

    key: str
    name_mark: str
    school_class: str
    groups: tuple[str, ...]
    gone: bool = False
    away: bool = False
    age: SaidAge = field(default_factory=SaidAge)

    @property
    def is_here(self) -> bool:
        return not self.gone and not self.away


@dataclass(frozen=True, order=True)
class Duty:
    """What a teacher does in a class or group: gives a subject, or looks after the class. `subject`:
    as the set says it, or its code here; `TUTOR`.
    """

    place: str
    is_class: bool
    subject: str

    @property
    def where(self) -> tuple[str, bool, bool]:
        """The class or group, and whether it is looked after or taught."""
        return self.place, self.is_class, self.subject == TUTOR

    @property
    def as_kept(self) -> str:
        return f"{self.subject}:{'class' if self.is_class else 'group'}:{self.place}"


def duty_kept(text: str) -> Duty:
    """The one of `Duty.as_kept`; codes of subjects hold no colon."""
    subject, kind, place = text.split(":", 2)
    return Duty(place, kind == "class", subject)


@dataclass(frozen=True)
class SaidTeacher:
    """What a set says of one teacher, and where. `email`: empty where there is none that can be
    written to. `duties`: with subjects as the set calls them; unless they are known nothing of them
    changes. `unsure`: classes and groups of which a part isn't known: what the last set said stays.
    """

    key: str
    given_name: str
    family_name: str
    email: str
    duties: tuple[Duty, ...]
    file: str
    line: int
    duties_place: tuple[str, int] | None = None
    duties_known: bool = True
    unsure: frozenset[tuple[str, bool, bool]] = frozenset()  # `Duty.where`


@dataclass(frozen=True)
class KnownTeacher:
    """What the last applied set said, in this school year. `brought`: is at the school by a set,
    which may end it. `gone`: a set ended it. `here`: a teacher of the school today.
    """

    key: str
    duties: frozenset[str]  # as kept
    here: bool
    gone: bool
    brought: bool


@dataclass(frozen=True)
class SaidGuardian:
    """One relation: a guardian of a student. `email`: empty where there is none that can be written to."""

    student: str
    key: str
    given_name: str
    family_name: str
    email: str
    quality: GuardianQuality
    file: str
    line: int

    @property
    def relation(self) -> str:
        return relation_of(self.student, self.key)


def relation_of(student: str, guardian: str) -> str:
    return f"{student}{BETWEEN}{guardian}"


def keys_of(relation: str) -> tuple[str, str]:
    """Of the student and of the guardian."""
    student, _between, guardian = relation.rpartition(BETWEEN)
    return student, guardian


@dataclass(frozen=True)
class KnownGuardian:
    """What the last applied set said of a relation. `brought`: by a set, which may end it."""

    quality: str
    state: RelationState
    brought: bool


@dataclass(frozen=True)
class RelationChanges:
    """Relations that are new, of another quality, or not said any more; and those not said any more
    that a person entered: they stay.
    """

    new: list[SaidGuardian]
    changed: list[SaidGuardian]
    ended: list[str]
    staying: list[str]


@dataclass(frozen=True)
class BadRecord:
    """A record that isn't read; `key` is empty where it has none. Of a student: not of a class or
    of a place in one, where nobody is missing from the set because of it.
    """

    file: str
    line: int
    field: str
    fault: str
    key: str = ""
    is_of_a_student: bool = True
    is_of_a_teacher: bool = False


@dataclass(frozen=True)
class DeltaBase:
    """What a delta set of a school's directory is read by: from its last complete AAF set, and the
    sets since. `prefix`: how the names of its files begin; `structure`: the school's key; `labels`:
    of subjects, by code; `known`: keys of students and teachers of whom the sets said anything,
    `guardians`: of guardians.
    """

    namespace: str
    prefix: str
    structure: str
    complete_day: datetime.date
    day: datetime.date  # of the last set
    labels: Mapping[str, str]
    known: frozenset[str]
    guardians: frozenset[str] = frozenset()


@dataclass
class SchoolRoster:
    """What a complete set says of one school; of a delta set, with what was said before of whom it
    doesn't name. `gone`: where a delta set says that somebody isn't the school's any more, by key.
    `base`: what later delta sets are read by. `undecided`: keys of students who aren't among
    `students` since what is said of their class can't be read. `groups_undecided`: keys of those
    who are in a group that can't be read. `groups_perhaps`: by key, plain names of groups of which
    nobody knows whether there are such. `teachers`: None where the set says nothing of them;
    `other_staff`: how many of the school's staff aren't any. `guardians`: as `teachers`;
    `guardians_unread`: relations that can't be read, or keys of students of whom one can't.
    """

    namespace: str
    day: datetime.date
    students: list[SaidStudent] = field(default_factory=list)
    bad: list[BadRecord] = field(default_factory=list)
    undecided: set[str] = field(default_factory=set)
    groups_undecided: set[str] = field(default_factory=set)
    groups_perhaps: dict[str, set[str]] = field(default_factory=dict)
    teachers: list[SaidTeacher] | None = None
    other_staff: int = 0
    after: datetime.date | None = None  # of a delta set: the day of the set before
    gone: dict[str, tuple[str, int]] = field(default_factory=dict)
    base: dict[str, Any] = field(default_factory=dict)
    guardians: list[SaidGuardian] | None = None
    guardians_unread: set[str] = field(default_factory=set)

    @property
    def unread(self) -> set[str]:
        """Keys of which the set doesn't say whether anything changed."""
        return self.undecided | {bad.key for bad in self.bad if bad.key}

    @property
    def without_key(self) -> bool:
        """True if a record can't be read of which nobody knows whose it is: who isn't read may be
        missing because of it. In a delta set nobody leaves whom it doesn't name.
        """
        return self.after is None and any(bad.is_of_a_student and not bad.key for bad in self.bad)

    @property
    def teacher_without_key(self) -> bool:
        return self.after is None and any(bad.is_of_a_teacher and not bad.key for bad in self.bad)


@dataclass(frozen=True)
class Proposal:
    """One change of one student or teacher; `before` and `after` as the sets say it."""

    kind: RosterChangeKind
    key: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    namespace: str = ""  # of the key, where it isn't the set's
    person: int | None = None  # whose account, where the key isn't the set's


@dataclass(frozen=True)
class Losses:
    """What in a set may come from its not being whole."""

    known: int  # students whom the last set named and who are here
    leaving: int
    out_of_class: int  # who would be in no class
    out_of_groups: int  # who would be in no group any more
    missing_classes: int
    without_key: bool  # a record whose student nobody can tell
    namesakes: int  # new ones with the name of an account that the school entered itself
    known_teachers: int = 0
    teachers_leaving: int = 0
    teachers_without: int = 0  # who would have no class any more
    known_guardians: int = 0  # of the last set, who follow a student
    guardians_ending: int = 0

    @property
    def lost(self) -> int:
        return self.leaving + self.out_of_class + self.out_of_groups

    @property
    def lost_teachers(self) -> int:
        return self.teachers_leaving + self.teachers_without

    @property
    def may_leave_out(self) -> bool:
        """True if it can be applied without what is lost."""
        return bool(self.lost or self.lost_teachers or self.guardians_ending)

    @property
    def pauses(self) -> bool:
        """True if somebody should look before they say yes."""
        return bool(
            self.missing_classes
            or self.namesakes
            or self.lost * 100 > self.known * PAUSED_ABOVE
            or self.lost_teachers * 100 > self.known_teachers * PAUSED_ABOVE
            or self.guardians_ending * 100 > self.known_guardians * PAUSED_ABOVE
            or (self.without_key and self.leaving)
        )
