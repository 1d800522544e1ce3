"""Weeks that a teacher may copy, and what would become of one."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Q

from continuity.enums import ItemKind
from continuity.models import PlanItem, PlanPart
from continuity.plans.exceptions import (
    CopiedAlready,
    NoDayLeft,
    NotInTheBouquet,
    VideoHasItsOwnDates,
)
from continuity.plans.queries.planner import items_of, resources_for
from continuity.plans.queries.shifting import LONGEST_WEEK, Weeks
from courses.agenda.queries import ONE_DAY, SchoolDays, class_hours, school_days
from courses.exceptions import Refusal
from courses.people.models import Person, Teaching
from courses.required import required

MOST_WEEKS = 40

type Wishes = Mapping[
    str, datetime.date | None
]  # by the item's public id: the day that was chosen; None: left out


@dataclass(frozen=True)
class CopyFate:
    """An item of the week that is copied: the day it goes to and its due date there, or why it
    stays behind.
    """

    item: PlanItem
    day: datetime.date | None = None
    due_at: datetime.datetime | None = None
    why_not: Refusal | None = None
    is_left_out: bool = False  # by the teacher

    @property
    def has_a_choice(self) -> bool:
        """Its day can be chosen, or that it stays behind."""
        return self.why_not is None or isinstance(self.why_not, NoDayLeft)

    @property
    def is_shifted(self) -> bool:
        return self.day is not None and self.day.weekday() != self.item.day.weekday()


def weeks_to_copy(person: Person, *, teaching: Teaching, monday: datetime.date) -> list[PlanPart]:
    """Weeks with something in them of what the person has ever taught, or stands in for today:
    latest first, this class’s before others.
    """
    return list(parts_to_copy(person, teaching=teaching, monday=monday)[:MOST_WEEKS])


def parts_to_copy(
    person: Person, *, teaching: Teaching, monday: datetime.date
) -> models.QuerySet[PlanPart]:
    """The same, not asked yet; each with `count_items`.

    The teachings are read first, in a query of their own: with a subquery in their place PostgreSQL
    reads the items of all classes.
    """
    taught = list(
        Teaching.objects.filter(
            Q(teacher=person) | Q(pk__in=Teaching.objects.open_to(person).values("pk"))
        )
    )
    nearness = models.Case(
        models.When(teaching=teaching, then=0),
        models.When(teaching__subject=teaching.subject_id, then=1),
        default=2,
    )
    parts = (
        PlanPart.objects.filter(teaching__in=taught)
        .exclude(teaching=teaching, plan__monday=monday)
        .annotate(
            count_items=Count(
                "items", filter=~Q(items__assignment__homework__deleted_at__isnull=False)
            ),
            nearness=nearness,
        )
        .filter(count_items__gt=0)
        .select_related("plan", "teaching__school_class__school", "teaching__subject")
    )
    return parts.order_by("-plan__monday", "nearness", "pk")


def days_to_copy_to(teaching: Teaching, monday: datetime.date) -> list[datetime.date]:
    """Monday to Saturday, without those on which the school is closed."""
    days = school_days(teaching.school_class.school)
    return [day for n in range(LONGEST_WEEK) if days.has_class(day := monday + n * ONE_DAY)]


def what_becomes_of(
    source: PlanPart, *, teaching: Teaching, monday: datetime.date, wished: Wishes | None = None
) -> list[CopyFate]:
    """Item by item, in the order of the week that is copied. A known number of queries."""
    weeks, wished = _weeks(source, teaching, monday), wished or {}
    there = list(
        PlanItem.objects.standing()
        .filter(part__teaching=teaching, part__plan__monday=monday)
        .select_related("lesson", "assignment__homework")
    )
    ours: dict[datetime.date, set[int]] = {}
    return [_fate(item, weeks, there, teaching, ours, wished) for item in items_of([source])]


def _weeks(source: PlanPart, teaching: Teaching, monday: datetime.date) -> Weeks:
    days = school_days(teaching.school_class.school)
    old_school, old = source.teaching.school_class.school, source.plan.monday
    old_days = days if old_school == days.school else school_days(old_school)
    return Weeks(
        from_days=_class_days(source.teaching, old, old_days),
        to_days=_class_days(teaching, monday, days),
        monday=monday,
        school_days=days,
    )


def _class_days(teaching: Teaching, monday: datetime.date, days: SchoolDays) -> list[datetime.date]:
    return sorted(
        {hour.day for hour in class_hours([teaching], monday, monday + 6 * ONE_DAY, days)}
    )


def _fate(
    item: PlanItem,
    weeks: Weeks,
    there: list[PlanItem],
    teaching: Teaching,
    ours: dict,
    wished: Wishes,
) -> CopyFate:
    if item.kind == ItemKind.VIDEO:
        return CopyFate(item, why_not=VideoHasItsOwnDates())
    day = weeks.day_for(item.day)
    if item.public_id in wished:
        day = wished[item.public_id]
        if day is None:
            return CopyFate(item, is_left_out=True)
    if day is None:
        return CopyFate(item, why_not=NoDayLeft(day=item.day))
    if any(_is_its_copy(other, item, day) for other in there):
        return CopyFate(item, why_not=CopiedAlready())
    if item.kind == ItemKind.RESOURCE:
        if day not in ours:
            ours[day] = set(resources_for(teaching, day).values_list("pk", flat=True))
        if item.resource_id not in ours[day]:
            return CopyFate(
                item,
                why_not=NotInTheBouquet(
                    school=teaching.school_class.school.name,
                    resource=required(item.resource).name,
                    day=day,
                ),
            )
    due_at = (
        weeks.due_for(required(item.assignment).due_at, day=item.day, new_day=day)
        if item.kind == ItemKind.HOMEWORK
        else None
    )
    return CopyFate(item, day, due_at)


def _is_its_copy(other: PlanItem, item: PlanItem, day: datetime.date) -> bool:
    """Whether `other` is a copy of `item`, so that copying is idempotent."""
    if other.kind != item.kind:
        return False
    if item.kind == ItemKind.LESSON:
        return required(other.lesson).copied_from_id == item.lesson_id
    if item.kind == ItemKind.HOMEWORK:
        return (
            required(other.assignment).homework.copied_from_id
            == required(item.assignment).homework_id
        )
    return (other.day, other.title, other.note, other.resource_id) == (
        day,
        item.title,
        item.note,
        item.resource_id,
    )
