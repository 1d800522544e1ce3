"""A lesson is written, changed, and read: during its week and after it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.models import Lesson, PlanItem
from continuity.permissions import in_a_school, student_shown
from continuity.plans.forms.lessons import LessonForm, NewLessonForm
from continuity.plans.queries.lessons import lesson_page
from continuity.plans.services import lessons
from continuity.plans.views.opening import opens_the_week
from continuity.plans.views.planning import CONFLICT, REFUSED, asked_day, my_part, said
from continuity.plans.views.weeks import address_of
from continuity.writing.values.formulas import unreadable
from continuity.writing.views.files_given import say_what_is_missing
from courses.digest import queries as digest
from courses.documents.values import public_id as fresh_id
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.notices import warn_of_saved
from courses.people.permissions import PersonRequest, is_teacher, keeps_what_was_typed, requires
from courses.quotes import inside_quotes


@require_safe
@requires(in_a_school)
@opens_the_week
def lesson(request: PersonRequest, public_id: str) -> HttpResponse:
    page = lesson_page(public_id, student=student_shown(request), reader=request.user)
    if page is None:
        raise Http404
    back = (
        address_of(page.item.part, at=page.item.public_id) if page.item and page.may_write else ""
    )
    tiles = digest.tiles(page.lesson.tiles, request.user, timezone.now()).values()
    context = {"page": page, "lesson": page.lesson, "back": back, "tiles": list(tiles)}
    return render(request, "continuity/plans/lesson.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def new_lesson(request: PersonRequest, public_id: str) -> HttpResponse:
    """Write a lesson from the planner, on a day of a part's week."""
    part = my_part(request, public_id)
    initial = {"day": asked_day(request, part), "key": fresh_id()}
    form = NewLessonForm(
        request.POST or None,
        request.FILES or None,
        teaching=part.teaching,
        monday=part.plan.monday,
        initial=initial,
    )
    if form.is_valid():
        done = form.cleaned_data
        try:
            saved = lessons.write(
                part=part,
                day=done["day"],
                text=form.text,
                key=done["key"],
                files=form.wanted,
                by=request.user,
            )
        except Refusal as refusal:
            messages.warning(request, said(refusal))
        else:
            return _saved(request, saved)
    _say_that_files_are_gone(request)
    context = {"part": part, "form": form, "back": address_of(part)}
    return render(
        request,
        "continuity/plans/lesson_form.html",
        context,
        status=REFUSED if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def edit_lesson(request: PersonRequest, public_id: str) -> HttpResponse:
    """Edit a lesson. A version saved meanwhile is shown beside the typed text; saving again
    overwrites it.
    """
    found = get_object_or_404(
        Lesson.objects.written_by(request.user).select_related("subject"), public_id=public_id
    )
    initial = {
        name: getattr(found, name)
        for name in ("title", "minutes", "body", "tiles", "in_library", "revision")
    }
    item = _item_of(found)
    form = LessonForm(
        request.POST or None,
        request.FILES or None,
        teaching=item.part.teaching if item else None,
        attachments=found.attachments.all(),
        initial=initial,
    )
    newer = None
    if form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            saved = lessons.edit(
                lesson=found, revision=revision, text=form.text, files=form.wanted, by=request.user
            )
        except StaleSheet as stale:
            messages.warning(request, stale.reason)
            newer = Lesson.objects.get(pk=found.pk)
            replace_sent(form, "revision", newer.revision)
        else:
            return _saved(request, saved)
    _say_that_files_are_gone(request)
    context = {
        "lesson": found,
        "form": form,
        "newer": newer,
        "part": item and item.part,
        "back": _week_of(item),
    }
    context["unreadable"] = (
        list(unreadable(form["body"].value() or "")) if not form.is_bound else []
    )
    return render(
        request,
        "continuity/plans/lesson_form.html",
        context,
        status=CONFLICT if newer else REFUSED if form.is_bound else 200,
    )


def _say_that_files_are_gone(request: HttpRequest) -> None:
    """No browser fills a field for files again: a form that is shown once more has lost them."""
    if request.FILES:
        messages.warning(request, _("Files can’t be kept: choose them again afterwards."))


def _item_of(found: Lesson) -> PlanItem | None:
    items = PlanItem.objects.filter(lesson=found).select_related(
        "part__plan", "part__teaching__school_class", "part__teaching__subject"
    )
    return items.order_by("-day", "-pk").first()


def _week_of(item: PlanItem | None) -> str:
    return address_of(item.part, at=item.public_id) if item else ""


def _saved(request: HttpRequest, saved: lessons.Saved) -> HttpResponse:
    """Back to the week; or once more to the form, where something is left to be said of it."""
    undescribed = say_what_is_missing(request, saved.lesson.attachments.all(), saved.not_taken)
    broken = list(unreadable(saved.lesson.body))
    if broken:
        warn_of_saved(request, _("Some formulas can’t be read: they are shown as you typed them."))
    messages.success(
        request, _("“%(title)s” is saved.") % {"title": inside_quotes(saved.lesson.title)}
    )
    if undescribed or broken or saved.not_taken:
        return redirect("continuity:edit_lesson", saved.lesson.public_id)
    item = saved.item or _item_of(saved.lesson)
    return (
        redirect(_week_of(item)) if item else redirect("continuity:lesson", saved.lesson.public_id)
    )


@require_POST
@requires(in_a_school)
def ask_for_paper(request: PersonRequest, public_id: str) -> HttpResponse:
    """Ask for the lesson's PDF, by anybody who may read it."""
    found = get_object_or_404(
        Lesson.objects.visible_to(request.user).select_related("author"), public_id=public_id
    )
    return redirect("people:paper", lessons.ask_for_paper(lesson=found).public_id)
