"""A week is copied into another: texts and files become the copy's own, days and due dates go over
closures and holidays.
"""

import datetime

from django.db import transaction

from continuity.enums import ItemKind
from continuity.models import Homework, Lesson, PlanItem, PlanPart
from continuity.plans.exceptions import NothingToCopy
from continuity.plans.queries.copying import CopyFate, Wishes, what_becomes_of
from continuity.plans.services import library, plans
from courses.locks import lock_then_read
from courses.people.models import Person


def copy_week(
    *,
    source: PlanPart,
    target: PlanPart,
    by: Person,
    wished: Wishes | None = None,
    now: datetime.datetime | None = None,
) -> list[CopyFate]:
    """Add the items of `source` to `target`, and return for each its new day, or why it wasn't
    copied.

    `wished`: other days than those it proposes, and what is left out; days with class of the
    target's week. Holds the target's plan. Idempotent. Raises `NothingToCopy` when there is nothing
    in the source.
    """
    with transaction.atomic():
        target = plans.held_part(target)
        fates = what_becomes_of(
            source, teaching=target.teaching, monday=target.plan.monday, wished=wished
        )
        if not fates:
            raise NothingToCopy()
        _hold_texts([fate.item for fate in fates if fate.day is not None])
        for fate in fates:
            if fate.day is not None:
                _copy(fate.item, target, fate.day, fate.due_at, by=by, now=now)
    return fates


def _hold_texts(items: list[PlanItem]) -> None:
    """All of them before the first is copied, in the order of their keys: two weeks that have the same
    texts in another order may be copied side by side.
    """
    lessons = [item.lesson_id for item in items if item.lesson_id]
    homework = [item.assignment.homework_id for item in items if item.assignment]
    lock_then_read(Lesson.objects.filter(pk__in=lessons), no_key=True)
    lock_then_read(Homework.objects.filter(pk__in=homework), no_key=True)


def _copy(
    item: PlanItem,
    target: PlanPart,
    day: datetime.date,
    due_at: datetime.datetime | None,
    *,
    by: Person,
    now: datetime.datetime | None,
) -> PlanItem:
    if item.lesson:
        lesson = library.copy_lesson(lesson=item.lesson, by=by)
        return library.place_lesson(lesson, part=target, day=day, by=by, now=now)
    if item.assignment and due_at:
        homework = library.copy_homework(homework=item.assignment.homework, by=by)
        return library.place_homework(homework, part=target, day=day, due_at=due_at, by=by, now=now)
    return plans.add_item(
        part=target,
        kind=ItemKind(item.kind),
        day=day,
        title=item.title,
        minutes=item.minutes,
        note=item.note,
        resource=item.resource,
        by=by,
        now=now,
    )
