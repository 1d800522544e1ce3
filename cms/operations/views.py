"""The operator's page; figures for Prometheus."""

from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST
from wagtail import hooks

from cms.operations import gateways, queries
from cms.operations.permissions import has_metrics_token
from cms.today.services import checks_of_jobs
from courses.digest.enums import Hook
from courses.jobs.queries import job_lines, queue_states
from courses.mail.queries import late_mail
from courses.people.models import today
from courses.people.permissions import PersonRequest, is_registrar, open_to_anyone, requires

JOBS_SHOWN = 5  # all of them are late where the tick has stopped


def with_metrics_token(view):
    """Without the token there is no such page."""

    @wraps(view)
    def door(request: HttpRequest):
        if not has_metrics_token(request):
            raise Http404
        return HttpResponse(view(request), content_type=CONTENT_TYPE_LATEST)

    return door


@require_safe
@never_cache
@open_to_anyone
@with_metrics_token
def machine_metrics(request: HttpRequest) -> bytes:
    """This machine's requests: asks no database, so it answers while that is away."""
    return gateways.requests_text()


@require_safe
@never_cache
@open_to_anyone
@with_metrics_token
def site_metrics(request: HttpRequest) -> bytes:
    """What the database says of the whole site: for one target, whatever the number of machines."""
    return gateways.figures_text(queries.figures(timezone.now()))


@require_safe
@never_cache
@requires(is_registrar)
def operations(request: PersonRequest):
    """How the site runs, in words."""
    now, day = timezone.now(), today()
    erasing_begins, erasing_ends = queries.next_erasing(now)
    jobs = job_lines(hooks.get_hooks(Hook.TICK), now)
    backups = queries.backups()
    to_look_at = [line for line in jobs if not line.is_fine]
    return render(
        request,
        "operations/operations.html",
        {
            "now": now,
            "checks": checks_of_jobs(now),
            "late_mail": late_mail(now),
            "queues": [(one, one.wait(now), one.is_late(now)) for one in queue_states()],
            "backlogs": [(one, one.wait(now), one.is_late(now)) for one in queries.backlogs(now)],
            "jobs_to_look_at": to_look_at,
            "more": max(len(to_look_at) - JOBS_SHOWN, 0),
            "jobs_in_order": [line for line in jobs if line.is_fine],
            "erasing_begins": erasing_begins,
            "erasing_ends": erasing_ends,
            "is_erasing": erasing_begins <= now,
            "last_erased": queries.last_erased(),
            "backups": backups,
            "saved": queries.saved_lines(backups, now),
            "versions": queries.versions(),
            "keys": [
                (line, (day - line.since).days if line.since else None)
                for line in queries.keys(day)
            ],
        },
    )
