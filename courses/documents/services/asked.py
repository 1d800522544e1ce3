"""Papers that somebody asked for: drawn by the worker, gone when their time is over."""

import datetime
import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.documents import tasks
from courses.documents.models import Paper
from courses.documents.registry import KEPT, kinds
from courses.documents.services.files import forget, is_lost
from courses.jobs import services as jobs

DRAWN_WITHIN = datetime.timedelta(minutes=10)


def ask_for_paper(
    *,
    kind: str,
    about: str,
    says: tuple,
    language: str,
    owner: Any = None,
    selection: dict | None = None,
    now: datetime.datetime | None = None,
) -> Paper:
    """The paper of a thing as it stands.

    `says`: all that it says, apart from the hour; without a change it is drawn once.
    """
    now = now or timezone.now()
    fingerprint = hashlib.sha256(repr(says).encode()).hexdigest()
    one = {"kind": kind, "about": about, "language": language, "fingerprint": fingerprint}
    with transaction.atomic():
        paper, is_new = Paper.objects.get_or_create(
            **one, defaults={"owner": owner, "asked_at": now, "selection": selection or {}}
        )
        if is_new or (paper.failed and not paper.file) or is_lost(paper.file):
            Paper.objects.filter(pk=paper.pk).update(
                file="", failed="", asked_at=now, parts=0, parts_done=0
            )
            tasks.draw_paper.enqueue(paper.pk)
    return paper


def is_awaited(paper: Paper, now: datetime.datetime) -> bool:
    """Its page looks again by itself: until it is drawn, or has failed, or the worker is late."""
    return not paper.file and not paper.failed and now < paper.asked_at + DRAWN_WITHIN


def sweep_papers(now: datetime.datetime) -> str:
    """Papers grown old go, with their files; what a killed worker left undrawn is given to the
    worker again.
    """
    old = list(Paper.objects.filter(asked_at__lt=now - KEPT))
    for kind in kinds().values():
        if kind.kept < KEPT:
            mine = Paper.objects.filter(kind=kind.key, asked_at__gte=now - KEPT)
            old += mine.filter(asked_at__lt=now - kind.kept)
    for paper in old:
        with transaction.atomic():
            forget([paper.file] if paper.file else [])
            paper.delete()
    waiting = Paper.objects.filter(file="", failed="", asked_at__lt=now - DRAWN_WITHIN)
    jobs.enqueue_missing(tasks.draw_paper, waiting.values_list("pk"))
    return f"{len(old)} old papers gone"
