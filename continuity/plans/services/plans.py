"""Services on a week's plan.

The plan's row is the parent: held first, its version raised by each change that students see.
"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from continuity.enums import ItemKind
from continuity.models import ContinuityPlan, ItemChange, PlanItem, PlanPart, plan_of
from courses.people.models import Person, Teaching


def hold(plan: ContinuityPlan) -> ContinuityPlan:
    """The plan as it is now, its row held until commit."""
    return ContinuityPlan.objects.select_for_update().get(pk=plan.pk)


def changed(*plans: ContinuityPlan) -> None:
    """Raise the version of these plans, so that the cached pages of their students are no longer
    used.

    Call it in the transaction of the change.
    """
    ContinuityPlan.objects.filter(pk__in=[plan.pk for plan in plans]).update(
        version=F("version") + 1
    )


def part_for(*, teaching: Teaching, day: datetime.date, by: Person | None = None) -> PlanPart:
    """The teaching's part in the week of that day; an empty draft is made at the first call, under
    the plan's lock.
    """
    with transaction.atomic():
        plan = hold(plan_of(teaching.school_class, day))
        part, _made = PlanPart.objects.get_or_create(
            plan=plan, teaching=teaching, defaults={"saved_by": by}
        )
    return part


def held_part(part: PlanPart) -> PlanPart:
    """The part as it is now, with its plan held until commit: what every change of its items begins
    with.
    """
    plan = hold(part.plan)
    found = PlanPart.objects.select_related(
        "teaching__school_class__school", "teaching__subject"
    ).get(pk=part.pk)
    found.plan = plan
    return found


def saved(part: PlanPart, *, by: Person | None, now: datetime.datetime | None = None) -> None:
    """Say when and by whom the part was last written; students of a published one see something
    new.
    """
    now = now or timezone.now()
    PlanPart.objects.filter(pk=part.pk, saved_at__lte=now).update(saved_at=now, saved_by=by)
    if part.is_published:
        changed(part.plan)


def add_item(
    *,
    part: PlanPart,
    kind: ItemKind,
    day: datetime.date,
    title: str,
    minutes: int = 0,
    by: Person | None = None,
    now: datetime.datetime | None = None,
    key: str = "",
    **content: Any,
) -> PlanItem:
    """Add an item on a day of the part, after the others. Idempotent by `key`, where a form has
    one, unless any value differs.

    `content` is the column of its kind (lesson, assignment, meeting, resource), and `note` or
    `class_hour` where there are any. Holds the plan. In a published part students are shown that it
    was added.
    """
    with transaction.atomic():
        part = held_part(part)
        known = PlanItem.objects.filter(public_id=key).first() if key else None
        if known and known.part_id == part.pk:
            said = {"kind": kind, "day": day, "title": title, "minutes": minutes, **content}
            if same := part.items.filter(**said).first():
                return same
        elif key and not known:
            content["public_id"] = key
        last = part.items.filter(day=day).aggregate(last=Max("position"))["last"]
        item = PlanItem.objects.create(
            part=part,
            kind=kind,
            day=day,
            title=title,
            minutes=minutes,
            position=0 if last is None else last + 1,
            **content,
        )
        if not item.is_held_back:
            record_change(item, "added", now=title, at=now)
        saved(part, by=by, now=now)
    return item


def record_change(
    item: PlanItem,
    field: str,
    was: object = "",
    now: object = "",
    *,
    at: datetime.datetime | None = None,
) -> ItemChange | None:
    """Record a change of a published part for its students, with the old and new value; nothing in
    a draft. Call it in the transaction of the change.

    Days, instants and numbers are stored so that they can be read in any language (ISO 8601): pass
    them as they are. One line for each field of an item: it has the value at publication, and is
    deleted when that value is back.
    """
    part = item.part
    if not part.is_published or item.is_held_back:
        return None
    at = at or timezone.now()
    before, after = _kept(was), _kept(now)
    line = ItemChange.objects.filter(item=item, field=field).first()
    if line is None:
        return ItemChange.objects.create(
            part=part,
            item=item,
            item_title=item.title,
            day=item.day,
            field=field,
            was=before,
            now=after,
            changed_at=at,
        )
    if before and after and line.was == after:
        line.delete()
        return None
    line.now, line.changed_at, line.item_title, line.day = after, at, item.title, item.day
    line.save(update_fields=["now", "changed_at", "item_title", "day"])
    return line


def _kept(value: object) -> str:
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.UTC)
    if isinstance(value, datetime.date):
        value = value.isoformat()
    return str(value)[:300]
