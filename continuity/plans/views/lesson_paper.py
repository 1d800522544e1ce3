"""A lesson on paper: asked for with one press, drawn by the worker, read by whoever reads the lesson."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from continuity.models import Lesson, LessonPaper
from continuity.permissions import in_a_school
from continuity.plans.services import lesson_paper as services
from continuity.writing.views.files import serve
from courses.people.permissions import requires

SECONDS = 2  # between two looks at whether it is drawn


@require_POST
@requires(in_a_school)
def ask_for_lesson_paper(request: HttpRequest, public_id: str) -> HttpResponse:
    lesson = get_object_or_404(Lesson.objects.visible_to(request.user), public_id=public_id)
    return redirect("continuity:lesson_paper", services.ask_for_paper(lesson=lesson).public_id)


@never_cache
@require_safe
@requires(in_a_school)
def lesson_paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """Drawn: the way to the file. Not yet: the page looks again by itself."""
    paper = _paper(request, public_id)
    is_awaited = not paper.file and not paper.failed
    response = render(request, "continuity/plans/lesson_paper.html", {"paper": paper, "is_awaited": is_awaited})
    if is_awaited:
        response.headers["Refresh"] = str(SECONDS)
    return response


@require_safe
@requires(in_a_school)
def lesson_paper_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    paper = _paper(request, public_id)
    if not paper.file:
        raise Http404
    name = f"{slugify(paper.lesson.title) or 'lesson'}.pdf"
    return serve(request, paper.file, name=name, media_type="application/pdf", inline=True)


def _paper(request: HttpRequest, public_id: str) -> LessonPaper:
    readable = LessonPaper.objects.filter(lesson__in=Lesson.objects.visible_to(request.user)).select_related("lesson")
    return get_object_or_404(readable, public_id=public_id)
