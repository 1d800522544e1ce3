"""The items of a class's plans as plain values, the same for everybody in it and without data of
any student, so that they may be cached for all of them.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from continuity.enums import ItemKind, PartState, Returns
from continuity.models import ItemChange, PlanItem
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.agenda.values import PARIS

# How long before its due date work may be given, to be found by that date.
GIVEN_WITHIN = 16 * ONE_WEEK
END_OF_DAY = datetime.time.max
LAST = 999  # after what still stands there
WITH_WORK = (ItemKind.LESSON, ItemKind.HOMEWORK, ItemKind.RESOURCE)
SAID_WITHOUT_VALUES = ("text", "added")


@dataclass(frozen=True)
class RecordedChange:
    """The old and new value of a field, as `record_change` stores them: days and instants in ISO
    8601.
    """

    field: str
    was: str
    now: str


@dataclass(frozen=True)
class ClassItem:
    """One thing that a class is given."""

    pk: int
    public_id: str
    kind: str
    day: datetime.date
    position: int
    title: str
    minutes: int
    note: str
    class_pk: int
    class_name: str
    teaching: int
    subject: int
    subject_fr: str
    subject_en: str
    written_in: str  # the language of whose titles and notes these are: the teacher's
    begins: datetime.time | None
    ends: datetime.time | None
    lesson: str | None
    assignment_pk: int | None
    assignment: str | None
    due_at: datetime.datetime | None
    returns: str | None
    meeting: str | None
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None
    is_cancelled: bool | None
    cancel_reason: str | None
    resource: str | None
    resource_url: str | None
    resource_slug: str | None
    resource_way: str | None
    homework: int | None = None
    changes: tuple[RecordedChange, ...] = ()

    @property
    def subject_title(self) -> str:
        return self.subject_en if translation.get_language() == "en" else self.subject_fr

    @property
    def is_to_hand_in(self) -> bool:
        return self.assignment_pk is not None and self.returns != Returns.NOTHING

    @property
    def is_work(self) -> bool:
        """Whether it is to be done and ticked off: a note too, once it has minutes."""
        return self.kind in WITH_WORK or (self.kind == ItemKind.NOTE and self.minutes > 0)

    @property
    def is_gone(self) -> bool:
        """Taken out after publication, or moved to another week: stands where it was, struck
        through. Its note says where to.
        """
        return not self.pk

    @property
    def order(self) -> tuple:
        """Sort key within a day: by time, then items without an hour, as the teacher put them."""
        return (self.begins or END_OF_DAY, self.position, self.pk)


# Where the database has the fields of a `ClassItem`.
TAUGHT = {
    "class_pk": "part__plan__school_class",
    "class_name": "part__plan__school_class__name",
    "teaching": "part__teaching",
    "subject": "part__teaching__subject",
    "subject_fr": "part__teaching__subject__title_fr",
    "subject_en": "part__teaching__subject__title_en",
    "written_in": "part__teaching__teacher__language",
}
COLUMNS = {
    **{
        name: name
        for name in ("pk", "public_id", "kind", "day", "position", "title", "minutes", "note")
    },
    **TAUGHT,
    "begins": "class_hour__begins",
    "ends": "class_hour__ends",
    "lesson": "lesson__public_id",
    "assignment_pk": "assignment",
    "assignment": "assignment__public_id",
    "due_at": "assignment__due_at",
    "returns": "assignment__homework__returns",
    "meeting": "meeting__public_id",
    "starts_at": "meeting__occurrence__start",
    "ends_at": "meeting__occurrence__end",
    "is_cancelled": "meeting__occurrence__cancelled",
    "cancel_reason": "meeting__cancel_reason",
    "resource": "resource__name",
    "resource_url": "resource__url",
    "resource_slug": "resource__slug",
    "resource_way": "resource__connection__way",  # empty: nothing leads there from here
    "homework": "assignment__homework",
}


def midnight(day: datetime.date) -> datetime.datetime:
    """The instant when that day begins in Paris."""
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=PARIS)


def given_since(first: datetime.date, open_since: datetime.date | None = None) -> datetime.date:
    """The day from which work may have been given that is open on `first`."""
    return min(first - GIVEN_WITHIN, open_since or first)


def items_between(
    classes: Collection[int],
    first: datetime.date,
    last: datetime.date,
    due_since: datetime.date,
    due_until: datetime.date,
    *,
    open_since: datetime.date | None = None,
) -> QuerySet[PlanItem]:
    """Items of these classes' published plans in these weeks, and homework given earlier that is
    due then; from `open_since` on also what is to be handed in.
    """
    monday = monday_of(first)
    due_from, due_before = midnight(due_since), midnight(due_until + ONE_DAY)
    open_from = midnight(min(open_since or due_since, due_since))
    given_before = Q(
        kind=ItemKind.HOMEWORK, assignment__due_at__gte=open_from, assignment__due_at__lt=due_before
    ) & (Q(assignment__due_at__gte=due_from) | ~Q(assignment__homework__returns=Returns.NOTHING))
    return (
        PlanItem.objects.shown()
        .filter(Q(part__plan__monday__gte=monday) | given_before)
        .filter(
            part__plan__school_class__in=classes,
            part__plan__monday__range=(monday_of(given_since(first, open_since)), last),
        )
        .order_by()
    )


def _changes_between(
    classes: Collection[int], first: datetime.date, last: datetime.date, due_since: datetime.date
) -> QuerySet[ItemChange]:
    in_these_weeks = Q(part__plan__monday__range=(monday_of(first), last))
    return ItemChange.objects.filter(
        in_these_weeks | Q(item__assignment__due_at__gte=midnight(due_since)),
        part__state=PartState.PUBLISHED,
        part__plan__school_class__in=classes,
    ).order_by("changed_at", "pk")


def class_items(
    classes: Collection[int],
    first: datetime.date,
    last: datetime.date,
    *,
    due_since: datetime.date,
    due_until: datetime.date,
    open_since: datetime.date | None = None,
) -> dict[int, list[ClassItem]]:
    """Items of the published plans by class, from day to day (both included), and homework given
    earlier that is due from `due_since` to `due_until`; to be handed in, from `open_since` on. Two
    queries, whatever the number of classes, weeks and items.
    """
    classes = list(classes)
    changes, removed = _by_item(_changes_between(classes, first, last, due_since), first, last)
    found = items_between(classes, first, last, due_since, due_until, open_since=open_since)
    rows = found.values_list(*COLUMNS.values())
    items = [_class_item(dict(zip(COLUMNS, row, strict=True)), changes) for row in rows]
    by_class: dict[int, list[ClassItem]] = {pk: [] for pk in classes}
    for item in sorted([*items, *removed], key=lambda item: (item.day, *item.order)):
        by_class[item.class_pk].append(item)
    return by_class


def _class_item(row: dict[str, Any], changes: dict[int, list[RecordedChange]]) -> ClassItem:
    """A video class stands on the day and at the hour of its meeting, wherever that was moved to."""
    item = ClassItem(**row, changes=tuple(changes.get(row["pk"], ())))
    if item.starts_at is None or item.ends_at is None:
        return item
    starts, ends = timezone.localtime(item.starts_at), timezone.localtime(item.ends_at)
    return replace(item, day=starts.date(), begins=starts.time(), ends=ends.time())


def _by_item(
    changed: QuerySet[ItemChange], first: datetime.date, last: datetime.date
) -> tuple[dict[int, list[RecordedChange]], list[ClassItem]]:
    """Changes of each item since publication, and the items that were taken out on these days."""
    changes: dict[int, list[RecordedChange]] = defaultdict(list)
    removed = []
    facts = ("pk", "item", "field", "was", "now", "item_title", "day")
    for pk, item, field, was, now, title, day, *place in changed.values_list(
        *facts, *TAUGHT.values()
    ):
        if item:
            if was != now or field in SAID_WITHOUT_VALUES:
                changes[item].append(RecordedChange(field, was, now))
        elif field == "removed" and first <= day <= last:
            taught = dict(zip(TAUGHT, place, strict=True))
            removed.append(_gone(pk, title, day, now, taught))
    return changes, removed


def _gone(
    pk: int, title: str, day: datetime.date, moved_to: str, taught: dict[str, Any]
) -> ClassItem:
    nothing: dict[str, Any] = dict.fromkeys(COLUMNS.keys() - taught.keys())
    said: dict[str, Any] = {
        "pk": 0,
        "public_id": f"x{pk}",
        "kind": ItemKind.NOTE,
        "day": day,
        "position": LAST,
        "title": title,
    }
    return ClassItem(**nothing | said | taught | {"minutes": 0, "note": moved_to})
