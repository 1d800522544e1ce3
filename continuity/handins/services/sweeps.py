"""The sweeps behind the worker."""

import datetime

from django.db.models import Count, F

from continuity.enums import PartKind
from continuity.handins import tasks
from continuity.models import HandIn, HandInPart
from courses.jobs import services as jobs

BOUND_BY_NOW = datetime.timedelta(minutes=5)


def bind_what_is_missing(now: datetime.datetime) -> int:
    """The sweep behind the worker: hand-ins that a killed worker, or a storage that didn't answer,
    left without their PDF.
    """
    missing = HandIn.objects.without_pdf()
    late = missing.filter(handed_in_at__lte=now - BOUND_BY_NOW).values_list("pk")
    return jobs.enqueue_missing(tasks.bind_photos, late, now=now)


def draw_what_is_missing(now: datetime.datetime) -> int:
    """The sweep behind the worker, for two days: PDFs whose pages have no pictures yet."""
    since, until = now - datetime.timedelta(days=2), now - BOUND_BY_NOW
    pdfs = HandInPart.objects.filter(
        kind=PartKind.PDF, handin__handed_in_at__gte=since, handin__handed_in_at__lte=until
    )
    missing = (
        pdfs.annotate(there=Count("drawn"))
        .filter(there__lt=F("pages"))
        .order_by()
        .values_list("handin")
        .distinct()
    )
    return jobs.enqueue_missing(tasks.draw_pages, missing, now=now)
