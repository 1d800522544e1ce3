"""The week on paper: asked for with one press, drawn by the worker, read by its student alone."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from continuity.models import WeekPaper
from continuity.week.queries import week as weeks
from continuity.week.services import week_paper as services
from continuity.week.views.week import monday_from
from continuity.writing.views.files import serve
from courses.people.permissions import is_student, requires

SECONDS = 2  # between two looks at whether it is drawn


@require_POST
@requires(is_student)
def ask(request, monday: str):
    """Have the sheet of this week drawn, as it stands now."""
    now = timezone.now()
    week = weeks.week_of(request.user, monday_from(monday, now), now)
    paper = services.ask_for_paper(student=request.user, week=week, language=translation.get_language(), now=now)
    return redirect("continuity:week_paper", paper.public_id)


@never_cache
@require_safe
@requires(is_student)
def paper(request, public_id: str):
    """Drawn: the way to the file. Not yet: the page looks again by itself."""
    paper = get_object_or_404(WeekPaper, public_id=public_id, student=request.user)
    response = render(request, "continuity/week/week_paper.html", {"paper": paper, "is_awaited": not paper.file and not paper.failed})
    if not paper.file and not paper.failed:
        response.headers["Refresh"] = str(SECONDS)
    return response


@require_safe
@requires(is_student)
def paper_file(request, public_id: str):
    paper = get_object_or_404(WeekPaper, public_id=public_id, student=request.user)
    if not paper.file:
        raise Http404
    return serve(request, paper.file, name=f"semaine-{paper.monday.isoformat()}.pdf", media_type="application/pdf", inline=True)
