"""My library: lessons and homework kept, and used again in a week."""

import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.enums import ItemKind
from continuity.models import Homework, Lesson, PlanPart
from continuity.plans.forms.library import LibraryForm, UseForm
from continuity.plans.queries.library import kept_by, subjects_in
from continuity.plans.services import library as kept
from continuity.plans.services import plans
from continuity.plans.values.plans import SIX_IN_THE_EVENING
from continuity.plans.views.planning import said
from continuity.plans.views.weeks import address_of, day_from, planner_address
from courses.agenda.queries import ONE_DAY, monday_of, school_days
from courses.exceptions import Refusal
from courses.people.models import Teaching
from courses.people.permissions import PersonRequest, is_teacher, requires
from courses.quotes import inside_quotes

DAYS_TO_DO_IT = 2 * ONE_DAY
CONTENT: dict[str, QuerySet] = {
    ItemKind.LESSON: Lesson.objects.all(),
    ItemKind.HOMEWORK: Homework.objects.standing(),
}


@require_safe
@requires(is_teacher)
def library(request: PersonRequest) -> HttpResponse:
    """All that is kept, or what a search leaves of it; with the way into a week where one was come
    from.
    """
    subjects = subjects_in(request.user)
    form = LibraryForm(request.GET, subjects=subjects)
    form.is_valid()
    wish = form.cleaned_data
    teaching, day = _where_to(request)
    context = {
        "form": form,
        "rows": kept_by(
            request.user,
            words=wish.get("q", ""),
            kind=wish.get("kind", ""),
            subject=wish.get("subject"),
        ),
        "is_filtered": bool(wish.get("q") or wish.get("kind") or wish.get("subject")),
        "teaching": teaching,
        "day": day,
    }
    if teaching:
        context |= {
            "week_days": [monday_of(day) + n * ONE_DAY for n in range(6)],
            "due_on": (
                school_days(teaching.school_class.school).next_day_with_class(day + DAYS_TO_DO_IT)
            ),
            "due_time": SIX_IN_THE_EVENING,
            "back": planner_address(teaching.school_class, monday_of(day), teaching),
        }
    return render(request, "continuity/plans/library.html", context)


def _where_to(request: PersonRequest) -> tuple[Teaching | None, datetime.date]:
    """The teaching and the day for which one looks, out of the address: by its part, or by itself."""
    day = day_from(request.GET["day"]) if request.GET.get("day") else timezone.localdate()
    mine = Teaching.objects.open_to(request.user).select_related("school_class__school", "subject")
    if part := request.GET.get("part"):
        return (
            get_object_or_404(
                mine, pk__in=PlanPart.objects.filter(public_id=part).values("teaching")
            ),
            day,
        )
    if asked := request.GET.get("teaching"):
        return get_object_or_404(mine, public_id=asked), day
    return None, day


@require_POST
@requires(is_teacher)
def use_from_library(request: PersonRequest, public_id: str) -> HttpResponse:
    """A copy of it into the week of one's own teaching."""
    mine = Teaching.objects.open_to(request.user).select_related("school_class__school", "subject")
    teaching = get_object_or_404(mine, public_id=public_id)
    form = UseForm(request.POST)
    if not form.is_valid():
        for error in form.non_field_errors() or [_("Choose a day of the week.")]:
            messages.warning(request, str(error))
        return redirect(
            planner_address(teaching.school_class, monday_of(timezone.localdate()), teaching)
        )
    wish = form.cleaned_data
    content = _mine(request, wish["kind"], wish["content"])
    part = plans.part_for(teaching=teaching, day=wish["day"], by=request.user)
    try:
        item = kept.use(
            content=content, part=part, day=wish["day"], due_at=form.due_at, by=request.user
        )
    except Refusal as refusal:
        messages.warning(request, said(refusal))
        return redirect(address_of(part))
    messages.success(
        request,
        _("“%(title)s” is in the week. What you change there doesn’t change your library.")
        % {"title": inside_quotes(item.title)},
    )
    return redirect(address_of(part, at=item.public_id))


@require_POST
@requires(is_teacher)
def take_out_of_library(request: PersonRequest, kind: str, public_id: str) -> HttpResponse:
    content = _mine(request, kind, public_id)
    kept.take_out(content=content)
    messages.success(
        request,
        _("“%(title)s” is no longer in your library. Where it is in a week, it stays.")
        % {"title": inside_quotes(content.title)},
    )
    return redirect("continuity:library")


def _mine(request: PersonRequest, kind: str, public_id: str) -> Lesson | Homework:
    if kind not in CONTENT:
        raise Http404
    return get_object_or_404(
        CONTENT[kind].filter(author=request.user, in_library=True), public_id=public_id
    )
