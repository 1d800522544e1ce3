"""What becomes of a student's stays in the classes of a school when the class is changed.

Pure; page and table of students ask it alike. What is half-open ends on a day that doesn't count
any more.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from courses.people.exceptions import InClassFrom, WasInClassFrom
from courses.people.models import ClassMembership, Membership, Person, SchoolClass
from courses.people.models.classes import holds
from courses.people.rules.classes import why_not_join_class


@dataclass(frozen=True)
class ClassPeriod:
    """Days in a whole class, without end if `until` is None; `row`: where it is saved."""

    school_class: SchoolClass
    since: datetime.date
    until: datetime.date | None = None
    row: ClassMembership | None = None

    @property
    def facts(self) -> tuple[int, datetime.date, datetime.date | None]:
        return self.school_class.pk, self.since, self.until

    def holds_on(self, day: datetime.date) -> bool:
        return holds(self.since, self.until, day)

    def is_in_year_of(self, other: SchoolClass) -> bool:
        return self.school_class.school_year == other.school_year

    def ended(self, day: datetime.date) -> Self:
        return self if self.until and self.until <= day else replace(self, until=day)


@dataclass(frozen=True)
class ClassChange:
    """The stays in the classes of a school, in order; `place`: the one that was asked for."""

    before: list[ClassPeriod]
    after: list[ClassPeriod]
    place: ClassPeriod

    @property
    def changes_something(self) -> bool:
        return [stay.facts for stay in self.before] != [stay.facts for stay in self.after]

    def left_for_it(self) -> ClassPeriod | None:
        """The stay of the same year that ended where the one that was asked for began."""
        place = self.place
        return next(
            (
                stay
                for stay in self.before
                if stay.until == place.since and stay.is_in_year_of(place.school_class)
            ),
            None,
        )

    def left_on(self, day: datetime.date) -> str:
        """The class in which the student would have been on that day; empty if in none."""
        return next((stay.school_class.name for stay in self.before if stay.holds_on(day)), "")

    def cancelled(self, today: datetime.date) -> list[ClassPeriod]:
        """Classes entered ahead in which the student won't be."""
        coming = {stay.school_class.pk for stay in self.after if stay.since > today}
        kept = coming | {self.place.school_class.pk}
        return [s for s in self.before if s.since > today and s.school_class.pk not in kept]


def stays_in(school_id: int, memberships: Iterable[ClassMembership]) -> list[ClassPeriod]:
    """The stays in whole classes of that school, in order; `memberships` with their classes."""
    rows = [
        row
        for row in memberships
        if row.school_class.is_a_whole_class and row.school_class.school_id == school_id
    ]
    return [
        ClassPeriod(row.school_class, row.since, row.until, row)
        for row in sorted(rows, key=lambda row: row.since)
    ]


def change_of_class(
    student: Person,
    to: SchoolClass,
    on: datetime.date,
    *,
    held: Iterable[Membership],
    memberships: Iterable[ClassMembership],
    today: datetime.date,
) -> ClassChange:
    """From `on` the student is in `to` alone: what was entered ahead for that day or a later one is
    cancelled. With the class that they are in and an earlier day, its first day is corrected.

    `held`: the student's memberships of organisations; `memberships`: all those of classes, with
    the class. Raises a `Refusal`: a day before the class that they are in, not a student there,
    not in the class's year, in another school's class.
    """
    rows = list(memberships)
    stays = stays_in(to.school_id, rows)
    last = next((stay for stay in reversed(stays) if stay.since <= today), None)
    current = last if last and last.holds_on(today) else None
    is_first_day = current and current.facts[:2] == (to.pk, on) and on < today
    if last and (on < last.since or is_first_day):  # what is ahead stays
        change = _with_earlier_first_day(stays, current, to, on) if current else None
        if change is None:
            raise (InClassFrom if current else WasInClassFrom)(
                student=student.display_name, school_class=last.school_class.name, day=last.since
            )
    else:
        change = _from_that_day(stays, to, on, today)
    if change.changes_something:
        ours = {stay.row for stay in stays}
        others = [row for row in rows if row not in ours]
        refusal = why_not_join_class(student, to, on, held=held, others=others, today=today)
        if refusal:
            raise refusal
    return change


def _with_earlier_first_day(
    stays: list[ClassPeriod], current: ClassPeriod, to: SchoolClass, on: datetime.date
) -> ClassChange | None:
    """None for another class, and for a day on which the class before it hadn't begun."""
    at = stays.index(current)
    before = stays[:at]
    if to != current.school_class or (before and on <= before[-1].since):
        return None
    place = replace(current, since=on)
    earlier = [*before[:-1], before[-1].ended(on)] if before else []
    return ClassChange(stays, [*earlier, place, *stays[at + 1 :]], place)


def _from_that_day(
    stays: list[ClassPeriod], to: SchoolClass, on: datetime.date, today: datetime.date
) -> ClassChange:
    earlier = [stay for stay in stays if stay.since < on]
    last = earlier[-1] if earlier else None
    if last and last.school_class == to and (last.until is None or last.until >= on):
        earlier.pop()
        place = replace(last, until=None)
        if last.since > today:  # hasn't begun: it begins later
            place = replace(place, since=on)
            before = earlier[-1] if earlier else None
            if before and before.until == last.since and before.is_in_year_of(to):
                earlier[-1] = replace(before, until=on)
    else:
        place = ClassPeriod(to, on)
        if last:
            earlier[-1] = last.ended(on)
    return ClassChange(stays, [*earlier, place], place)
