"""Queries for the planner: one class, one week, drawn from the timetable.

As many queries for a full week as for an empty one.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q, QuerySet

from continuity.enums import ItemKind
from continuity.models import Homework, ItemChange, Lesson, PlanItem, PlanPart, RemovedItem
from continuity.plans.values.plans import PlanPlace
from courses.agenda.enums import DayOff
from courses.agenda.models import Absence, Meeting
from courses.agenda.queries import (
    ONE_DAY,
    ONE_WEEK,
    DatedHour,
    SchoolDays,
    class_hours,
    days_of,
    on_their_days,
)
from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence, Resource
from courses.people.models import Person, SchoolClass, Teaching

ICONS: dict[str, str] = {
    ItemKind.LESSON: "book-open",
    ItemKind.HOMEWORK: "inbox",
    ItemKind.VIDEO: "video",
    ItemKind.RESOURCE: "external-link",
    ItemKind.NOTE: "message-square",
}
SHOWN_DAYS = 5  # Monday to Friday; the weekend when something is on it


@dataclass
class Block:
    """An item as it stands on its day."""

    item: PlanItem
    place: int  # among the part's items of that day, from 0
    of: int  # how many these are
    can_write: bool = False
    changes: list[ItemChange] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return ICONS[ItemKind(self.item.kind)]

    @property
    def tone(self) -> str:
        """Work to do is green, a video class blue; what waits for the teacher is amber."""
        if self.item.is_held_back or self.absence:
            return "wait"
        return {ItemKind.HOMEWORK: "done", ItemKind.VIDEO: "now"}.get(ItemKind(self.item.kind), "")

    @property
    def seen(self) -> PlanPlace:
        return PlanPlace(self.item.day, self.place)

    @property
    def has_its_own_date(self) -> bool:
        return self.item.kind == ItemKind.VIDEO

    @property
    def is_first(self) -> bool:
        return self.place == 0

    @property
    def is_last(self) -> bool:
        return self.place == self.of - 1

    @property
    def goes_by_its_own_page(self) -> bool:
        """A homework is deleted and a video class cancelled where that is told to students."""
        return self.item.kind in (ItemKind.HOMEWORK, ItemKind.VIDEO)

    @property
    def can_be_kept(self) -> bool:
        return self.content is not None and not self.content.in_library

    @property
    def content(self) -> Lesson | Homework | None:
        """The lesson or homework, where the item has one."""
        return self.item.lesson or (self.item.assignment.homework if self.item.assignment else None)

    @property
    def absence(self) -> Absence | None:
        """The absence for whose hour the item was prepared."""
        cover = getattr(self.item, "cover", None)
        return cover and cover.absence


@dataclass
class PlannerDay:
    day: datetime.date
    hours: list[DatedHour] = field(default_factory=list)
    off: tuple[DayOff, str] | None = None
    blocks: list[Block] = field(default_factory=list)

    @property
    def why_off(self) -> str:
        """The name of the holiday or the reason of the closure, in words."""
        if self.off is None:
            return ""
        kind, name = self.off
        return name or str(DayOff(kind).label)


@dataclass
class PlannerWeek:
    """A class's week as one person sees it: a teaching of theirs to write in, or all subjects to
    read.
    """

    school_class: SchoolClass
    monday: datetime.date
    letter: str
    mine: list[Teaching]
    teaching: Teaching | None  # the one that is written in; None: all subjects
    part: PlanPart | None
    days: list[PlannerDay]
    removed: list[RemovedItem]
    school_days: SchoolDays

    @property
    def last_day(self) -> datetime.date:
        return self.days[-1].day

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def before(self) -> datetime.date:
        return self.monday - ONE_WEEK

    @property
    def after(self) -> datetime.date:
        return self.monday + ONE_WEEK

    @property
    def items(self) -> list[PlanItem]:
        return [block.item for day in self.days for block in day.blocks]

    @property
    def class_days(self) -> list[datetime.date]:
        """Those on which the timetable has something."""
        return [day.day for day in self.days if day.hours]


def writable_teachings(person: Person, class_public_id: str) -> list[Teaching]:
    """Teachings of a class that the person may write in today: their own and, on their dates, those
    of a stand-in. With class, school, calendar.
    """
    taught = Teaching.objects.open_to(person).filter(school_class__public_id=class_public_id)
    return list(
        taught.select_related("subject", "school_class__school__calendar").order_by(
            "subject__code", "pk"
        )
    )


def left_behind(week: PlannerWeek, person: Person) -> set[int]:
    """The pks of teachings with video classes in the week that the person answers for in their
    teacher's place. One query, if the week has one of a subject that the person gives.
    """
    subjects = {teaching.subject_id for teaching in week.mine}
    own = {teaching.pk for teaching in week.mine}
    others = {
        item.part.teaching_id
        for item in week.items
        if item.kind == ItemKind.VIDEO and item.part.teaching.subject_id in subjects
    } - own
    if not others:
        return set()
    found = Teaching.objects.answered_by(person).order_by().filter(pk__in=others)
    return set(found.values_list("pk", flat=True))


def planner_week(
    school_class: SchoolClass,
    monday: datetime.date,
    *,
    mine: list[Teaching],
    teaching: Teaching | None,
    reads_drafts: bool,
) -> PlannerWeek:
    """`teaching`: one of `mine`, or None for all subjects.

    `reads_drafts`: the class tutor and the leader, of every subject.
    """
    parts = _parts(school_class, monday, mine=mine, teaching=teaching, reads_drafts=reads_drafts)
    if teaching:
        teaching.school_class = school_class
    days = days_of([school_class.school])[school_class.school_id]
    sunday = monday + 6 * ONE_DAY
    if teaching:  # whatever an hour's teaching has is at hand
        hours = on_their_days(list(teaching.hours.all()), monday, sunday, days)
    else:
        hours = class_hours(
            Teaching.objects.filter(school_class=school_class), monday, sunday, days
        )
    part = (
        next((part for part in parts if part.teaching_id == teaching.pk), None)
        if teaching
        else None
    )
    return PlannerWeek(
        school_class=school_class,
        monday=monday,
        letter=days.week_letter(monday),
        mine=mine,
        teaching=teaching,
        part=part,
        days=_days(parts, monday, days=days, hours=hours, written=part),
        removed=list(part.removed_items.select_related("removed_by")) if part else [],
        school_days=days,
    )


def _parts(
    school_class: SchoolClass,
    monday: datetime.date,
    *,
    mine: list[Teaching],
    teaching: Teaching | None,
    reads_drafts: bool,
) -> list[PlanPart]:
    parts = PlanPart.objects.filter(plan__school_class=school_class, plan__monday=monday)
    if teaching:
        found = list(parts.filter(teaching=teaching).select_related("plan"))
        for part in found:
            part.teaching = teaching
        return found
    if not reads_drafts:
        parts = parts.filter(
            Q(teaching__in=mine) | Q(pk__in=PlanPart.objects.published().values("pk"))
        )
    return list(parts.select_related("plan", "teaching__subject", "teaching__teacher"))


def items_of(parts: Iterable[PlanPart] | models.QuerySet) -> list[PlanItem]:
    """The items of these parts in their order, with what each contains.

    Deleted homework is left out.
    """
    return list(items_in(parts))


def items_in(parts: Iterable[PlanPart] | models.QuerySet) -> models.QuerySet[PlanItem]:
    """The same, not asked yet.

    Video classes and resources are read when there are any, all at once: most weeks have none.
    """
    return (
        PlanItem.objects.filter(part__in=parts)
        .standing()
        .select_related("lesson", "assignment__homework", "cover__absence")
        .prefetch_related("lesson__attachments")
        .in_order()
        .fetch_mode(models.FETCH_PEERS)
    )


def _days(
    parts: list[PlanPart],
    monday: datetime.date,
    *,
    days: SchoolDays,
    hours: list[DatedHour],
    written: PlanPart | None,
) -> list[PlannerDay]:
    by_pk = {part.pk: part for part in parts}
    items, changes = items_of(parts), _changes(parts)
    _join(items, hours)
    first_hour: dict = {}
    for hour in hours:
        first_hour.setdefault((hour.day, hour.hour.teaching_id), hour.hour.begins)
    together: dict = defaultdict(list)
    for item in items:
        together[item.day, item.part_id].append(item)
    blocks: dict = defaultdict(list)
    for (day, pk), group in together.items():
        for place, item in enumerate(group):
            item.part = by_pk[pk]
            can_write = written is not None and pk == written.pk
            blocks[day].append(Block(item, place, len(group), can_write, changes.get(item.pk, [])))
    late = datetime.time.max
    for day, found in blocks.items():
        found.sort(
            key=lambda block: (
                first_hour.get((day, block.item.part.teaching_id), late),
                block.item.part_id,
                block.place,
            )
        )
    shown = []
    for n in range(7):
        day = monday + n * ONE_DAY
        that_day = [hour for hour in hours if hour.day == day]
        if n < SHOWN_DAYS or that_day or blocks.get(day):
            shown.append(PlannerDay(day, that_day, days.day_off(day), blocks.get(day, [])))
    return shown


def _join(items: list[PlanItem], hours: list[DatedHour]) -> None:
    """Their hours, as far as these are known, and their meetings with all that is shown of them:
    one query, where there are any.
    """
    known = {dated.hour.pk: dated.hour for dated in hours}
    wanted = {item.meeting_id for item in items if item.meeting_id}
    meetings = (
        Meeting.objects.select_related("series__video_class", "occurrence").in_bulk(wanted)
        if wanted
        else {}
    )
    for item in items:
        if item.class_hour_id in known:
            item.class_hour = known[item.class_hour_id]
        if item.meeting_id:
            item.meeting = meetings[item.meeting_id]


def _changes(parts: list[PlanPart]) -> dict[int, list[ItemChange]]:
    found: dict[int, list[ItemChange]] = defaultdict(list)
    if any(part.is_published for part in parts):
        for change in ItemChange.objects.filter(part__in=parts, item__isnull=False):
            found[change.item_id or 0].append(change)
    return found


def resources_for(teaching: Teaching, day: datetime.date) -> QuerySet[Resource]:
    """Resources with a subscription of the class's school on that day, for all, for the subject or
    for the teacher by name.
    """
    named = Q(scope=LicenceScope.NAMED, teachers=teaching.teacher_id)
    return _subscribed(teaching, day, _for_the_class(teaching) | named)


def resources_of_class(teaching: Teaching, day: datetime.date) -> QuerySet[Resource]:
    """As `resources_for`, without those for teachers by name: no student has them."""
    return _subscribed(teaching, day, _for_the_class(teaching))


def _for_the_class(teaching: Teaching) -> Q:
    by_subject = Q(scope=LicenceScope.SUBJECTS, subjects=teaching.subject_id)
    return Q(scope=LicenceScope.WHOLE_SCHOOL) | by_subject


def _subscribed(teaching: Teaching, day: datetime.date, reach: Q) -> QuerySet[Resource]:
    licences = Licence.objects.filter(school=teaching.school_class.school_id).on(day)
    return (
        Resource.objects.filter(pk__in=licences.filter(reach).values("resource"))
        .select_related("provider")
        .order_by("name")
    )
