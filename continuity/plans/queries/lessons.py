"""Queries for a lesson's page."""

from dataclasses import dataclass, field

from continuity.models import Attachment, Lesson, PlanItem
from continuity.models.lesson import items_shown_to
from courses.people.models import Person


@dataclass
class LessonPage:
    """A lesson as one person reads it: with its pictures and files, and where it stands."""

    lesson: Lesson
    item: PlanItem | None  # the latest that the reader may see
    attachments: list[Attachment] = field(default_factory=list)
    may_write: bool = False
    is_asked_of_reader: bool = False  # a student's own

    @property
    def place(self) -> str:
        """The room is the class hour's, never written into the text."""
        return self.item.class_hour.place if self.item and self.item.class_hour else ""


def lesson_page(lesson: Lesson, *, student: Person, reader: Person) -> LessonPage:
    """The lesson with its place for the student and the reader's rights. Four queries, whatever the
    lesson holds.
    """
    items = (
        PlanItem.objects.filter(lesson=lesson)
        .order_by("-day", "-pk")
        .select_related(
            "part__plan__school_class",
            "part__teaching__subject",
            "part__teaching__teacher",
            "class_hour",
        )
    )
    # `items` names the lesson, too: PostgreSQL would join all items of all schools first.
    own = items.filter(pk__in=items_shown_to(student).filter(lesson=lesson).values("pk")).first()
    return LessonPage(
        lesson,
        own or items.first(),
        list(lesson.attachments.all()),
        may_write=own is None and Lesson.objects.written_by(reader).filter(pk=lesson.pk).exists(),
        is_asked_of_reader=own is not None,
    )
