"""Cover: a teacher's absence from class opens a draft of the plan for the hours concerned, and
takes it back with itself.
"""

import datetime
import hashlib
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from continuity.enums import CoverState, ItemKind, Letters
from continuity.models import Cover, PlanItem, PlanPart
from continuity.plans.queries.library import next_lesson_for
from continuity.plans.services import library, plans
from courses.agenda.models import Absence
from courses.agenda.queries import DatedHour, hours_missed
from courses.agenda.values import Hours
from courses.mail.services import post
from courses.people.models import Person

logger = logging.getLogger(__name__)


def follow(absence_id: int, *, now: datetime.datetime | None = None) -> None:
    """Bring the drafts in line with an absence: opened for each class hour in it, gone for those
    that aren't any more.

    Holds the absence's row until commit. May run twice. What is over stays as it is. The teacher is
    told of what was opened.
    """
    now = now or timezone.now()
    with transaction.atomic():
        absence = (
            Absence.objects.select_for_update(of=("self",))
            .select_related("teacher")
            .get(pk=absence_id)
        )
        if absence.ends_at > now:
            _bring_in_line(absence, now)
        Absence.objects.filter(pk=absence.pk).update(settled_at=now)


def follow_teachers(*teachers: Person, now: datetime.datetime | None = None) -> None:
    """Their timetable has changed, or who gives a subject: bring the drafts of all their absences
    to come in line.
    """
    now = now or timezone.now()
    to_come = (
        Absence.objects.standing().filter(teacher__in=teachers, ends_at__gt=now).order_by("pk")
    )
    for pk in list(to_come.values_list("pk", flat=True)):
        follow(pk, now=now)


def sweep(now: datetime.datetime) -> int:
    """Absences whose news was lost. Says how many."""
    lost = list(Absence.objects.filter(settled_at=None).values_list("pk", flat=True))
    for pk in lost:
        try:
            follow(pk, now=now)
        except Exception:
            logger.exception("absence %s could not be followed up", pk)
    return len(lost)


def release(*, item: PlanItem, by: Person, now: datetime.datetime | None = None) -> None:
    """Show students an item that was prefilled and that the teacher has read: in a published part
    at once. Idempotent.
    """
    with transaction.atomic():
        part = plans.held_part(item.part)
        for held in part.items.filter(pk=item.pk, is_held_back=True):
            held.is_held_back = False
            held.save(update_fields=["is_held_back"])
            held.part = part
            plans.record_change(held, "added", now=held.title, at=now)
            plans.saved(part, by=by, now=now)


def _bring_in_line(absence: Absence, now: datetime.datetime) -> None:
    missed = (
        []
        if absence.withdrawn_at
        else hours_missed(absence.teacher, Hours(absence.starts_at, absence.ends_at))
    )
    wanted = {(dated.hour.teaching_id, dated.hours.starts_at): dated for dated in missed}
    known = {
        (cover.teaching_id, cover.starts_at): cover
        for cover in absence.covers.standing().select_related("item__lesson", "part")
    }
    for key in known.keys() - wanted.keys():
        if known[key].ends_at > now:  # hours that are over stay as they were
            _take_back(known[key])
    opened = [_open(absence, wanted[key], now) for key in sorted(wanted.keys() - known.keys())]
    if opened:
        reason = hashlib.sha256(
            " ".join(f"{c.teaching_id}@{c.starts_at.isoformat()}" for c in opened).encode()
        ).hexdigest()[:16]
        post(
            Letters.COVER_WANTED,
            about=absence,
            to=absence.teacher,
            key=f"cover:{absence.pk}:{reason}",
            details={"covers": [cover.pk for cover in opened]},
        )


def _open(absence: Absence, dated: DatedHour, now: datetime.datetime) -> Cover:
    """The hour with a draft in the class's plan: what is there already, else a lesson of the
    library, else a note to write.
    """
    part = plans.part_for(teaching=dated.hour.teaching, day=dated.day, by=absence.teacher)
    facts = {
        "class_hour": dated.hour,
        "part": part,
        "day": dated.day,
        "ends_at": dated.hours.ends_at,
        "state": CoverState.OPEN,
        "opened_at": now,
    }
    cover, _made = Cover.objects.update_or_create(
        absence=absence,
        teaching=dated.hour.teaching,
        starts_at=dated.hours.starts_at,
        defaults=facts,
    )
    if not part.items.filter(day=dated.day, class_hour=dated.hour).exists():
        cover.item = _prefilled(absence, dated, part)
        cover.fingerprint = fingerprint(cover.item)
        cover.save(update_fields=["item", "fingerprint"])
    return cover


def _prefilled(absence: Absence, dated: DatedHour, part: PlanPart) -> PlanItem:
    teacher, minutes = absence.teacher, int(dated.hours.duration.total_seconds() // 60)
    common: dict[str, Any] = {
        "part": part,
        "day": dated.day,
        "class_hour": dated.hour,
        "by": teacher,
        "is_held_back": True,
    }
    if kept := next_lesson_for(dated.hour.teaching, teacher):
        lesson = library.copy_lesson(lesson=kept, by=teacher)
        return plans.add_item(
            kind=ItemKind.LESSON,
            title=lesson.title,
            minutes=lesson.minutes,
            lesson=lesson,
            **common,
        )
    with translation.override(teacher.language):
        title = _("Work for this hour")
    return plans.add_item(kind=ItemKind.NOTE, title=title, minutes=minutes, **common)


def _take_back(cover: Cover) -> None:
    """No longer needed: what was prefilled goes, unless somebody has written in it or shown it to
    the class.
    """
    part = plans.held_part(cover.part) if cover.part else None
    item = cover.item
    is_ours = item is not None and cover.fingerprint == fingerprint(item)
    is_shown = part is not None and item is not None and part.is_published and not item.is_held_back
    if item is not None and (is_shown or not is_ours):
        cover.state = CoverState.KEPT
        cover.save(update_fields=["state"])
        return
    cover.state, cover.item, cover.part = CoverState.GONE, None, None
    cover.save(update_fields=["state", "item", "part"])
    if item is not None:
        lesson = item.lesson
        item.delete()
        if lesson is not None and not lesson.items.exists():
            lesson.delete()
    if (
        part is not None
        and not part.is_published
        and not part.items.exists()
        and not part.covers.exists()
    ):
        part.delete()


def fingerprint(item: PlanItem) -> str:
    """Hash of all that a teacher can write in it. It differs once somebody has written."""
    words = [item.title, item.note, str(item.minutes), item.day.isoformat(), item.kind]
    if item.lesson:
        words += [
            item.lesson.title,
            item.lesson.body,
            str(item.lesson.minutes),
            str(item.lesson.attachments.count()),
            *item.lesson.tiles,
        ]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()
