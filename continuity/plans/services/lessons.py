"""Services that write and change lessons. They hold the plans first, since students see the lesson
there.
"""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from continuity.models import ContinuityPlan, Lesson, PlanItem, PlanPart
from continuity.plans.documents import ON_PAPER
from continuity.plans.rules.plans import why_not_on
from continuity.plans.services import library, plans
from continuity.plans.values.lesson import LessonText
from continuity.plans.values.saved import FIRST_REVISION, columns_of, says
from continuity.writing import services as attachments
from continuity.writing.values.files import Files
from continuity.writing.values.rich_text import reads_the_same
from courses.documents import services as documents
from courses.documents.models import Paper
from courses.exceptions import Refusal, StaleSheet
from courses.people.models import Person
from courses.required import required


@dataclass(frozen=True)
class Saved:
    """The lesson, where it was put, and which files weren't taken with it, each with why."""

    lesson: Lesson
    item: PlanItem | None = None
    not_taken: list[tuple[str, Refusal]] = field(default_factory=list)


def write(
    *,
    part: PlanPart,
    day: datetime.date,
    text: LessonText,
    by: Person,
    key: str = "",
    files: Files | None = None,
    now: datetime.datetime | None = None,
) -> Saved:
    """Add a new lesson on a day of the part. Raises a `Refusal`; the text is saved even if a file
    is refused.

    `key` is the form's, and becomes the lesson's public id. Idempotent by key. The same key with
    another text edits that lesson, or makes a new one on another day or where that one was changed
    meanwhile.
    """
    now = now or timezone.now()
    with transaction.atomic():
        part = plans.held_part(part)
        columns = columns_of(text, "lesson")
        known = Lesson.objects.filter(public_id=key).first() if key else None
        item = None
        if known and known.author_id == by.pk:
            there = part.items.filter(day=day, lesson__author=by)
            item = there.filter(**{f"lesson__{name}": columns[name] for name in columns}).first()
            if (
                not item
                and known.revision == FIRST_REVISION
                and there.filter(lesson=known).exists()
            ):
                return edit(
                    lesson=known, revision=FIRST_REVISION, text=text, by=by, files=files, now=now
                )
        if item is None:
            if refusal := why_not_on(day, monday=part.plan.monday):
                raise refusal
            own_id = {"public_id": key} if key and not known else {}
            lesson = Lesson.objects.create(
                author=by, subject=part.teaching.subject, saved_at=now, **own_id, **columns
            )
            item = library.place_lesson(lesson, part=part, day=day, by=by, now=now)
    lesson = required(item.lesson)
    return Saved(lesson, item, _take_files(lesson, files, by=by))


def edit(
    *,
    lesson: Lesson,
    revision: int,
    text: LessonText,
    by: Person,
    files: Files | None = None,
    now: datetime.datetime | None = None,
) -> Saved:
    """Change the text, its pictures and files. Students of a published week are shown what changed,
    but for the very words.

    Raises `StaleSheet` when it was saved since `revision`: nothing is changed then.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = _hold(lesson)
        lesson = Lesson.objects.select_for_update().select_related("subject").get(pk=lesson.pk)
        columns = columns_of(text, "lesson")
        if lesson.revision != revision:
            if lesson.revision != revision + 1 or not says(lesson, columns):
                raise StaleSheet()
            return Saved(lesson, not_taken=_take_files(lesson, files, by=by))  # sent twice
        was = {name: getattr(lesson, name) for name in columns}
        for name, value in columns.items():
            setattr(lesson, name, value)
        lesson.revision += 1
        lesson.saved_at = now
        lesson.save(update_fields=[*columns, "revision", "saved_at"])
        changed = {name for name in columns if columns[name] != was[name]}
        if reads_the_same(was["body"], columns["body"]):
            changed.discard("body")
        if "tiles" in changed or (files and (files.new or files.removed)):
            changed.add("body")
        for item in lesson.items.select_related("part__plan"):
            item.title, item.minutes = lesson.title, lesson.minutes
            item.save(update_fields=["title", "minutes"])
            for name in sorted(changed & {"title", "minutes"}):
                plans.record_change(item, name, was[name], columns[name], at=now)
            if "body" in changed:
                plans.record_change(item, "text", at=now)
        plans.changed(*held)
    return Saved(lesson, not_taken=_take_files(lesson, files, by=by))


def _take_files(lesson: Lesson, files: Files | None, *, by: Person) -> list[tuple[str, Refusal]]:
    return attachments.change(of=lesson, files=files, by=by) if files else []


def _hold(lesson: Lesson) -> list[ContinuityPlan]:
    """The plans of the weeks in which it stands, in one order, until commit."""
    weeks = PlanPart.objects.filter(items__lesson=lesson).values("plan")
    return list(ContinuityPlan.objects.select_for_update().filter(pk__in=weeks).order_by("pk"))


def ask_for_paper(*, lesson: Lesson) -> Paper:
    """Ask for the PDF of the lesson as it stands, in its author's language.

    A whole class gets the same PDF.
    """
    attachments = [
        (one.number, one.alt, one.name, one.file.name) for one in lesson.attachments.all()
    ]
    says = (lesson.title, lesson.body, lesson.minutes, attachments, lesson.tiles)
    return documents.ask_for_paper(
        kind=ON_PAPER.key, about=str(lesson.pk), says=says, language=lesson.author.language
    )
