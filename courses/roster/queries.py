"""What the pages of a school's directory show."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext

from courses.exceptions import refusal_kept
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Identity, Organisation, Subject, today
from courses.people.models.classes import school_year
from courses.people.queries.students import students_of
from courses.roster.enums import (
    AT_WORK,
    OF_STUDENTS,
    OF_TEACHERS,
    ImportState,
    RecordFault,
    RosterChangeKind,
    RosterChangeState,
    TeacherTrouble,
)
from courses.roster.models import RosterChange, RosterImport, StagedStudent, StagedTeacher
from courses.roster.values import TUTOR, Losses, duty_kept, plain

Kind, State = RosterChangeKind, RosterChangeState
SHOWN_IMPORTS = 20
SHOWN_LINES = 100  # of a kind, before one asks for all of it
CLASSED = (Kind.MOVED, Kind.RESTORED, Kind.NEW)  # changes that say a class
IN_ORDER = (
    Kind.SUSPENDED, Kind.MOVED, Kind.GROUPS, Kind.RENAMED, Kind.RESTORED, Kind.NEW,
    Kind.TEACHER_LEFT, Kind.TEACHER_BACK, Kind.TEACHER_NEW, Kind.TEACHES,
)  # fmt: skip
ADDED = (Kind.NEW, Kind.TEACHER_NEW)
COUNTED = {  # the changes whose numbers stand under the heading
    ImportState.WAITING: State.PROPOSED,
    ImportState.APPLYING: State.APPLIED,
    ImportState.APPLIED: State.APPLIED,
    ImportState.UNDOING: State.UNDONE,
    ImportState.UNDONE: State.UNDONE,
}


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

    @property
    def is_the_same_perhaps(self) -> bool:
        """Bears the name of a student entered by hand, in the same class; not decided yet."""
        proposed = self.change.state == State.PROPOSED
        return self.change.kind in ADDED and proposed and self.change.person_id is not None

    @property
    def is_of_a_teacher(self) -> bool:
        return self.change.kind in OF_TEACHERS

    @property
    def is_in_no_class(self) -> bool:
        """By what the set says of the class."""
        return self.change.kind in CLASSED and not self.change.after

    @property
    def was_here(self) -> bool:
        """Had an account, which got the key."""
        done = self.change.done
        return self.change.kind in ADDED and bool(done.get("same") or done.get("way") == "same")


@dataclass
class ImportPage:
    """An import, its numbers, and the lines that are shown: the first of each kind, or a page of
    one.
    """

    one: RosterImport
    numbers: Counter[tuple[str, str]]
    out_of_class: int
    out_of_groups: int
    same_perhaps: int
    were_here: int
    in_no_class: int
    teachers_same_perhaps: int = 0
    teachers_without: int = 0
    lines: dict[str, list[ChangeLine]] = field(default_factory=dict)
    of_kind: Page | None = None

    def _of(self, kind: str, state: str) -> int:
        return self.numbers[kind, state]

    @property
    def counted(self) -> dict[str, int]:
        """By kind, what would be, was, or was taken back."""
        state = COUNTED.get(ImportState(self.one.state))
        return {kind.value: self.numbers[kind, state] if state else 0 for kind in Kind}

    @property
    def new(self) -> int:
        """Of those that are new in the directory, who had no account yet."""
        return self.counted[Kind.NEW] - self.were_here

    @property
    def of_state(self) -> dict[str, int]:
        return {
            state.value: sum(self.numbers[kind, state] for kind in Kind)
            for state in RosterChangeState
        }

    @property
    def total(self) -> int:
        return self.numbers.total()

    @property
    def parts(self) -> list[tuple[str, int, list[ChangeLine]]]:
        """Kind, how many there are of it, those that are shown."""
        numbers: Counter[str] = Counter()
        for (kind, _state), number in self.numbers.items():
            numbers[kind] += number
        return [
            (kind.value, numbers[kind], self.lines[kind]) for kind in IN_ORDER if kind in self.lines
        ]

    @property
    def is_waiting(self) -> bool:
        return self.one.state == ImportState.WAITING

    @property
    def is_at_work(self) -> bool:
        return self.one.state in AT_WORK

    @property
    def worked(self) -> int:
        """How many changes the worker has done."""
        left = State.PROPOSED if self.one.state == ImportState.APPLYING else State.APPLIED
        return self.to_work - self.of_state[left]

    @property
    def to_work(self) -> int:
        """How many it has to do; of an undoing, what had been applied."""
        if self.one.state == ImportState.APPLYING:
            return self.total
        return sum(self.of_state[state] for state in (State.APPLIED, State.UNDONE, State.STAYED))

    @property
    def losses(self) -> Losses:
        return Losses(
            known=self.one.known,
            leaving=self.numbers[Kind.SUSPENDED, State.PROPOSED],
            out_of_class=self.out_of_class,
            out_of_groups=self.out_of_groups,
            missing_classes=len(self.one.missing_classes),
            without_key=self.one.without_key,
            namesakes=self.one.namesakes,
            known_teachers=self.one.known_teachers,
            teachers_leaving=self.numbers[Kind.TEACHER_LEFT, State.PROPOSED],
            teachers_without=self.teachers_without,
        )

    @property
    def of_teachers(self) -> int:
        """Changes of teachers that wait."""
        return sum(self.numbers[kind, State.PROPOSED] for kind in OF_TEACHERS)

    @property
    def teachers_left_out(self) -> int:
        return sum(self.numbers[kind, State.KEPT] for kind in OF_TEACHERS)

    @property
    def students_left_out(self) -> int:
        return sum(self.numbers[kind, State.KEPT] for kind in OF_STUDENTS)

    @cached_property
    def teacher_troubles(self) -> list[tuple[str, dict, str]]:
        """What isn't brought in of teachers: the name or the word, where it stands, the reason in
        words. One query where there is any.
        """
        troubles = self.one.teacher_troubles
        keys = [trouble["key"] for trouble in troubles]
        staged = self.one.staged_teachers.filter(key__in=keys) if troubles else []
        names = {row.key: row.name for row in staged}
        return [
            (
                names.get(trouble["key"]) or trouble["word"],
                trouble,
                str(TeacherTrouble(trouble["trouble"]).label),
            )
            for trouble in troubles
        ]

    @property
    def is_paused(self) -> bool:
        return self.is_waiting and self.losses.pauses

    @property
    def bad(self) -> list[tuple[dict, str]]:
        """Records that can't be read, with the fault in words."""
        return [
            (record, str(RecordFault(record["fault"]).label)) for record in self.one.bad_records
        ]

    @property
    def more_bad(self) -> int:
        return self.one.bad - len(self.one.bad_records)


