"""A due date held against the load of its day, and a lighter day near it."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone

from continuity.homework.queries.load import (
    LAST_SCHOOL_DAY,
    Load,
    LoadOfDay,
    load_between,
    only_week,
)
from continuity.models import Assignment, PlanItem
from courses.agenda.queries import ONE_DAY
from courses.agenda.values import PARIS
from courses.people.models import Person, SchoolClass, Teaching
from courses.required import required

OWN_DATES_WITHIN = 60 * ONE_DAY  # of the class's date: how far ahead students' own are looked for
NOON = datetime.time(12)
AROUND = 14  # days before and after a due date among which a lighter one is looked for


@dataclass(frozen=True)
class DueDateChoice:
    """A due date for one class, as it would be: how many would pass the ceiling, and a lighter day
    near it.
    """

    day: LoadOfDay
    passing: int
    most: int
    lighter: datetime.date | None
    lighter_passing: int

    @property
    def is_heavy(self) -> bool:
        return bool(self.passing)


@dataclass(frozen=True)
class ProposedWork:
    teaching: Teaching
    minutes: int
    elsewhere: Mapping[int, datetime.date]  # its latest day in another class, by student

    def is_due_then(self, student: int, day: datetime.date) -> bool:
        """One student has it once, on the later day."""
        return self.elsewhere.get(student, day) <= day


def what_if(
    teaching: Teaching,
    day: datetime.date,
    minutes: int,
    *,
    teacher: Person,
    not_before: datetime.date,
    apart_from: int | None = None,
    elsewhere: Mapping[int, datetime.date] | None = None,
) -> DueDateChoice:
    """The class with this homework due on that day, each student on their own date.

    `not_before`: the first day that a lighter one may be, given or today. `elsewhere`: as
    `ProposedWork`.
    """
    work = ProposedWork(teaching, minutes, elsewhere or {})
    first, last = day - AROUND * ONE_DAY, day + AROUND * ONE_DAY + OWN_DATES_WITHIN
    load = load_between(teaching.school_class, first, last, teacher=teacher, apart_from=apart_from)
    passing, most = _passing(_with(load, day, work), load.ceiling)
    lighter, lighter_passing = _lighter(load, day, work, passing=passing, not_before=not_before)
    found = load.on(day)
    assert found is not None  # noqa: S101 (the day is in the middle of what was asked)
    return DueDateChoice(found, passing, most, lighter, lighter_passing)


def _lighter(
    load: Load,
    day: datetime.date,
    work: ProposedWork,
    *,
    passing: int,
    not_before: datetime.date,
) -> tuple[datetime.date | None, int]:
    """The nearest day with class on which fewer would pass the ceiling, none if there is one.

    Never in holidays (case C5).
    """
    best, best_passing = None, passing
    for near in _nearest_first(day) if passing else ():
        if (
            near < not_before
            or near.isoweekday() > LAST_SCHOOL_DAY
            or not load.calendar.has_class(near)
        ):
            continue
        would_pass, _most = _passing(_with(load, near, work), load.ceiling)
        if would_pass < best_passing:
            best, best_passing = near, would_pass
        if would_pass == 0:
            break
    return best, best_passing


def _nearest_first(day: datetime.date) -> Iterator[datetime.date]:
    """Days by distance; of two at the same distance the later one first, since it gives students
    more time.
    """
    return (day + step * n * ONE_DAY for n in range(1, AROUND + 1) for step in (1, -1))


def _with(load: Load, day: datetime.date, work: ProposedWork) -> list[int]:
    """Minutes of each student of the class if the work were added, on the day on which it is due
    for them: a standing extension moves it.
    """
    found = load.on(day)
    if found is None:
        return []
    proposed = Assignment(due_at=datetime.datetime.combine(day, NOON, tzinfo=PARIS))
    days = {each.day: each for each in load.days}
    minutes_of = []
    for student in found.minutes:
        own_day = timezone.localdate(load.due_dates[student].of(proposed))
        is_asked = work.is_due_then(student, day) and load.exemptions.is_on_plan(
            student, work.teaching.subject_id, own_day
        )
        there = days.get(own_day, found)
        minutes_of.append(there.minutes.get(student, 0) + work.minutes * is_asked)
    return minutes_of


def _passing(minutes: list[int], ceiling: int) -> tuple[int, int]:
    return sum(each > ceiling for each in minutes), max(minutes, default=0)


@dataclass(frozen=True)
class HeavyDate:
    """A homework of a part whose due day makes students pass the ceiling, and a lighter day near
    it.
    """

    item: PlanItem
    day: LoadOfDay
    lighter: datetime.date | None


def load_of_plan(
    school_class: SchoolClass,
    monday: datetime.date,
    items: list[PlanItem],
    *,
    teacher: Person,
    today: datetime.date,
) -> tuple[Load, list[HeavyDate]]:
    """The load of a week before publishing, and the homework among these items whose due day to
    come, in any week, is too heavy. Seven queries.
    """
    due = {item: timezone.localdate(item.assignment.due_at) for item in items if item.assignment}
    due = {item: day for item, day in due.items() if day >= today}
    first = min([monday, *(day - AROUND * ONE_DAY for day in due.values())])
    last = max([monday + 6 * ONE_DAY, *(day + AROUND * ONE_DAY for day in due.values())])
    load = load_between(school_class, first, last + OWN_DATES_WITHIN, teacher=teacher)
    heavy = []
    for item, day in due.items():
        here = load.on(day)
        if here is None or not here.passing:
            continue
        homework = required(item.assignment).homework
        lighter, _passing_then = _lighter(
            load,
            day,
            ProposedWork(item.part.teaching, homework.minutes, {}),
            passing=here.passing,
            not_before=max(today + ONE_DAY, item.day),
        )
        heavy.append(HeavyDate(item, here, lighter))
    return only_week(load, monday), heavy
