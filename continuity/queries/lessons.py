"""What a lesson's page shows, and which pictures and files a person may have."""

import datetime
from dataclasses import dataclass, field

from continuity.models import Assignment, Attachment, Homework, Lesson, PlanItem
from continuity.models.lesson import items_shown_to
from continuity.queries.due import due_dates_of
from courses.people.models import Person


@dataclass
class LessonPage:
    """A lesson as one person reads it: with its pictures and files, and where it stands for them."""

    lesson: Lesson
    item: PlanItem | None  # the latest that the reader may see
    attachments: list[Attachment] = field(default_factory=list)
    may_write: bool = False
    is_asked_of_reader: bool = False  # a student's own

    @property
    def place(self) -> str:
        """The room is the class hour's, never written into the text."""
        return self.item.class_hour.place if self.item and self.item.class_hour else ""


def lesson_page(lesson: Lesson, reader: Person) -> LessonPage:
    """In four queries, whatever the lesson holds."""
    items = PlanItem.objects.order_by("-day", "-pk").select_related(
        "part__plan__school_class", "part__teaching__subject", "part__teaching__teacher", "class_hour"
    )
    own = items.filter(pk__in=items_shown_to(reader).filter(lesson=lesson).values("pk")).first()
    return LessonPage(
        lesson,
        own or items.filter(lesson=lesson).first(),
        list(lesson.attachments.all()),
        may_write=own is None and Lesson.objects.written_by(reader).filter(pk=lesson.pk).exists(),
        is_asked_of_reader=own is not None,
    )


def attachment_for(person: Person, public_id: str, now: datetime.datetime) -> Attachment | None:
    """A picture or file that a person may have; None where there is none for them."""
    attachment = Attachment.objects.select_related("homework").filter(public_id=public_id).first()
    if attachment is None:
        return None
    if attachment.lesson_id:
        return attachment if Lesson.objects.visible_to(person).filter(pk=attachment.lesson_id).exists() else None
    if attachment.homework_id:
        return attachment if _may_have(person, attachment, now) else None
    return None


def _may_have(person: Person, attachment: Attachment, now: datetime.datetime) -> bool:
    """With a homework: staff have all of it, a student the correction once it is shown to them (case C13)."""
    homework = attachment.homework
    kept = Homework.objects.kept_by(person).filter(pk=homework.pk)
    if homework.author_id == person.pk or kept.exists() or Assignment.objects.looked_after_by(person).filter(homework=homework).exists():
        return True
    given = Assignment.objects.given_to(person).filter(homework=homework).select_related("teaching")
    if not attachment.is_correction:
        return given.exists()
    due = due_dates_of(person)
    return any(max(assignment.corrected_from, due.of(assignment)) <= now for assignment in given)
