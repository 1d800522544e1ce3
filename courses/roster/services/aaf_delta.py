"""A delta set of an académie's directory (AAF): records that were added, changed or deleted since the
last set. It names neither the school nor the académie: these are known from the last complete set.

With what the sets said before it becomes a complete one, and is compared as such.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from courses.roster.enums import RecordFault
from courses.roster.exceptions import DeltaOfAnotherSet, TooManyStudents
from courses.roster.exceptions.guardians import TooManyGuardians
from courses.roster.services import aaf
from courses.roster.services import aaf_staff as staff
from courses.roster.services.aaf_delta_guardians import DeltaRelations, GuardiansBefore
from courses.roster.services.aaf_files import GUARDIANS, STAFF, STUDENTS, DirectorySet
from courses.roster.services.aaf_guardians import GUARDIAN_WANTED, RELATIONS, guardians_named
from courses.roster.services.archive import Archive
from courses.roster.services.collecting import RosterCollector
from courses.roster.services.records import IDENTIFIER, DirectoryRecord
from courses.roster.values import (
    MOST_GUARDIANS,
    MOST_RECORDS,
    TUTOR,
    BadRecord,
    DeltaBase,
    Duty,
    KnownStudent,
    KnownTeacher,
    SaidStudent,
    SaidTeacher,
    SchoolRoster,
    duty_kept,
)

ADD, MODIFY, DELETE = "addRequest", "modifyRequest", "deleteRequest"
NAMES = (aaf.GIVEN, aaf.FAMILY)
type Fill = Callable[[DirectoryRecord], DirectoryRecord]


@dataclass
class DeltaSet:
    """Its records of the school, with the values that are read alone. `staff`: None where the set
    says nothing of it; `guardians`: where it doesn't, or the school has switched them off.
    """

    base: DeltaBase
    one: DirectorySet
    labels: dict[str, str]
    students: list[DirectoryRecord] = field(default_factory=list)
    staff: list[DirectoryRecord] | None = None
    guardians: list[DirectoryRecord] | None = None

    @property
    def without_names(self) -> set[str]:
        """Keys of those of whom a name isn't said: the account has it."""
        said = [*self.students, *(self.staff or [])]
        return {
            one.first(aaf.KEY)
            for one in said
            if one.verb == MODIFY and not one.values.keys() >= set(NAMES)
        }


@dataclass(frozen=True)
class SaidBefore:
    """What the sets said until now, and first and family names of accounts, by key."""

    students: Mapping[str, KnownStudent]
    teachers: Mapping[str, KnownTeacher]
    names: Mapping[str, tuple[str, str]]
    guardians: GuardiansBefore = field(default_factory=GuardiansBefore)


def read_delta(
    archive: Archive, one: DirectorySet, base: DeltaBase, *, with_guardians: bool = False
) -> DeltaSet:
    """Records that name a student or teacher of the school; of guardians only where the school has
    switched them on. Raises a `Refusal`.
    """
    if one.prefix != base.prefix:
        raise DeltaOfAnotherSet(now=one.prefix, was=base.prefix)
    found = DeltaSet(base, one, dict(base.labels) | aaf.subject_labels(archive, one))
    wanted_of_students = aaf.WANTED | ({RELATIONS} if with_guardians else set())
    for kind, wanted in ((STUDENTS, wanted_of_students), (STAFF, staff.STAFF_WANTED)):
        kept: list[DirectoryRecord] = []
        for record in aaf.records_of(archive, one.files.get(kind, []), wanted):
            if _concerns(record, base):
                record.values.setdefault(aaf.KEY, [record.identifier] if record.identifier else [])
                kept.append(record)
            if len(kept) > MOST_RECORDS:
                raise TooManyStudents(most=MOST_RECORDS)
        if kind == STUDENTS:
            found.students = kept
        elif kind in one.files:
            found.staff = kept
    if with_guardians:
        found.guardians = _guardians(archive, found)
    return found


def _guardians(archive: Archive, found: DeltaSet) -> list[DirectoryRecord] | None:
    """Of those whom the sets named for a student of the school, or whom this one does."""
    files, named = found.one.files.get(GUARDIANS, []), guardians_named(found.students)
    if not files and not any(RELATIONS in one.values for one in found.students):
        return None
    kept: list[DirectoryRecord] = []
    for record in aaf.records_of(archive, files, GUARDIAN_WANTED):
        record.values.setdefault(aaf.KEY, [record.identifier] if record.identifier else [])
        if record.first(aaf.KEY) in found.base.guardians | named:
            kept.append(record)
        if len(kept) > MOST_GUARDIANS:
            raise TooManyGuardians(most=MOST_GUARDIANS)
    return kept


def _concerns(record: DirectoryRecord, base: DeltaBase) -> bool:
    """Names the school, or somebody of whom its sets said something; or can't be told."""
    school = base.structure
    named = {record.identifier, record.first(aaf.KEY)} & base.known
    hides = record.hidden == IDENTIFIER
    at = any(value.startswith(f"{school}$") for value in record.values.get(aaf.CLASSES, []))
    return bool(named) or hides or at or staff.works_at(record, school)


