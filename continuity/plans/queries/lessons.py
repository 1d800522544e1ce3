"""Queries for a lesson's page."""

from dataclasses import dataclass, field

from continuity.models import Attachment, Lesson, PlanItem
from continuity.models.lesson import items_shown_to
from courses.people.models import Person

# Of an item, as its lesson's page names them.
PLACE = (
    "part__plan__school_class",
    "part__teaching__subject",
    "part__teaching__teacher",
    "class_hour",
)


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
    """The lesson with its place for the student and the reader's rights. Five queries at most, whatever
    the lesson holds.
    """
    items = PlanItem.objects.filter(lesson=lesson).order_by("-day", "-pk")
    # Two statements: PostgreSQL plans their fourteen tables in half the time that it takes for one.
    own = items_shown_to(student).filter(lesson=lesson).order_by("-day", "-pk").values("pk").first()
    shown = items.filter(pk=own["pk"]) if own else items
    return LessonPage(
        lesson,
        shown.select_related(*PLACE).first(),
        list(lesson.attachments.all()),
        may_write=own is None and Lesson.objects.written_by(reader).filter(pk=lesson.pk).exists(),
        is_asked_of_reader=own is not None,
    )
