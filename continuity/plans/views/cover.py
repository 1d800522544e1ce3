"""Covers: what a training takes from a class, for the teacher who is away and for the school's
leaders.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.models import PlanItem, PlanPart
from continuity.permissions import is_staff_of_a_school
from continuity.plans.notifications import planner_of
from continuity.plans.queries.cover import covers_to_come
from continuity.plans.services import cover as covers
from courses.people.permissions import PersonRequest, is_teacher, requires
from courses.quotes import inside_quotes


@require_safe
@requires(is_staff_of_a_school)
def cover_list(request: PersonRequest):
    """Classes whose teacher will be away: a teacher's own, a leader's whole school, those without a
    plan first.
    """
    rows = [(cover, planner_of(cover)) for cover in covers_to_come(request.user, timezone.now())]
    return render(request, "continuity/plans/covers.html", {"rows": rows})


@require_POST
@requires(is_teacher)
def release_item(request: PersonRequest, public_id):
    """Show the class what was prefilled for an absence."""
    item = get_object_or_404(
        PlanItem.objects.select_related("part__plan__school_class").filter(
            part__in=PlanPart.objects.open_to(request.user)
        ),
        public_id=public_id,
    )
    covers.release(item=item, by=request.user)
    messages.success(
        request,
        _("“%(title)s” is in the plan that the class sees.") % {"title": inside_quotes(item.title)},
    )
    plan = item.part.plan
    return redirect("continuity:planner", plan.school_class.public_id, plan.monday.isoformat())
