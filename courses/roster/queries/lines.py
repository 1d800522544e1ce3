"""The changes of a set as they are read: who, before, now, and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, pgettext

from courses.exceptions import refusal_kept
from courses.people.enums import ClassKind, GuardianQuality
from courses.people.models import ClassMembership, Identity, Subject, today
from courses.people.models.classes import school_year
from courses.roster.enums import (
    ADDED,
    OF_GUARDIANS,
    OF_TEACHERS,
    AgeWord,
    RosterChangeKind,
    RosterChangeState,
)
from courses.roster.models import (
    LastSaid,
    RosterChange,
    RosterImport,
    StagedGuardian,
    StagedStudent,
    StagedTeacher,
)
from courses.roster.values import TUTOR, duty_kept, keys_of, plain

Kind, State = RosterChangeKind, RosterChangeState
CLASSED = (Kind.MOVED, Kind.RESTORED, Kind.NEW)  # changes that say a class


@dataclass(frozen=True)
class ChangeLine:
    """One change as it is read: who, before, now, and why not, where it stayed out."""

    change: RosterChange
    name: str
    was: str
    now: str
    why_not: str = ""
    remedy: str = ""
    here: str | None = None  # the class of today where it isn't the one that the last set said
    linked: str = ""  # login of the account that had the key before

    @property
    def is_the_same_perhaps(self) -> bool:
        """Bears the name of a student entered by hand, in the same class; not decided yet."""
        proposed = self.change.state == State.PROPOSED
        return self.change.kind in ADDED and proposed and self.change.person_id is not None

    @property
    def is_of_a_teacher(self) -> bool:
        return self.change.kind in OF_TEACHERS

    @property
    def is_of_a_guardian(self) -> bool:
        return self.change.kind in OF_GUARDIANS

    @property
    def is_in_no_class(self) -> bool:
        """By what the set says of the class."""
        return self.change.kind in CLASSED and not self.change.after

    @property
    def was_here(self) -> bool:
        """Had an account, which has the key now."""
        done = self.change.done
        return self.change.kind in ADDED and bool(done.get("same") or done.get("way") == "same")


def change_lines(one: RosterImport, changes: list[RosterChange]) -> list[ChangeLine]:
    """Two queries; where teachers are among them, two more; where guardians are, three more; where
    accounts had the key before, one more.
    """
    keys = [change.key for change in changes if change.kind not in OF_TEACHERS]
    staged: dict[str, StagedStudent | StagedTeacher | StagedGuardian] = {
        row.key: row for row in one.staged.filter(key__in=keys)
    }
    relations = [change.key for change in changes if change.kind in OF_GUARDIANS]
    if relations:
        staged |= {row.key: row for row in one.staged_guardians.filter(key__in=relations)}
    students = students_of_relations(one, relations)
    titles: dict[str, str] = {}
    if of_teachers := [change.key for change in changes if change.kind in OF_TEACHERS]:
        staged |= {row.key: row for row in one.staged_teachers.filter(key__in=of_teachers)}
        titles = {subject.code: subject.title for subject in Subject.objects.all()}
    moving = [c.person_id for c in changes if c.kind == Kind.MOVED and c.state == State.PROPOSED]
    held = ClassMembership.objects.on(today()).filter(
        student__in=moving,
        school_class__school=one.school,
        school_class__kind=ClassKind.CLASS,
        school_class__school_year=school_year(today()),
    )
    classes = dict(held.values_list("student", "school_class__name")) if moving else {}
    logins = _logins_of_linked(one, changes)
    lines = [
        _line(change, staged.get(change.key), classes, titles, students.get(change.key, ""))
        for change in changes
    ]
    return [replace(line, linked=logins.get(line.change.pk, "")) for line in lines]


def _logins_of_linked(one: RosterImport, changes: list[RosterChange]) -> dict[int, str]:
    """By change, the login of the account that had the key before."""
    linked = {change.key: change.pk for change in changes if change.done.get("linked")}
    if not linked:
        return {}
    held = Identity.objects.filter(namespace=one.namespace, value__in=linked)
    return {linked[key]: login for key, login in held.values_list("value", "person__login")}


def _line(
    change: RosterChange,
    said: StagedStudent | StagedTeacher | StagedGuardian | None,
    classes: dict[int, str],
    titles: dict[str, str],
    student: str,
) -> ChangeLine:
    """`student`: of a guardian."""
    name = change.person.register_name if change.person else ""
    in_the_set = said.name if said else ""
    was, now = ", ".join(change.before), ", ".join(change.after)
    if change.kind == Kind.TEACHES:
        was, now = (_in_words(duties, titles) for duties in (change.before, change.after))
        name = name or in_the_set
    if change.kind in ADDED:
        name = in_the_set or name
    if change.kind in OF_GUARDIANS:
        was, now = _qualities(change.before), _qualities(change.after)
        name = for_student(name or in_the_set or gettext("A guardian"), student)
    if change.kind == Kind.OF_AGE:
        # Under age before, if nobody entered it otherwise: that isn't said.
        was = _ages(change.before) if change.before else ""
        now, name = _ages(change.after), name or in_the_set
    if change.kind == Kind.RENAMED:
        was, now = _names(change, name, in_the_set)
    refusal = refusal_kept(change.refusal) if change.refusal else None
    here = None
    if change.kind == Kind.MOVED and change.state == State.PROPOSED:
        here = classes.get(change.person_id or 0, "")
        here = None if plain(here) == plain(was) else here
    return ChangeLine(
        change,
        name,
        was,
        now,
        refusal.reason if refusal else "",
        refusal.advice if refusal else "",
        here,
    )


def _in_words(duties: list[str], titles: dict[str, str]) -> str:
    """The subjects of each class and group; whose class it is to look after says so."""
    found = []
    for duty in sorted(map(duty_kept, duties)):
        subject = gettext("class tutor")
        if duty.subject != TUTOR:
            subject = titles.get(duty.subject, duty.subject)
        found.append(f"{duty.place} ({subject})")
    return ", ".join(found)


def _names(change: RosterChange, name: str, in_the_set: str) -> tuple[str, str]:
    """Before it is applied, the account's and the set's; afterwards what was written."""
    if not change.done:
        return name, in_the_set
    return " ".join(change.done["was"]), " ".join(change.done["now"])


def _ages(words: Sequence[str]) -> str:
    return ", ".join(str(AgeWord(word).label) for word in words) or gettext("under age")


def _qualities(words: Sequence[str]) -> str:
    return ", ".join(str(GuardianQuality(word).label) for word in words)


def students_of_relations(one: RosterImport, relations: Iterable[str]) -> dict[str, str]:
    """By relation, the student's name. Two queries where there is any."""
    student_of = {relation: keys_of(relation)[0] for relation in relations}
    if not student_of:
        return {}
    names = {row.key: row.name for row in one.staged.filter(key__in=student_of.values())}
    known = LastSaid.objects.filter(
        school=one.school,
        identity__namespace=one.namespace,
        identity__value__in=student_of.values(),
    )
    for row in known.select_related("identity__person"):
        names[row.identity.value] = row.identity.person.register_name
    return {relation: names.get(key, "") for relation, key in student_of.items()}


def for_student(guardian: str, student: str) -> str:
    if not (guardian and student):
        return guardian or student
    return pgettext("guardian and student", "%(guardian)s, for %(student)s") % {
        "guardian": guardian,
        "student": student,
    }
