"""Gaps of a week, shown to its teacher before publishing.

No gap prevents publishing.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from continuity.enums import ItemKind
from continuity.models import PlanItem
from courses.agenda.queries import SchoolDays
from courses.exceptions import Refusal
from courses.required import required


@dataclass(frozen=True)
class Gap:
    """One thing that seems to be missing: a sentence as a `Refusal` says it, about an item or about
    a day.
    """

    said: Refusal
    item: PlanItem | None = None


def _says(words: Promise) -> type[Refusal]:
    return type("Missing", (Refusal,), {"message": words})


LessonIsEmpty = _says(_("The lesson “%(title)s” has no text and no file yet."))
HomeworkIsEmpty = _says(_("The homework “%(title)s” doesn’t say yet what is to be done."))
WithoutMinutes = _says(
    _("“%(title)s” doesn’t say how many minutes it takes: it doesn’t count in the students’ load.")
)
DueIsPast = _says(_("“%(title)s” was due on %(due)s: that is past."))
DueOnADayOff = _says(_("“%(title)s” is due on %(due)s, a day without class."))
OnADayOff = _says(_("“%(title)s” is on %(day)s, a day without class."))
VideoIsCancelled = _says(_("The video class “%(title)s” is cancelled."))
HeldBack = _says(
    _("“%(title)s” was prepared for your absence: read it, then show it to the class.")
)
DayIsEmpty = _says(_("Nothing is planned on %(day)s, and the class has this subject that day."))


def what_is_missing(
    items: Iterable[PlanItem],
    *,
    class_days: Iterable[datetime.date],
    days: SchoolDays,
    now: datetime.datetime,
) -> list[Gap]:
    """Gaps of a week, in its order, then empty days.

    Items come with what they contain; attachments of lessons are prefetched.
    """
    items = list(items)
    found = [Gap(said, item) for item in items if (said := _of(item, days, now))]
    taken = {item.day for item in items}
    return found + [Gap(DayIsEmpty(day=day)) for day in class_days if day not in taken]


def _of(item: PlanItem, days: SchoolDays, now: datetime.datetime) -> Refusal | None:
    """The first thing to look at in an item."""
    if item.is_held_back:
        return HeldBack(title=item.title)
    if not days.has_class(item.day):
        return OnADayOff(title=item.title, day=item.day)
    if item.kind == ItemKind.HOMEWORK:
        return _of_homework(item, days, now)
    if item.kind == ItemKind.LESSON:
        return _of_lesson(item)
    if item.kind == ItemKind.VIDEO and required(item.meeting).is_cancelled:
        return VideoIsCancelled(title=item.title)
    return None


def _of_homework(item: PlanItem, days: SchoolDays, now: datetime.datetime) -> Refusal | None:
    given = required(item.assignment)
    if given.due_at <= now:
        return DueIsPast(title=item.title, due=given.due_at)
    if not days.has_class(timezone.localdate(given.due_at)):
        return DueOnADayOff(title=item.title, due=given.due_at)
    if not given.homework.body:
        return HomeworkIsEmpty(title=item.title)
    return None if item.minutes else WithoutMinutes(title=item.title)


def _of_lesson(item: PlanItem) -> Refusal | None:
    lesson = required(item.lesson)
    if not lesson.body and not lesson.attachments.all():
        return LessonIsEmpty(title=item.title)
    return None if item.minutes else WithoutMinutes(title=item.title)
