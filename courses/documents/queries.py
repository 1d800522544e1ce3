"""Papers that somebody asked for and that the worker has yet to make."""

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from courses.documents.models import Paper
from courses.jobs.values import LATE_AFTER, Backlog


def papers_backlog() -> Backlog:
    found = Paper.objects.filter(file="", failed="").aggregate(
        number=Count("pk"), oldest=Min("asked_at")
    )
    return Backlog(
        "papers",
        _("Papers asked for and not made yet"),
        found["number"],
        found["oldest"],
        LATE_AFTER["papers"],
    )
