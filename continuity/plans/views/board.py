"""The leader's board: which classes have a plan."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from continuity.plans.queries.board import board_of
from continuity.plans.views.weeks import day_from
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.people.permissions import PersonRequest, is_leader, requires


@require_safe
@requires(is_leader)
def board(request: PersonRequest) -> HttpResponse:
    """This week and the next, from Saturday on those after; `?day=` another."""
    asked = request.GET.get("day", "")
    monday = monday_of(day_from(asked) if asked else timezone.localdate() + 2 * ONE_DAY)
    context = {
        "board": board_of(request.user, monday),
        "before": monday - ONE_WEEK,
        "after": monday + ONE_WEEK,
    }
    return render(request, "continuity/plans/board.html", context)
