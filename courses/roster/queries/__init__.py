"""What the pages of a school's directory show."""

import datetime
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import cached_property

from courses.people.models import Identity, Organisation
from courses.people.models.classes import school_year
from courses.people.queries.students import students_of
from courses.roster.enums import (
    AT_WORK,
    OF_FAMILIES,
    OF_GUARDIANS,
    OF_STUDENTS,
    OF_TEACHERS,
    GuardianTrouble,
    ImportState,
    RecordFault,
    RosterChangeKind,
    RosterChangeState,
    TeacherTrouble,
)
from courses.roster.models import LastSaidOfGuardian, RosterChange, RosterImport
from courses.roster.queries.lines import (
    CLASSED,
    ChangeLine,
    change_lines,
    for_student,
    students_of_relations,
)
from courses.roster.values import Losses, relation_of

Kind, State = RosterChangeKind, RosterChangeState
SHOWN_IMPORTS = 20
SHOWN_LINES = 100  # of a kind, before one asks for all of it
IN_ORDER = (
    Kind.SUSPENDED, Kind.MOVED, Kind.GROUPS, Kind.RENAMED, Kind.RESTORED, Kind.NEW,
    Kind.TEACHER_LEFT, Kind.TEACHER_BACK, Kind.TEACHER_NEW, Kind.TEACHES,
    Kind.GUARDIAN_ENDED, Kind.GUARDIAN_QUALITY, Kind.GUARDIAN_NEW, Kind.OF_AGE,
)  # fmt: skip
COUNTED = {  # the changes whose numbers stand under the heading
    ImportState.WAITING: State.PROPOSED,
    ImportState.APPLYING: State.APPLIED,
    ImportState.APPLIED: State.APPLIED,
    ImportState.UNDOING: State.UNDONE,
    ImportState.UNDONE: State.UNDONE,
}


def is_of_a_set(key: Identity) -> bool:
    """Whether a school's sets call the account by this key, as a student's or a guardian's."""
    of_guardian = LastSaidOfGuardian.objects.filter(
        key=key.value,
        identity__namespace=key.namespace,
        guardianship__guardian=key.person_id,
        ended_at=None,
    )
    return key.last_said.exists() or of_guardian.exists()


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
    linked: int
    in_no_class: int
    teachers_same_perhaps: int = 0
    teachers_without: int = 0
    guardians_same_perhaps: int = 0
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
        return self.counted[Kind.NEW] - self.were_here - self.linked

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
            known_guardians=self.one.known_guardians,
            guardians_ending=self.numbers[Kind.GUARDIAN_ENDED, State.PROPOSED],
        )

    @property
    def of_guardians(self) -> int:
        return sum(self.numbers[kind, State.PROPOSED] for kind in OF_GUARDIANS)

    @property
    def of_families(self) -> int:
        """Changes of guardians and of who is of age that wait."""
        return sum(self.numbers[kind, State.PROPOSED] for kind in OF_FAMILIES)

    @property
    def families_left_out(self) -> int:
        return sum(self.numbers[kind, State.KEPT] for kind in OF_FAMILIES)

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

    @cached_property
    def guardian_troubles(self) -> list[tuple[str, dict, str]]:
        """As `teacher_troubles`, of guardians, with whose guardian it is."""
        troubles = self.one.guardian_troubles
        keys = [trouble["key"] for trouble in troubles]
        staged = self.one.staged_guardians.filter(key__in=keys) if troubles else []
        names = {row.key: row.name for row in staged}
        students = students_of_relations(self.one, keys)
        return [
            (
                for_student(names.get(trouble["key"], ""), students[trouble["key"]]),
                trouble,
                str(GuardianTrouble(trouble["trouble"]).label),
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


def import_page(
    one: RosterImport,
    kind: str = "",
    number: str | None = None,
    *,
    hidden: Collection[str] = OF_FAMILIES,
) -> ImportPage:
    """With `kind`, a page of its changes alone. `hidden`: kinds of which only the numbers are shown.
    Five queries.
    """
    rows = list(
        one.changes.order_by()
        .values("kind", "state")
        .annotate(
            n=Count("pk"),
            emptied=Count("pk", filter=Q(after=[])),
            alike=Count("pk", filter=Q(person__isnull=False)),
            same=Count("pk", filter=Q(done__same=True)),
            linked=Count("pk", filter=Q(done__linked=True)),
        )
    )

    def count(
        what: Literal["emptied", "alike", "same", "linked"], state: str | None, *kinds: str
    ) -> int:
        return sum(row[what] for row in rows if row["state"] == state and row["kind"] in kinds)

    counted = COUNTED.get(ImportState(one.state))
    linked = count("linked", counted, Kind.NEW)
    page = ImportPage(
        one,
        Counter({(row["kind"], row["state"]): row["n"] for row in rows}),
        out_of_class=count("emptied", State.PROPOSED, Kind.MOVED),
        out_of_groups=count("emptied", State.PROPOSED, Kind.GROUPS),
        in_no_class=count("emptied", State.PROPOSED, *CLASSED),
        same_perhaps=count("alike", State.PROPOSED, Kind.NEW),
        were_here=count("same", counted, Kind.NEW) - linked,
        linked=linked,
        teachers_same_perhaps=count("alike", State.PROPOSED, Kind.TEACHER_NEW),
        teachers_without=count("emptied", State.PROPOSED, Kind.TEACHES),
        guardians_same_perhaps=count("alike", State.PROPOSED, Kind.GUARDIAN_NEW),
    )
    for line in change_lines(one, _shown(page, kind, number, hidden)):
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


def staying_guardians(one: RosterImport) -> list[str]:
    """Guardians entered by hand whom the waiting set doesn't name any more, each for a student. Three
    queries where there is any.
    """
    students = students_of_relations(one, one.guardians_staying)
    if not students:
        return []
    rows = LastSaidOfGuardian.objects.filter(
        school=one.school, identity__namespace=one.namespace
    ).select_related("identity", "guardianship__guardian")
    found = {relation_of(row.identity.value, row.key): row.guardianship for row in rows}
    return sorted(
        for_student(held.guardian.register_name, students[relation])
        for relation, held in found.items()
        if held and relation in students
    )


def _shown(
    page: ImportPage, kind: str, number: str | None, hidden: Collection[str]
) -> list[RosterChange]:
    """What wasn't applied comes first. Two queries at most."""
    trouble = Case(
        When(state__in=[State.REFUSED, State.STAYED], then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    changes = page.one.changes.exclude(kind__in=hidden).select_related("person")
    changes = changes.alias(trouble=trouble)
    if kind in Kind and kind not in hidden:
        found = changes.filter(kind=kind).order_by("trouble", "pk")
        page.of_kind = Paginator(found, SHOWN_LINES).get_page(number)
        return list(page.of_kind)
    place = Window(RowNumber(), partition_by=F("kind"), order_by=("trouble", "pk"))
    return list(changes.alias(place=place).filter(place__lte=SHOWN_LINES).order_by("trouble", "pk"))


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
