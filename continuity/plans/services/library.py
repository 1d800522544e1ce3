"""A teacher's library: a lesson or homework is kept, and used again as a copy of its own."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Manager
from django.utils import timezone

from continuity.enums import ItemKind
from continuity.models import Assignment, Attachment, Homework, Lesson, PlanItem, PlanPart
from continuity.plans.exceptions import WithoutDueDate
from continuity.plans.rules.plans import why_not_on
from continuity.plans.services import plans
from courses.people.models import Person


def keep(*, content: Lesson | Homework, by: Person) -> Lesson | Homework:
    """Put a text into the person's library: itself if they wrote it, else a copy of their own.

    Idempotent.
    """
    with transaction.atomic():
        if content.author_id != by.pk:
            mine = (
                type(content)
                .objects.filter(author=by, copied_from=content, in_library=True)
                .first()
            )
            content = mine or (
                copy_lesson(lesson=content, by=by)
                if isinstance(content, Lesson)
                else copy_homework(homework=content, by=by)
            )
        content.in_library = True
        content.save(update_fields=["in_library"])
    return content


def take_out(*, content: Lesson | Homework) -> None:
    """It is no longer offered; where it stands in a week it stays."""
    content.in_library = False
    content.save(update_fields=["in_library"])


def copy_lesson(*, lesson: Lesson, by: Person) -> Lesson:
    """A lesson of its own with the same text, pictures and files: what is changed in one stays as
    it is in the other.
    """
    with transaction.atomic():
        copy = Lesson.objects.create(
            author=by,
            subject=lesson.subject,
            title=lesson.title,
            body=lesson.body,
            minutes=lesson.minutes,
            tiles=lesson.tiles,
            copied_from=lesson,
        )
        _copy_attachments(lesson.attachments, by=by, lesson=copy)
    return copy


def copy_homework(*, homework: Homework, by: Person) -> Homework:
    """The same as of a lesson, with the correction; who had it to do, and by when, isn't copied."""
    with transaction.atomic():
        copy = Homework.objects.create(
            author=by,
            subject=homework.subject,
            title=homework.title,
            body=homework.body,
            minutes=homework.minutes,
            returns=homework.returns,
            correction=homework.correction,
            tiles=homework.tiles,
            copied_from=homework,
        )
        _copy_attachments(homework.attachments, by=by, homework=copy)
    return copy


COLUMNS = (
    "is_correction",
    "is_picture",
    "number",
    "name",
    "media_type",
    "size_bytes",
    "width",
    "height",
    "alt",
)


def _copy_attachments(attachments: Manager[Attachment], *, by: Person, **of: Any) -> None:
    """Rows of their own over the same stored files, which never change; the text names pictures by
    their numbers.

    Holds the rows: who removes one waits, and then finds the copy's, which keeps the file.
    """
    for attachment in attachments.select_for_update():
        columns = {column: getattr(attachment, column) for column in COLUMNS}
        Attachment.objects.create(owner=by, file=attachment.file.name, **columns, **of)


def use(
    *,
    content: Lesson | Homework,
    part: PlanPart,
    day: datetime.date,
    due_at: datetime.datetime | None = None,
    by: Person,
    now: datetime.datetime | None = None,
) -> PlanItem:
    """Place a copy on a day of the part; a homework needs its due date. Idempotent for one day of
    one part.

    Holds the plan. Raises a `Refusal`.
    """
    with transaction.atomic():
        part = plans.held_part(part)
        if refusal := why_not_on(day, monday=part.plan.monday):
            raise refusal
        if isinstance(content, Lesson):
            already = part.items.filter(day=day, lesson__copied_from=content).first()
            return already or place_lesson(
                copy_lesson(lesson=content, by=by), part=part, day=day, by=by, now=now
            )
        if due_at is None:
            raise WithoutDueDate()
        already = (
            part.items.standing().filter(day=day, assignment__homework__copied_from=content).first()
        )
        return already or place_homework(
            copy_homework(homework=content, by=by),
            part=part,
            day=day,
            due_at=due_at,
            by=by,
            now=now,
        )


def place_lesson(
    lesson: Lesson,
    *,
    part: PlanPart,
    day: datetime.date,
    by: Person,
    now: datetime.datetime | None = None,
) -> PlanItem:
    return plans.add_item(
        part=part,
        kind=ItemKind.LESSON,
        day=day,
        title=lesson.title,
        minutes=lesson.minutes,
        lesson=lesson,
        by=by,
        now=now,
    )


def place_homework(
    homework: Homework,
    *,
    part: PlanPart,
    day: datetime.date,
    due_at: datetime.datetime,
    by: Person,
    now: datetime.datetime | None = None,
) -> PlanItem:
    given = Assignment.objects.create(
        homework=homework, teaching=part.teaching, due_at=due_at, given_at=now or timezone.now()
    )
    return plans.add_item(
        part=part,
        kind=ItemKind.HOMEWORK,
        day=day,
        title=homework.title,
        minutes=homework.minutes,
        assignment=given,
        by=by,
        now=now,
    )
