"""A lesson is written and changed. What students see is the plans' too: those are held first."""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from continuity.models import ContinuityPlan, Lesson, PlanItem, PlanPart
from continuity.plans.documents import ON_PAPER
from continuity.plans.rules.plans import why_not_on
from continuity.plans.services import library, plans
from continuity.plans.values.lesson import LessonText
from continuity.plans.values.saved import FIRST_REVISION, says
from continuity.writing import services as attachments
from continuity.writing.values.files import Files
from continuity.writing.values.rich_text import clean, reads_the_same
from courses.documents import services as documents
from courses.documents.models import Paper
from courses.exceptions import Refusal, StaleSheet
from courses.people.models import Person


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
    """A new lesson on a day of the part. Raises a `Refusal`; a file that can't be taken doesn't
    keep the text from being saved.

    `key` is the form's, and becomes the lesson's public id: the same form sent twice is one lesson.
    With other words the second time it changes that lesson, or is a lesson of its own where that
    one was changed meanwhile.
    """
    now = now or timezone.now()
    with transaction.atomic():
        part = plans.held_part(part)
        # On another day it is a lesson of its own: no word that arrives is thrown away.
        already = Lesson.objects.filter(
            public_id=key, author=by, items__part=part, items__day=day
        ).first()
        has_new_files = bool(files and files.new and already and not already.attachments.exists())
        if already and says(already, _columns(text)) and not has_new_files:
            return Saved(already, already.items.filter(part=part).first())
        if already and already.revision == FIRST_REVISION:
            return edit(
                lesson=already, revision=FIRST_REVISION, text=text, by=by, files=files, now=now
            )
        if refusal := why_not_on(day, monday=part.plan.monday):
            raise refusal
        own_id = (
            {"public_id": key} if key and not Lesson.objects.filter(public_id=key).exists() else {}
        )
        lesson = Lesson.objects.create(
            author=by, subject=part.teaching.subject, saved_at=now, **own_id, **_columns(text)
        )
        item = library.place_lesson(lesson, part=part, day=day, by=by, now=now)
    return Saved(lesson, item, attachments.change(of=lesson, files=files, by=by) if files else [])


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
        columns = _columns(text)
        if lesson.revision != revision:
            if (
                lesson.revision == revision + 1
                and not (files and files.new)
                and says(lesson, columns)
            ):
                return Saved(lesson)  # the same form, sent twice
            raise StaleSheet()
        was = {name: getattr(lesson, name) for name in columns}
        for name, value in columns.items():
            setattr(lesson, name, value)
        lesson.revision += 1
        lesson.saved_at = now
        lesson.save(update_fields=[*columns, "revision", "saved_at"])
        changed = {name for name in columns if columns[name] != was[name]}
        if reads_the_same(was["body"], columns["body"]):
            changed.discard("body")
        if files and (files.new or files.removed):
            changed.add("body")
        for item in lesson.items.select_related("part__plan"):
            item.title, item.minutes = lesson.title, lesson.minutes
            item.save(update_fields=["title", "minutes"])
            for name in sorted(changed & {"title", "minutes"}):
                plans.record_change(item, name, was[name], columns[name], at=now)
            if "body" in changed:
                plans.record_change(item, "text", at=now)
        plans.changed(*held)
    return Saved(
        lesson, not_taken=attachments.change(of=lesson, files=files, by=by) if files else []
    )


def _hold(lesson: Lesson) -> list[ContinuityPlan]:
    """The plans of the weeks in which it stands, in one order, until commit."""
    weeks = PlanPart.objects.filter(items__lesson=lesson).values("plan")
    return list(ContinuityPlan.objects.select_for_update().filter(pk__in=weeks).order_by("pk"))


def _columns(text: LessonText) -> dict:
    return {
        "title": text.title,
        "body": clean(text.body, "lesson"),
        "minutes": text.minutes,
        "in_library": text.in_library,
    }


def ask_for_paper(*, lesson: Lesson) -> Paper:
    """The lesson as it stands, in its author's language.

    Asked for by a whole class, it is one paper.
    """
    attachments = [
        (one.number, one.alt, one.name, one.file.name) for one in lesson.attachments.all()
    ]
    says = (lesson.title, lesson.body, lesson.minutes, attachments)
    return documents.ask_for_paper(
        kind=ON_PAPER.key, about=str(lesson.pk), says=says, language=lesson.author.language
    )
