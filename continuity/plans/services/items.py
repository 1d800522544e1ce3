"""Services on the items of a part: move, edit, take out, put back.

Each holds the plan until commit.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from continuity.enums import ItemKind
from continuity.models import HelpRequest, ItemChange, Lesson, PlanItem, PlanPart, RemovedItem, Tick
from continuity.plans.exceptions import (
    GoneForGood,
    HasItsOwnWayOut,
    MovedMeanwhile,
    NotInTheBouquet,
    TakenOutMeanwhile,
)
from continuity.plans.queries.planner import resources_for
from continuity.plans.rules.plans import why_not_move, why_not_on
from continuity.plans.services import plans
from continuity.plans.values.plans import PlanPlace
from courses.agenda.models import ClassHour
from courses.catalogue.models import Resource
from courses.exceptions import StaleSheet
from courses.people.models import Person

KEPT_FOR = datetime.timedelta(days=30)
COLUMNS = (
    "kind",
    "position",
    "title",
    "minutes",
    "note",
    "lesson_id",
    "resource_id",
    "class_hour_id",
)


def move(
    *,
    item: PlanItem,
    day: datetime.date,
    before: str = "",
    places: int = 0,
    seen: PlanPlace | None = None,
    by: Person | None = None,
    now: datetime.datetime | None = None,
) -> PlanItem:
    """Put the item on a day of its week: before the item named `before`, `places` up (-1) or down
    (1), else after all others.

    `seen` is where it stood on the mover's page: moved by somebody else since, it stays, unless it
    is on the wished day already. In a published part students are shown another day as was and is;
    the order within a day says nothing.
    """
    with transaction.atomic():
        part = plans.held_part(item.part)
        item = _standing(part, item)
        rows = list(part.items.standing().in_order())
        old_day, here = item.day, [row.pk for row in rows if row.day == item.day]
        above = here.index(item.pk)
        if seen and seen != PlanPlace(old_day, above):
            if old_day == day != seen.day:
                return item
            raise MovedMeanwhile(title=item.title)
        if refusal := why_not_move(item, day, monday=part.plan.monday):
            raise refusal
        others = [row for row in rows if row.day == day and row.pk != item.pk]
        at = (
            above + places
            if places
            else next((n for n, row in enumerate(others) if row.public_id == before), len(others))
        )
        others.insert(max(0, at), item)
        item.day = day
        if day != old_day:
            item.class_hour = None
        _number(others)
        item.save(update_fields=["day", "class_hour"])
        if day != old_day:
            plans.record_change(item, "day", old_day, day, at=now)
        plans.saved(part, by=by, now=now)
    return item


def _standing(part: PlanPart, item: PlanItem) -> PlanItem:
    found = part.items.standing().select_related("assignment").filter(pk=item.pk).first()
    if found is None:
        raise TakenOutMeanwhile(title=item.title)
    found.part = part
    return found


def _number(rows: list[PlanItem]) -> None:
    for position, row in enumerate(rows):
        row.position = position
    PlanItem.objects.bulk_update(rows, ["position"])


def add_note(
    *,
    part: PlanPart,
    day: datetime.date,
    title: str,
    note: str = "",
    minutes: int = 0,
    key: str = "",
    by: Person,
) -> PlanItem:
    """Raises a `Refusal` for a day of another week."""
    if refusal := why_not_on(day, monday=part.plan.monday):
        raise refusal
    return plans.add_item(
        part=part,
        kind=ItemKind.NOTE,
        day=day,
        title=title,
        note=note,
        minutes=minutes,
        key=key,
        by=by,
    )


def add_resource(
    *,
    part: PlanPart,
    day: datetime.date,
    resource: Resource,
    title: str,
    note: str = "",
    minutes: int = 0,
    key: str = "",
    by: Person,
) -> PlanItem:
    """A resource of the bouquet, on a day on which the class's school has it.

    Raises a `Refusal`.
    """
    if refusal := why_not_on(day, monday=part.plan.monday):
        raise refusal
    _must_be_ours(part, resource, day)
    return plans.add_item(
        part=part,
        kind=ItemKind.RESOURCE,
        day=day,
        title=title,
        note=note,
        minutes=minutes,
        key=key,
        by=by,
        resource=resource,
    )


def _must_be_ours(part: PlanPart, resource: Resource, day: datetime.date) -> None:
    if not resources_for(part.teaching, day).filter(pk=resource.pk).exists():
        raise NotInTheBouquet(
            school=part.teaching.school_class.school.name, resource=resource.name, day=day
        )


def edit(
    *,
    item: PlanItem,
    day: datetime.date,
    title: str,
    note: str,
    minutes: int,
    resource: Resource | None = None,
    seen: str = "",
    by: Person,
    now: datetime.datetime | None = None,
) -> PlanItem:
    """Change a note or a resource.

    `seen` is the text that the form was loaded with; raises `StaleSheet` if it has changed since.
    """
    with transaction.atomic():
        part = plans.held_part(item.part)
        item = _standing(part, item)
        if seen and seen != item.text_stamp:
            raise StaleSheet()
        if item.kind == ItemKind.RESOURCE and resource and resource.pk != item.resource_id:
            _must_be_ours(part, resource, day)
            item.resource = resource
            plans.record_change(item, "text", at=now)
        was = {"title": item.title, "minutes": item.minutes}
        if note.split() != item.note.split():
            plans.record_change(item, "text", at=now)
        item.title, item.note, item.minutes = title, note, minutes
        item.save(update_fields=["title", "note", "minutes", "resource"])
        for field, before in was.items():
            if getattr(item, field) != before:
                plans.record_change(item, field, before, getattr(item, field), at=now)
        plans.saved(part, by=by, now=now)
        return move(item=item, day=day, by=by, now=now) if day != item.day else item


def remove(*, item: PlanItem, by: Person, now: datetime.datetime | None = None) -> RemovedItem:
    """Take a lesson, a resource or a note out of the week. It can be put back for thirty days, with
    its ticks.

    The lesson itself stays. Of a published part, students are shown that it was taken out, and
    nothing else about it. Idempotent.
    """
    now = now or timezone.now()
    with transaction.atomic():
        part = plans.held_part(item.part)
        if gone := RemovedItem.objects.filter(item_public_id=item.public_id).first():
            return gone
        item = _standing(part, item)
        if item.kind in (ItemKind.HOMEWORK, ItemKind.VIDEO):
            raise HasItsOwnWayOut(title=item.title)
        kept = {column: getattr(item, column) for column in COLUMNS} | {
            "day": item.day.isoformat(),
            "ticks": list(item.ticks.values_list("student", flat=True)),
            "help_requests": list(item.help_requests.values_list("pk", flat=True)),
        }
        item.changes.all().delete()
        if line := plans.record_change(item, "removed", was=item.title, at=now):
            kept["change"] = line.pk
        removed = RemovedItem.objects.create(
            part=part,
            item_public_id=item.public_id,
            title=item.title,
            kept=kept,
            removed_at=now,
            removed_by=by,
        )
        item.delete()
        plans.saved(part, by=by, now=now)
    return removed


def put_back(*, removed: RemovedItem, by: Person, now: datetime.datetime | None = None) -> PlanItem:
    """The item as it was, on its day, with its address, its ticks and its questions.

    Students no longer read that it was taken out.
    """
    with transaction.atomic():
        part = plans.held_part(removed.part)
        if back := PlanItem.objects.filter(public_id=removed.item_public_id).first():
            return back
        kept = removed.kept
        if kept["lesson_id"] and not Lesson.objects.filter(pk=kept["lesson_id"]).exists():
            raise GoneForGood(title=removed.title)
        columns = {column: kept[column] for column in COLUMNS}
        if (
            columns["class_hour_id"]
            and not ClassHour.objects.filter(pk=columns["class_hour_id"]).exists()
        ):
            columns["class_hour_id"] = None
        day = datetime.date.fromisoformat(kept["day"])
        item = PlanItem.objects.create(
            part=part, public_id=removed.item_public_id, day=day, **columns
        )
        students = Person.objects.filter(pk__in=kept["ticks"])
        Tick.objects.bulk_create(Tick(item=item, student=student) for student in students)
        HelpRequest.objects.filter(pk__in=kept["help_requests"], item__isnull=True).update(
            item=item
        )
        ItemChange.objects.filter(pk=kept.get("change")).delete()
        RemovedItem.objects.filter(pk=removed.pk).delete()
        plans.saved(part, by=by, now=now)
    return item


def forget_what_was_removed(now: datetime.datetime) -> None:
    """For the tick: delete removed items after thirty days; they can't be put back any more."""
    RemovedItem.objects.filter(removed_at__lt=now - KEPT_FOR).delete()