def import_page(one: RosterImport, kind: str = "", number: str | None = None) -> ImportPage:
    """With `kind`, a page of its changes alone. Five queries."""
    rows = list(
        one.changes.order_by()
        .values("kind", "state")
        .annotate(
            n=Count("pk"),
            emptied=Count("pk", filter=Q(after=[])),
            alike=Count("pk", filter=Q(person__isnull=False)),
            same=Count("pk", filter=Q(done__same=True)),
        )
    )

    def count(what: Literal["emptied", "alike", "same"], state: str | None, *kinds: str) -> int:
        return sum(row[what] for row in rows if row["state"] == state and row["kind"] in kinds)

    page = ImportPage(
        one,
        Counter({(row["kind"], row["state"]): row["n"] for row in rows}),
        out_of_class=count("emptied", State.PROPOSED, Kind.MOVED),
        out_of_groups=count("emptied", State.PROPOSED, Kind.GROUPS),
        in_no_class=count("emptied", State.PROPOSED, *CLASSED),
        same_perhaps=count("alike", State.PROPOSED, Kind.NEW),
        were_here=count("same", COUNTED.get(ImportState(one.state)), Kind.NEW),
        teachers_same_perhaps=count("alike", State.PROPOSED, Kind.TEACHER_NEW),
        teachers_without=count("emptied", State.PROPOSED, Kind.TEACHES),
    )
    for line in _lines(one, _shown(page, kind, number)):
        page.lines.setdefault(line.change.kind, []).append(line)
    return page


