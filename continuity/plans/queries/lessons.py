"""Queries for a lesson's page."""

from dataclasses import dataclass, field

from continuity.models import Attachment, Lesson, PlanItem
from continuity.models.lesson import items_shown_to
from courses.people.models import Person
from courses.required import required

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


def lesson_page(public_id: str, *, student: Person, reader: Person) -> LessonPage | None:
    """The lesson with its place for the student and the reader's rights; None where the reader may
    not read it. A student's own in three queries, whatever the lesson holds.
    """
    # Two statements: PostgreSQL plans their fourteen tables in half the time that it takes for one.
    shown = items_shown_to(student).filter(lesson__public_id=public_id).order_by("-day", "-pk")
    own = shown.values_list("pk", flat=True).first()
    items = PlanItem.objects.select_related(*PLACE)
    if own:  # whoever is shown it needs no other right
        item = items.select_related("lesson__subject", "lesson__author").get(pk=own)
        lesson = required(item.lesson)
        return LessonPage(lesson, item, list(lesson.attachments.all()), is_asked_of_reader=True)
    found = (
        Lesson.objects.visible_to(reader)
        .select_related("subject", "author")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        return None
    return LessonPage(
        found,
        items.filter(lesson=found).order_by("-day", "-pk").first(),
        list(found.attachments.all()),
        may_write=Lesson.objects.written_by(reader).filter(pk=found.pk).exists(),
    )
