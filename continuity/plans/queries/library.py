"""A teacher's library: lessons and homework kept to be used again."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from continuity.enums import ItemKind
from continuity.models import Homework, Lesson, PlanItem
from courses.people.models import Person, Subject, Teaching

MOST = 200  # shown at once; a search narrows it


@dataclass(frozen=True)
class Kept:
    """A lesson or homework of the library, and when it was last in a plan."""

    kind: str
    content: Lesson | Homework
    last_used_on: datetime.date | None

    @property
    def excerpt(self) -> str:
        return self.content.body


def kept_by(
    teacher: Person, *, words: str = "", kind: str = "", subject: Subject | None = None
) -> list[Kept]:
    """The teacher's library by filter, latest saved first. Two queries."""
    found = []
    if kind != ItemKind.HOMEWORK:
        found += [
            Kept(ItemKind.LESSON, lesson, lesson.last_used_on)
            for lesson in _narrowed(_lessons(teacher), words, subject)
        ]
    if kind != ItemKind.LESSON:
        found += [
            Kept(ItemKind.HOMEWORK, work, work.last_used_on)
            for work in _narrowed(_homework(teacher), words, subject)
        ]
    return sorted(found, key=lambda kept: (kept.content.saved_at, kept.content.pk), reverse=True)[
        :MOST
    ]


def _lessons(teacher: Person) -> QuerySet[Lesson]:
    used = (
        PlanItem.objects.filter(lesson__copied_from=OuterRef("pk"))
        .order_by()
        .values("lesson__copied_from")
    )
    return _with_last_use(Lesson.objects.filter(author=teacher, in_library=True), used)


def _homework(teacher: Person) -> QuerySet[Homework]:
    used = (
        PlanItem.objects.filter(assignment__homework__copied_from=OuterRef("pk"))
        .order_by()
        .values("assignment__homework__copied_from")
    )
    return _with_last_use(Homework.objects.standing().filter(author=teacher, in_library=True), used)


def _with_last_use(kept: models.QuerySet, used: models.QuerySet) -> models.QuerySet:
    last = Subquery(used.annotate(last=Max("day")).values("last"))
    return kept.select_related("subject").annotate(
        last_used_on=last, count_attachments=Count("attachments")
    )


def _narrowed(kept: models.QuerySet, words: str, subject: Subject | None) -> Iterable:
    for word in words.split()[:6]:
        kept = kept.filter(models.Q(title__icontains=word) | models.Q(body__icontains=word))
    if subject:
        kept = kept.filter(subject=subject)
    return kept[:MOST]


def subjects_in(teacher: Person) -> list[Subject]:
    """The subjects of what the teacher has kept."""
    lessons = Lesson.objects.filter(author=teacher, in_library=True).values("subject")
    homework = Homework.objects.standing().filter(author=teacher, in_library=True).values("subject")
    return list(Subject.objects.filter(models.Q(pk__in=lessons) | models.Q(pk__in=homework)))


def next_lesson_for(teaching: Teaching, teacher: Person) -> Lesson | None:
    """The oldest lesson of the library in that subject that the class hasn't had yet."""
    had = PlanItem.objects.filter(
        part__teaching__school_class=teaching.school_class, lesson__copied_from__isnull=False
    )
    lessons = Lesson.objects.filter(author=teacher, in_library=True, subject=teaching.subject)
    return (
        lessons.exclude(pk__in=had.values("lesson__copied_from")).order_by("saved_at", "pk").first()
    )
