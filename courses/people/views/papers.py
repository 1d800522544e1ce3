"""Papers asked for: the page while the worker draws one, and the file."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.documents.models import Paper
from courses.documents.registry import ArchiveKind, PaperKind, PaperPage, kind_of
from courses.documents.services import is_awaited, is_lost, serve
from courses.jobs.queries import delay_of, jobs_before
from courses.people.permissions import PersonRequest, requires, signed_in

SECONDS = 2  # between two looks at whether it is drawn


@never_cache
@require_safe
@requires(signed_in)
def paper(request: PersonRequest, public_id: str) -> HttpResponse:
    """Drawn: the way to the file. Not yet: the page looks again by itself."""
    paper, page, kind = _asked(request, public_id)
    now = timezone.now()
    awaited = is_awaited(paper, now)
    late = not paper.file and not paper.failed and not awaited
    there = bool(paper.file) and not is_lost(paper.file)
    delay = delay_of("papers", now) if awaited or late else None
    response = render(
        request,
        "people/paper.html",
        {
            "paper": paper,
            "page": page,
            "awaited": awaited,
            "late": late,
            "there": there,
            "is_archive": isinstance(kind, ArchiveKind),
            "delay": delay,
            "others": jobs_before("papers", paper.asked_at) if delay else 0,
        },
    )
    if awaited:
        response.headers["Refresh"] = str(SECONDS)
    return response


@require_safe
@requires(signed_in)
def paper_file(request: PersonRequest, public_id: str) -> HttpResponseBase:
    paper, page, kind = _asked(request, public_id)
    return serve(request, paper.file, name=page.file_name, media_type=kind.media_type, inline=True)


def _asked(
    request: PersonRequest, public_id: str
) -> tuple[Paper, PaperPage, PaperKind | ArchiveKind]:
    """Not there for those who may not read what it shows: the room of its kind says who may."""
    paper = get_object_or_404(Paper, public_id=public_id)
    kind = kind_of(paper.kind)
    if kind is None or (page := kind.page(paper, request.user)) is None:
        raise Http404
    return paper, page, kind
