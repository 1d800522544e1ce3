"""A lesson on paper: asked for, drawn by the worker, gone after two weeks."""

import datetime
import hashlib

from django.db import transaction
from django.utils import timezone

from continuity.models import Lesson, LessonPaper
from continuity.plans import tasks
from courses.jobs import services as jobs

KEPT = datetime.timedelta(days=14)
DRAWN_WITHIN = datetime.timedelta(minutes=10)


def fingerprint(lesson: Lesson) -> str:
    """Of all that the paper says."""
    attachments = [(one.number, one.alt, one.name, one.file.name) for one in lesson.attachments.all()]
    said = (lesson.title, lesson.body, lesson.minutes, attachments)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def ask_for_paper(*, lesson: Lesson, now: datetime.datetime | None = None) -> LessonPaper:
    """The lesson as it stands. Asked for by a whole class without a change, it is one paper, drawn once."""
    now = now or timezone.now()
    with transaction.atomic():
        paper, is_new = LessonPaper.objects.get_or_create(lesson=lesson, fingerprint=fingerprint(lesson), defaults={"asked_at": now})
        if is_new or (paper.failed and not paper.file):
            LessonPaper.objects.filter(pk=paper.pk).update(failed="", asked_at=now)
            tasks.draw_lesson.enqueue(paper.pk)
    return paper


def sweep(now: datetime.datetime) -> str:
    """Papers grown old go, with their files; what a killed worker left undrawn is given to the worker again."""
    old = list(LessonPaper.objects.filter(asked_at__lt=now - KEPT))
    for paper in old:
        paper.file.delete(save=False)
        paper.delete()
    waiting = LessonPaper.objects.filter(file="", failed="", asked_at__lt=now - DRAWN_WITHIN)
    jobs.enqueue_missing(tasks.draw_lesson, waiting.values_list("pk"))
    return f"{len(old)} old papers of lessons gone"
