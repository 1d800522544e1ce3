"""The week on paper: asked for, drawn by the worker, gone after two weeks."""

import datetime
import hashlib

from django.db import transaction
from django.utils import timezone

from continuity.models import WeekPaper
from continuity.week import tasks
from continuity.week.queries.week import Week
from courses.jobs import services as jobs
from courses.people.models import Person

KEPT = datetime.timedelta(days=14)
DRAWN_WITHIN = datetime.timedelta(minutes=10)


def fingerprint(week: Week) -> str:
    """Of all that the sheet says, apart from the hour at which it was asked for."""
    said = (week.monday, week.today, [(place.name, place.version) for place in week.places], list(week))
    return hashlib.sha256(repr(said).encode()).hexdigest()


def ask_for_paper(*, student: Person, week: Week, language: str, now: datetime.datetime | None = None) -> WeekPaper:
    """The sheet of the week as it stands. Asked for again without a change it is the same one, drawn once."""
    now = now or timezone.now()
    with transaction.atomic():
        paper, is_new = WeekPaper.objects.get_or_create(
            student=student, monday=week.monday, language=language, fingerprint=fingerprint(week), defaults={"asked_at": now}
        )
        if is_new or (paper.failed and not paper.file):
            WeekPaper.objects.filter(pk=paper.pk).update(failed="", asked_at=now)
            tasks.draw_week.enqueue(paper.pk)
    return paper


def sweep(now: datetime.datetime) -> str:
    """Sheets grown old go, with their files; what a killed worker left undrawn is given to the worker again."""
    old = list(WeekPaper.objects.filter(asked_at__lt=now - KEPT))
    for paper in old:
        paper.file.delete(save=False)
        paper.delete()
    waiting = WeekPaper.objects.filter(file="", failed="", asked_at__lt=now - DRAWN_WITHIN)
    jobs.enqueue_missing(tasks.draw_week, waiting.values_list("pk"))
    return f"{len(old)} old sheets gone"