def complete(delta: DeltaSet, before: SaidBefore, today: datetime.date) -> SchoolRoster:
    """The roster as a complete set of that day would say it. Raises a `Refusal`."""
    base, day = delta.base, delta.one.day
    collector = RosterCollector(base.namespace, day)
    roster, seen = collector.roster, set[str]()
    roster.after = base.day
    times = Counter(one.first(aaf.KEY) for one in [*delta.students, *(delta.staff or [])])
    records = _readable(delta.students, collector, times, before.students)
    fill = _student_filler(base.structure, before)
    relations = None
    if delta.guardians is not None:
        relations = DeltaRelations(collector, before.guardians)
        relations.speak(records)
    filled = (fill(one) for one in records)
    aaf.read_students(filled, collector, base.structure, seen, today=today, relations=relations)
    if relations:
        relations.read(delta.guardians or [])
    unnamed = {one.first(aaf.KEY) for one in records if not one.values.keys() & set(NAMES)}
    roster.students = [replace(one, names_known=one.key not in unnamed) for one in roster.students]
    gone = _gone(delta.students, before.students, seen, roster)
    for one in _as_said(before.students, {*seen, *gone}):
        collector.add(one)
    if delta.staff is not None:
        records = _readable(delta.staff, collector, times, before.teachers)
        fill = _teacher_filler(base.structure, before)
        aaf.read_staff(
            (fill(one) for one in records), collector, base.structure, seen, delta.labels
        )
        gone |= _gone(delta.staff, before.teachers, seen, roster)
        for teacher in _teaching_as_said(before.teachers, {*seen, *gone}):
            collector.add_teacher(teacher)
    roster.gone = gone
    return roster


def _readable(
    records: Iterable[DirectoryRecord],
    collector: RosterCollector,
    times: Mapping[str, int],
    known: Mapping[str, object],
) -> list[DirectoryRecord]:
    """Those that add or change; what is wrong with others is kept. Of two records of one key neither
    is read: nobody knows which came last.
    """
    found = []
    for one in records:
        key = one.first(aaf.KEY)
        fault = None
        if one.hidden == IDENTIFIER:
            fault = RecordFault.ENTITY
        elif not key:
            fault = RecordFault.NO_KEY
        elif one.identifier != key:
            fault = RecordFault.OTHER_KEY
        elif times[key] > 1:
            fault = RecordFault.TWICE
        elif one.verb == MODIFY and key not in known and not one.values.keys() >= set(NAMES):
            fault = RecordFault.UNKNOWN
        if fault:
            collector.add_bad(_bad(one, fault))
        elif one.verb != DELETE:
            found.append(one)
    return found


def _bad(record: DirectoryRecord, fault: RecordFault) -> BadRecord:
    return record.bad(fault, aaf.KEY)


def _gone(
    records: Iterable[DirectoryRecord],
    known: Mapping[str, object],
    seen: set[str],
    roster: SchoolRoster,
) -> dict[str, tuple[str, int]]:
    """Whom the set deletes, or names at the school no more: where it says so, by key."""
    bad = {one.key for one in roster.bad}
    return {
        key: (one.file, one.line)
        for one in records
        if (key := one.first(aaf.KEY)) in known and key not in seen and key not in bad
    }


def _student_filler(school: str, before: SaidBefore) -> Fill:
    """A record that doesn't say all, with what was said before."""

    def filled(record: DirectoryRecord) -> DirectoryRecord:
        was = before.students.get(record.first(aaf.KEY))
        said: dict[str, list[str]] = {}
        if was and was.is_here:
            said[aaf.HOME] = [school]
            said[aaf.CLASSES] = [f"{school}${was.school_class}"] if was.school_class else []
            said[aaf.GROUPS] = [f"{school}${name}" for name in was.groups]
        return _with(record, said | _names(record, before))

    return filled


def _teacher_filler(school: str, before: SaidBefore) -> Fill:
    def filled(record: DirectoryRecord) -> DirectoryRecord:
        was = before.teachers.get(record.first(aaf.KEY))
        said: dict[str, list[str]] = {}
        if was and was.here:
            duties = [duty_kept(text) for text in sorted(was.duties)]
            taught = [duty for duty in duties if duty.subject != TUTOR]
            said[staff.FUNCTIONS] = [f"{school}$ENS"]
            said[staff.PRESENCE] = [staff.YES]
            said[staff.OF_CLASSES] = _taught(school, taught, is_class=True)
            said[staff.OF_GROUPS] = _taught(school, taught, is_class=False)
            said[staff.TUTORS] = [f"{school}${one.place}" for one in duties if one not in taught]
        return _with(record, said | _names(record, before))

    return filled


def _taught(school: str, duties: Iterable[Duty], *, is_class: bool) -> list[str]:
    """With our code of the subject, which is a name of it, too."""
    return [f"{school}${one.place}${one.subject}" for one in duties if one.is_class == is_class]


def _names(record: DirectoryRecord, before: SaidBefore) -> dict[str, list[str]]:
    names = before.names.get(record.first(aaf.KEY))
    return {name: [word] for name, word in zip(NAMES, names, strict=True)} if names else {}


def _with(record: DirectoryRecord, said: dict[str, list[str]]) -> DirectoryRecord:
    """What a modification says replaces what was said before. One that adds says all."""
    values = said | record.values if record.verb == MODIFY else record.values
    return replace(record, verb=ADD, values=values)


def _as_said(known: Mapping[str, KnownStudent], but: set[str]) -> list[SaidStudent]:
    """Whom the set doesn't name: they stay as they are."""
    return [
        SaidStudent(key, "", "", was.school_class, was.groups, "", 0, names_known=False)
        for key, was in known.items()
        if was.is_here and key not in but
    ]


def _teaching_as_said(known: Mapping[str, KnownTeacher], but: set[str]) -> list[SaidTeacher]:
    """With the classes that they look after: a class has one tutor."""
    found = []
    for key, was in known.items():
        if was.here and key not in but:
            tutor = (duty for duty in map(duty_kept, was.duties) if duty.subject == TUTOR)
            duties = tuple(sorted(tutor))
            found.append(SaidTeacher(key, "", "", "", duties, "", 0, duties_known=False))
    return found
