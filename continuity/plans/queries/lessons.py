"""Queries for a lesson's page."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from continuity.models import Attachment, Lesson, PlanItem, PlanPart
from continuity.models.lesson import items_shown_to
from courses.people.models import Person

# Of an item, as its lesson's page names it: class, subject and teacher.
PART = Prefetch(
    "part",
    PlanPart.objects.select_related("plan__school_class", "teaching__subject", "teaching__teacher"),
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
    not read it. A student's own in five queries, whatever the lesson holds.
    """
    # Five small statements: PostgreSQL plans two that join their fourteen tables for twice as long.
    lesson = Lesson.objects.select_related("subject", "author").filter(public_id=public_id).first()
    if lesson is None:
        return None
    own = items_shown_to(student).filter(lesson=lesson).values_list("pk", flat=True)
    items = PlanItem.objects.select_related("class_hour").prefetch_related(PART)
    if latest := own.order_by("-day", "-pk").first():  # whoever is shown it needs no other right
        item = items.get(pk=latest)
        return LessonPage(lesson, item, list(lesson.attachments.all()), is_asked_of_reader=True)
    if not Lesson.objects.visible_to(reader).filter(pk=lesson.pk).exists():
        return None
    return LessonPage(
        lesson,
        items.filter(lesson=lesson).order_by("-day", "-pk").first(),
        list(lesson.attachments.all()),
        may_write=Lesson.objects.written_by(reader).filter(pk=lesson.pk).exists(),
    )
