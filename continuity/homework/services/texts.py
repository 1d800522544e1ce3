"""The text of a homework is changed: its items follow, and who had handed in reads what changed."""

import datetime
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from continuity.homework.values import HomeworkText
from continuity.models import HandIn, Homework, HomeworkEdit, PlanItem
from continuity.plans.services import plans
from continuity.plans.values.saved import columns_of
from continuity.writing.values.rich_text import reads_the_same
from courses.people.models import Person

TOLD = ("title", "body", "minutes", "tiles")


def rewrite(homework: Homework, text: HomeworkText, *, by: Person, now: datetime.datetime) -> None:
    was = told(homework)
    columns = columns_of(text, "homework")
    for name, value in columns.items():
        setattr(homework, name, value)
    homework.save(update_fields=list(columns))
    keep_edit(homework, was, by=by, now=now)
    follow(items_of(homework), homework, was, now=now)


def told(homework: Homework) -> dict[str, Any]:
    """What students are told of when it changes."""
    return {name: getattr(homework, name) for name in TOLD}


def keep_edit(
    homework: Homework, was: Mapping[str, Any], *, by: Person, now: datetime.datetime
) -> None:
    """For those who have handed in (case C14)."""
    handed_in = HandIn.objects.handed_in().filter(assignment__homework=homework)
    if _changed(homework, was) & {"title", "body"} and handed_in.exists():
        HomeworkEdit.objects.create(
            homework=homework,
            was=_as_read(was["title"], was["body"]),
            now=_as_read(homework.title, homework.body),
            edited_by=by,
            edited_at=now,
        )


def follow(
    items: Iterable[PlanItem], homework: Homework, was: Mapping[str, Any], *, now: datetime.datetime
) -> None:
    """Give the items the homework's title and minutes; students read what was before."""
    changed = _changed(homework, was)
    if not changed:
        return
    for item in items:
        item.title, item.minutes = homework.title, homework.minutes
        item.save(update_fields=["title", "minutes"])
        for field in sorted(changed & {"title", "minutes"}):
            plans.record_change(item, field, was[field], getattr(homework, field), at=now)
        if changed & {"body", "tiles"}:
            plans.record_change(item, "text", at=now)


def items_of(homework: Homework) -> list[PlanItem]:
    return list(
        PlanItem.objects.filter(assignment__homework=homework)
        .select_related("part__plan", "assignment")
        .order_by("pk")
    )


def _changed(homework: Homework, was: Mapping[str, Any]) -> set[str]:
    changed = {name for name in TOLD if getattr(homework, name) != was[name]}
    if reads_the_same(was["body"], homework.body):
        changed.discard("body")
    return changed


def _as_read(title: str, body: str) -> str:
    return f"<h3>{escape(title)}</h3>{body}"