def untouched(one: RosterImport) -> list[str]:
    """Names of the waiting set whom a person took out of the school, and who are still out: by the
    set, since the account may be another school's by now. One query.
    """
    here = students_of([one.school]).filter(is_active=True)
    keys = Identity.objects.filter(namespace=one.namespace, person__in=here).values("value")
    said = one.staged.exclude(key__in=one.changes.values("key")).exclude(key__in=keys)
    return sorted(row.name for row in said)


def staying_teachers(one: RosterImport) -> list[str]:
    """Names of teachers whom the waiting set doesn't name, and who stay. One query where any does."""
    if not one.teachers_staying:
        return []
    held = Identity.objects.filter(namespace=one.namespace, value__in=one.teachers_staying)
    return sorted(held_by.person.register_name for held_by in held.select_related("person"))


def _shown(page: ImportPage, kind: str, number: str | None) -> list[RosterChange]:
    """What wasn't applied comes first. Two queries at most."""
    trouble = Case(
        When(state__in=[State.REFUSED, State.STAYED], then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    changes = page.one.changes.select_related("person").alias(trouble=trouble)
    if kind in Kind:
        found = changes.filter(kind=kind).order_by("trouble", "pk")
        page.of_kind = Paginator(found, SHOWN_LINES).get_page(number)
        return list(page.of_kind)
    place = Window(RowNumber(), partition_by=F("kind"), order_by=("trouble", "pk"))
    return list(changes.alias(place=place).filter(place__lte=SHOWN_LINES).order_by("trouble", "pk"))


def _lines(one: RosterImport, changes: list[RosterChange]) -> list[ChangeLine]:
    """Two queries; where teachers are among them, two more."""
    keys = [change.key for change in changes if change.kind not in OF_TEACHERS]
    staged: dict[str, StagedStudent | StagedTeacher] = {
        row.key: row for row in one.staged.filter(key__in=keys)
    }
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
    return [_line(change, staged.get(change.key), classes, titles) for change in changes]


def _line(
    change: RosterChange,
    said: StagedStudent | StagedTeacher | None,
    classes: dict[int, str],
    titles: dict[str, str],
) -> ChangeLine:
    name = change.person.register_name if change.person else ""
    in_the_set = said.name if said else ""
    was, now = ", ".join(change.before), ", ".join(change.after)
    if change.kind == Kind.TEACHES:
        was, now = (_in_words(duties, titles) for duties in (change.before, change.after))
        name = name or in_the_set
    if change.kind in ADDED:
        name = in_the_set or name
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


def follows_this_year(school: Organisation, now: datetime.datetime) -> bool:
    """True if the last set that was applied is one of this school year, and wasn't undone: the first
    of a year puts everybody into other classes, and a directory may still have those of the year
    before. One query.
    """
    over = RosterImport.objects.filter(school=school).exclude(closed_at=None)
    last = over.filter(state__in=[ImportState.APPLIED, ImportState.UNDONE]).first()
    if last is None or last.closed_at is None or last.state == ImportState.UNDONE:
        return False
    return school_year(timezone.localdate(last.closed_at)) == school_year(timezone.localdate(now))


def imports_of(school: Organisation) -> list[RosterImport]:
    """The latest first, without what the pages of each show. Of those that came into the folder and
    changed nothing, the latest of all alone. One query.
    """
    found = RosterImport.objects.filter(school=school).select_related("by")
    found = found.defer("bad_records", "missing_classes", "class_names")
    in_vain = Q(by=None, state__in=[ImportState.NOTHING, ImportState.REFUSED])
    return list(found.exclude(in_vain & ~Q(pk__in=found.values("pk")[:1]))[:SHOWN_IMPORTS])
