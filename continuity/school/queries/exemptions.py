"""Students' leaves and exemptions, as the roll, the week and the queue ask for them (cases C29 and
C62).

    known = exemptions_of(students, first, last, days)      # one query; `days` is
    `agenda.queries.school_days(school)` known.expectation(student.pk, subject.pk, day)          #
    how the student is expected in that subject on that day known.is_on_plan(student.pk, subject.pk,
    day)           # whether the student's week shows the subject on that day
    known.may_be_late(student.pk, subject.pk, due_day)      # False: nothing due on that day is ever
    called late for them

What each answer means:

    Expectation.AS_USUAL   on the roll, like everybody
    Expectation.ATTENDS    on the roll and present, without doing the exercises ("attends")
    Expectation.EXEMPT     not on the roll on that day
    Expectation.EXCUSED    on the roll, with "excused" as what is proposed
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from continuity.enums import ExemptionKind, Expectation
from continuity.models import Exemption
from courses.agenda.enums import Rhythm
from courses.agenda.models import SchoolCalendar
from courses.agenda.queries import SchoolDays
from courses.people.models import Organisation

ALWAYS = datetime.date(9999, 12, 31)


@dataclass(frozen=True)
class Known:
    """One exemption or leave, with the pks of its subjects; none: all."""

    kind: str
    first_day: datetime.date
    last_day: datetime.date | None
    rhythm: str
    attends: bool
    keeps_working: bool
    subjects: frozenset[int] = frozenset()

    def holds_on(self, day: datetime.date, letter: str) -> bool:
        return (
            self.first_day <= day
            and (self.last_day is None or day <= self.last_day)
            and self.rhythm in (Rhythm.EACH, letter)
        )

    def says(self, subject: int) -> Expectation:
        """The student's expectation in that subject on a day on which it holds."""
        if self.keeps_working:  # its subjects are those that go on, from where the student is
            return Expectation.ATTENDS if self.attends else Expectation.EXCUSED
        if self.subjects and subject not in self.subjects:
            return Expectation.AS_USUAL
        if self.attends:
            return Expectation.ATTENDS
        return Expectation.EXCUSED if self.kind == ExemptionKind.LEAVE else Expectation.EXEMPT


# Which one counts where several hold: who is away is away, whatever else was granted.
STRONGEST = [Expectation.EXCUSED, Expectation.EXEMPT, Expectation.ATTENDS]


class Exemptions:
    """The standing leaves and exemptions of some students of one school, loaded once."""

    def __init__(self, by_student: dict[int, list[Known]], days: SchoolDays):
        self.by_student, self.days = by_student, days

    @property
    def go_by_weeks(self) -> bool:
        """Whether one of them holds in A or B weeks only: then `days` needs the school's calendar."""
        return any(
            known.rhythm != Rhythm.EACH for each in self.by_student.values() for known in each
        )

    def expectation(self, student: int, subject: int, day: datetime.date) -> Expectation:
        said = {known.says(subject) for known in self._on(student, day)}
        return next((strong for strong in STRONGEST if strong in said), Expectation.AS_USUAL)

    def is_on_plan(self, student: int, subject: int, day: datetime.date) -> bool:
        """A long leave leaves the chosen subjects; an exemption takes its own away, unless the
        student attends.
        """
        for known in self._on(student, day):
            if known.keeps_working:
                if known.subjects and subject not in known.subjects:
                    return False
            elif known.says(subject) == Expectation.EXEMPT:
                return False
        return True

    def may_be_late(self, student: int, subject: int, due_day: datetime.date) -> bool:
        """Whether work can be late: never for a student who is on leave on the day it is due, or
        works from where they are.
        """
        on_leave = (Expectation.EXCUSED, Expectation.EXEMPT)
        return not any(
            known.keeps_working or known.says(subject) in on_leave
            for known in self._on(student, due_day)
        )

    def _on(self, student: int, day: datetime.date) -> list[Known]:
        known = self.by_student.get(student, [])
        if not known:
            return known
        letter = self.days.week_letter(day)
        return [each for each in known if each.holds_on(day, letter)]


def exemptions_of(
    students: Iterable, first: datetime.date, last: datetime.date, days: SchoolDays
) -> Exemptions:
    """Those of the school that hold on at least one day from `first` to `last`, of these students
    (persons, pks or a queryset). One query.
    """
    rows = Exemption.objects.between(first, last).filter(student__in=students)
    known = _by_school(rows.filter(school=days.school))
    return Exemptions(known.get(days.school.pk, {}), days)


def all_exemptions_of(
    students: Iterable, first: datetime.date, last: datetime.date
) -> dict[int, Exemptions]:
    """As `exemptions_of`, of all schools that have entered one, by the school's pk: each counts in
    its own. One query; one more where A and B weeks matter.
    """
    known = _by_school(Exemption.objects.between(first, last).filter(student__in=students))
    found = {
        pk: Exemptions(by_student, SchoolDays(Organisation(pk=pk, public_id=""), None))
        for pk, by_student in known.items()
    }
    by_weeks = [pk for pk, exemptions in found.items() if exemptions.go_by_weeks]
    if by_weeks:
        for calendar in SchoolCalendar.objects.filter(school__in=by_weeks):
            found[calendar.school_id].days.calendar = calendar
    return found


def _by_school(rows: QuerySet[Exemption]) -> dict[int, dict[int, list[Known]]]:
    """By school, then by student. One query."""
    merged: dict[int, tuple[int, int, Known]] = {}
    subjects: dict[int, set[int]] = defaultdict(set)
    fields = (
        "pk",
        "school",
        "student",
        "subjects",
        "kind",
        "first_day",
        "last_day",
        "rhythm",
        "attends",
        "keeps_working",
    )
    ordered = rows.order_by("first_day", "pk").values_list(*fields)
    for pk, school, student, subject, *facts in ordered:
        merged.setdefault(pk, (school, student, Known(*facts)))
        if subject:
            subjects[pk].add(subject)
    found: dict[int, dict[int, list[Known]]] = defaultdict(lambda: defaultdict(list))
    for pk, (school, student, known) in merged.items():
        found[school][student].append(replace(known, subjects=frozenset(subjects[pk])))
    return {school: dict(by_student) for school, by_student in found.items()}


def holding_on(students: Iterable, day: datetime.date) -> list[Exemption]:
    """Leaves and exemptions that hold on that day, whatever the week, with their subjects.

    Two queries.
    """
    return list(
        Exemption.objects.between(day, day)
        .filter(student__in=students)
        .prefetch_related("subjects")
    )
