"""Rules of publishing a week and of moving an item: no database."""

import datetime

from django.utils import timezone

from continuity.enums import ItemKind
from continuity.models import PlanItem, PlanPart
from continuity.plans.exceptions import (
    DayOutsideTheWeek,
    DueBefore,
    MomentIsPast,
    MovesOnItsOwnPage,
    NothingToPublish,
    PublishedAlready,
)
from courses.exceptions import Refusal
from courses.required import required

ONE_WEEK = datetime.timedelta(weeks=1)


def why_not_publish(part: PlanPart, *, items: int) -> Refusal | None:
    if part.is_published:
        return PublishedAlready()
    if not items:
        return NothingToPublish()
    return None


def why_not_publish_later(
    part: PlanPart, *, at: datetime.datetime, items: int, now: datetime.datetime
) -> Refusal | None:
    if at <= now:
        return MomentIsPast()
    return why_not_publish(part, items=items)


def why_not_on(day: datetime.date, *, monday: datetime.date) -> Refusal | None:
    if not monday <= day < monday + ONE_WEEK:
        return DayOutsideTheWeek(day=day)
    return None


def why_not_move(item: PlanItem, day: datetime.date, *, monday: datetime.date) -> Refusal | None:
    if refusal := why_not_on(day, monday=monday):
        return refusal
    if day == item.day:
        return None
    if item.kind == ItemKind.VIDEO:
        return MovesOnItsOwnPage(title=item.title)
    if item.kind == ItemKind.HOMEWORK and day > timezone.localdate(
        due := required(item.assignment).due_at
    ):
        return DueBefore(title=item.title, due=due)
    return None
