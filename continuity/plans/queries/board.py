"""The leader's board: which classes have a plan this week and the next, and which haven't.

The same queries for any number of classes.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Count, Q

from continuity.models import PlanPart
from courses.agenda.queries import ONE_DAY, ONE_WEEK, DatedHour, class_hours, days_of
from courses.people.models import Organisation, Person, SchoolClass, Teaching


@dataclass
class BoardSubject:
    """One teaching with hours in a week."""

    teaching: Teaching
    hours: list[DatedHour]
    part: PlanPart | None

    @property
    def is_published(self) -> bool:
        return self.part is not None and self.part.is_published

    @property
    def has_a_draft(self) -> bool:
        return self.part is not None and not self.part.is_published and self.part.count_items > 0


@dataclass
class Cell:
    """One class in one week."""

    monday: datetime.date
    subjects: list[BoardSubject] = field(default_factory=list)

    @property
    def expected(self) -> int:
        return len(self.subjects)

    @property
    def published(self) -> int:
        return sum(subject.is_published for subject in self.subjects)

    @property
    def missing(self) -> list[BoardSubject]:
        return [subject for subject in self.subjects if not subject.is_published]

    @property
    def hours_missing(self) -> int:
        return sum(len(subject.hours) for subject in self.missing)


@dataclass
class BoardRow:
    school_class: SchoolClass
    this_week: Cell
    next_week: Cell

    @property
    def order(self) -> tuple:
        """Those that miss most of this week stand first."""
        return tuple(_share_missing(cell) for cell in (self.this_week, self.next_week))


def _share_missing(cell: Cell) -> float:
    return -len(cell.missing) / cell.expected if cell.expected else 1


@dataclass
class Board:
    monday: datetime.date
    rows: list[BoardRow]

    @property
    def after(self) -> datetime.date:
        return self.monday + ONE_WEEK

    @property
    def complete(self) -> int:
        return sum(row.this_week.expected > 0 and not row.this_week.missing for row in self.rows)

    @property
    def with_class(self) -> int:
        return sum(row.this_week.expected > 0 for row in self.rows)


def board_of(leader: Person, monday: datetime.date) -> Board:
    """The classes of the schools that the person leads, in the school year of that week."""
    rows = _rows(SchoolClass.objects.led_by(leader), monday)
    rows.sort(
        key=lambda row: (
            row.order,
            row.school_class.kind,
            row.school_class.name,
            row.school_class.pk,
        )
    )
    return Board(monday, rows)


def own_rows_of_board(teacher: Person, monday: datetime.date) -> list[BoardRow]:
    """What the leader's board says of one teacher: their own subjects, by class."""
    rows = _rows(SchoolClass.objects.taught_by(teacher), monday)
    for row in rows:
        for cell in (row.this_week, row.next_week):
            cell.subjects = [one for one in cell.subjects if one.teaching.teacher_id == teacher.pk]
    found = [row for row in rows if row.this_week.expected or row.next_week.expected]
    return sorted(found, key=lambda row: (row.school_class.name, row.school_class.pk))


def _rows(wanted: models.QuerySet[SchoolClass], monday: datetime.date) -> list[BoardRow]:
    """This week and the next of each class."""
    classes = list(wanted.of_year(monday).select_related("school__calendar"))
    hours = _hours(classes, monday, monday + 13 * ONE_DAY)
    mondays = (monday, monday + ONE_WEEK)
    by_week = {(part.teaching_id, part.plan.monday): part for part in parts_of(classes, mondays)}
    rows = []
    for school_class in classes:
        cells = [_cell(week, hours[school_class.pk, week], by_week) for week in mondays]
        rows.append(BoardRow(school_class, *cells))
    return rows


def parts_of(
    classes: Iterable[SchoolClass], mondays: Iterable[datetime.date]
) -> models.QuerySet[PlanPart]:
    """Parts of the plans of these classes in these weeks, each with `count_items`."""
    items = Count("items", filter=~Q(items__assignment__homework__deleted_at__isnull=False))
    parts = PlanPart.objects.filter(plan__school_class__in=classes, plan__monday__in=mondays)
    return parts.select_related("plan").annotate(count_items=items)


def _hours(
    classes: list[SchoolClass], first: datetime.date, last: datetime.date
) -> dict[tuple, list[DatedHour]]:
    """Hours by class and week. One query for the days of all schools, and one for each school: a
    leader has one, rarely two. `classes`: read with their schools' calendars.
    """
    found: dict[tuple, list[DatedHour]] = defaultdict(list)
    schools: dict[int, Organisation] = {
        school_class.school_id: school_class.school for school_class in classes
    }
    days = days_of(schools.values())
    for school in schools.values():
        teachings = Teaching.objects.filter(
            school_class__in=[c for c in classes if c.school_id == school.pk]
        )
        for hour in class_hours(teachings, first, last, days[school.pk]):
            found[
                hour.hour.teaching.school_class_id, hour.day - hour.day.weekday() * ONE_DAY
            ].append(hour)
    return found


def _cell(monday: datetime.date, hours: list[DatedHour], parts: dict) -> Cell:
    by_teaching: dict[int, list[DatedHour]] = defaultdict(list)
    for hour in hours:
        by_teaching[hour.hour.teaching_id].append(hour)
    subjects = [
        BoardSubject(group[0].hour.teaching, group, parts.get((pk, monday)))
        for pk, group in by_teaching.items()
    ]
    return Cell(
        monday,
        sorted(subjects, key=lambda subject: (str(subject.teaching.subject), subject.teaching.pk)),
    )
