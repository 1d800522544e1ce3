"""What a class's plans say to everybody in it, as plain values: nothing of any student, so that it may be kept for all of them."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import batched

from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from continuity.enums import ItemKind, PartState, Returns
from continuity.models import ItemChange, PlanItem
from continuity.queries.prepared import Prepared, instant_of
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.agenda.values import PARIS

# Work that was given longer ago than this isn't looked for any more.
GIVEN_WITHIN = 16 * ONE_WEEK
CLASSES_AT_ONCE = 8  # a student is in one, with some groups and options
END_OF_DAY = datetime.time.max
LAST = 999  # after what still stands there
WITH_WORK = (ItemKind.LESSON, ItemKind.HOMEWORK, ItemKind.RESOURCE)
SAID_WITHOUT_VALUES = ("text", "added")


@dataclass(frozen=True)
class Change:
    """What was and what is, as `record_change` keeps it: days and instants in ISO 8601."""

    field: str
    was: str
    now: str


@dataclass(frozen=True)
class ClassItem:
    """One thing that a class is given. The order of its fields is that of COLUMNS."""

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
    homework: int | None = None
    changes: tuple[Change, ...] = ()

    @property
    def subject_title(self) -> str:
        return self.subject_en if translation.get_language() == "en" else self.subject_fr

    @property
    def is_to_hand_in(self) -> bool:
        return self.assignment_pk is not None and self.returns != Returns.NOTHING

    @property
    def is_work(self) -> bool:
        """To be done, and ticked off: a note too, once it says how long it takes."""
        return self.kind in WITH_WORK or (self.kind == ItemKind.NOTE and self.minutes > 0)

    @property
    def is_gone(self) -> bool:
        """Taken out after publication, or moved to another week: stands where it was, struck through. Its note says where to."""
        return not self.pk

    @property
    def order(self) -> tuple:
        """In time order within a day; what has no hour comes after what has one, as the teacher put it."""
        return (self.begins or END_OF_DAY, self.position, self.pk)


COLUMNS = (
    *("pk", "public_id", "kind", "day", "position", "title", "minutes", "note"),
    *("part__plan__school_class", "part__plan__school_class__name", "part__teaching", "part__teaching__subject"),
    *("part__teaching__subject__title_fr", "part__teaching__subject__title_en", "part__teaching__teacher__language"),
    *("class_hour__begins", "class_hour__ends"),
    *("lesson__public_id", "assignment", "assignment__public_id", "assignment__due_at", "assignment__homework__returns"),
    *("meeting__public_id", "meeting__occurrence__start", "meeting__occurrence__end", "meeting__occurrence__cancelled"),
    *("meeting__cancel_reason", "resource__name", "resource__url", "assignment__homework"),
)
INSTANTS = [COLUMNS.index(name) for name in ("assignment__due_at", "meeting__occurrence__start", "meeting__occurrence__end")]
PLACE = (
    *("part__plan__school_class", "part__plan__school_class__name", "part__teaching", "part__teaching__subject"),
    *("part__teaching__subject__title_fr", "part__teaching__subject__title_en", "part__teaching__teacher__language"),
)


def midnight(day: datetime.date) -> datetime.datetime:
    """When that day begins in Paris."""
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=PARIS)


def items_between(
    *,
    plan_first: datetime.date,
    week_first: datetime.date,
    last: datetime.date,
    due_from: datetime.datetime,
    due_before: datetime.datetime,
    **classes: int,
) -> QuerySet:
    """What these classes' published plans hold in these weeks, and homework given earlier that is due then."""
    in_these_weeks = Q(part__plan__monday__gte=week_first)
    given_before = Q(kind=ItemKind.HOMEWORK, assignment__due_at__gte=due_from, assignment__due_at__lt=due_before)
    return (
        PlanItem.objects.shown()
        .filter(in_these_weeks | given_before)
        .filter(part__plan__school_class__in=list(classes.values()), part__plan__monday__range=(plan_first, last))
        .order_by()
        .values_list(*COLUMNS)
    )


def _changes(*, week_first: datetime.date, last: datetime.date, due_from: datetime.datetime, **classes: int) -> QuerySet:
    of_these_weeks = Q(part__plan__monday__range=(week_first, last)) | Q(item__assignment__due_at__gte=due_from)
    return (
        ItemChange.objects.filter(of_these_weeks, part__state=PartState.PUBLISHED, part__plan__school_class__in=list(classes.values()))
        .order_by("changed_at", "pk")
        .values_list("pk", "item", "field", "was", "now", "item_title", "day", *PLACE)
    )


ITEMS, CHANGES = Prepared(items_between), Prepared(_changes)


def class_items(
    classes: Collection[int],
    first: datetime.date,
    last: datetime.date,
    *,
    due_since: datetime.date,
    due_until: datetime.date,
) -> dict[int, list[ClassItem]]:
    """By class, what its published plans hold from day to day (both included), and the homework given earlier that is due from
    `due_since` to `due_until`. Two queries for up to eight classes, whatever the number of weeks and items."""
    found: dict[int, list[ClassItem]] = {pk: [] for pk in classes}
    for some in batched(found, CLASSES_AT_ONCE):
        places = {f"class_{n}": some[n % len(some)] for n in range(CLASSES_AT_ONCE)}
        weeks: dict[str, datetime.date] = {"week_first": monday_of(first), "last": last, "due_from": midnight(due_since)}
        rows = ITEMS.rows(plan_first=monday_of(first) - GIVEN_WITHIN, due_before=midnight(due_until + ONE_DAY), **weeks, **places)
        changes, removed = _by_item(CHANGES.rows(**weeks, **places), first, last)
        for row in rows:
            item = _class_item(row, tuple(changes.get(row[0], ())))
            found[item.class_pk].append(item)
        for item in removed:
            found[item.class_pk].append(item)
    for items in found.values():
        items.sort(key=lambda item: (item.day, *item.order))
    return found


def _class_item(row: tuple, changes: tuple[Change, ...]) -> ClassItem:
    """A video class stands on the day and at the hour of its meeting, wherever that was moved to."""
    values = [*row, changes]
    for column in INSTANTS:
        values[column] = instant_of(values[column])
    item = ClassItem(*values)
    if item.starts_at is None or item.ends_at is None:
        return item
    starts, ends = timezone.localtime(item.starts_at), timezone.localtime(item.ends_at)
    return replace(item, day=starts.date(), begins=starts.time(), ends=ends.time())


def _by_item(rows: list[tuple], first: datetime.date, last: datetime.date) -> tuple[dict[int, list[Change]], list[ClassItem]]:
    """What changed of each item since publication, and the items that were taken out on these days."""
    changes: dict[int, list[Change]] = defaultdict(list)
    removed = []
    for pk, item, field, was, now, title, day, *place in rows:
        if item:
            if was != now or field in SAID_WITHOUT_VALUES:
                changes[item].append(Change(field, was, now))
        elif field == "removed" and first <= day <= last:
            removed.append(_gone(pk, title, day, now, place))
    return changes, removed


def _gone(pk: int, title: str, day: datetime.date, moved_to: str, place: list) -> ClassItem:
    nothing = [None] * (len(COLUMNS) - 8 - len(place))
    return ClassItem(0, f"x{pk}", ItemKind.NOTE, day, LAST, title, 0, moved_to, *place, *nothing)
