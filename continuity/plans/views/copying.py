"""Copying a week that was written before: which one, what would become of it, and then."""

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from continuity.models import PlanItem, PlanPart
from continuity.plans.queries.copying import Wishes, days_to_copy_to, weeks_to_copy, what_becomes_of
from continuity.plans.services import copies, plans
from continuity.plans.views.planning import said
from continuity.plans.views.weeks import address_of, day_from, planner_address
from courses.agenda.queries import monday_of
from courses.exceptions import Refusal
from courses.people.models import Teaching
from courses.people.permissions import PersonRequest, is_teacher, requires
from courses.quotes import inside_quotes
from courses.templatetags.passerelle import day_without_year


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
def copy_week(request: PersonRequest, public_id: str, monday: str) -> HttpResponse:
    """Shows day by day what would go where; pressing the button does it."""
    day = monday_of(day_from(monday))
    taught = Teaching.objects.open_to(request.user).filter(school_class__public_id=public_id)
    asked = request.GET.get("teaching", "")
    teaching = get_object_or_404(
        taught.select_related("school_class__school", "subject"), public_id=asked
    )
    sources = weeks_to_copy(request.user, teaching=teaching, monday=day)
    source = _chosen(request, sources, teaching, day)
    if request.method == "POST" and source:
        wished = _wishes(request, source, days_to_copy_to(teaching, day))
        return _copied(
            request, source, plans.part_for(teaching=teaching, day=day, by=request.user), wished
        )
    context = {
        "teaching": teaching,
        "monday": day,
        "sources": sources,
        "source": source,
        "fates": what_becomes_of(source, teaching=teaching, monday=day) if source else [],
        "days": [
            (one.isoformat(), day_without_year(one)) for one in days_to_copy_to(teaching, day)
        ],
        "back": planner_address(teaching.school_class, day, teaching),
    }
    context["can_copy"] = bool(context["days"]) and any(
        fate.has_a_choice for fate in context["fates"]
    )
    return render(request, "continuity/plans/planner/copy.html", context)


def _chosen(
    request: HttpRequest, sources: list[PlanPart], teaching: Teaching, monday: datetime.date
) -> PlanPart | None:
    """The one that is asked for, else the latest before this one of this class, else the latest of
    all.
    """
    asked = request.POST.get("from") or request.GET.get("from", "")
    if asked:
        return _of(sources, asked)
    before = [
        part for part in sources if part.teaching_id == teaching.pk and part.plan.monday < monday
    ]
    return next(iter(before or sources), None)


def _of(sources: list[PlanPart], public_id: str) -> PlanPart:
    found = next((part for part in sources if part.public_id == public_id), None)
    if found is None:
        raise Http404
    return found


def _wishes(
    request: HttpRequest, source: PlanPart, days: list[datetime.date]
) -> dict[str, datetime.date | None]:
    """The days that were chosen in the list; "" leaves the thing out, anything else is as if
    nothing was chosen.
    """
    by_name = {day.isoformat(): day for day in days} | {"": None}
    names = source.items.values_list("public_id", flat=True)
    said_of = {name: request.POST.get(f"day-{name}") for name in names}
    return {name: by_name[chosen] for name, chosen in said_of.items() if chosen in by_name}


def _copied(
    request: PersonRequest, source: PlanPart, target: PlanPart, wished: Wishes
) -> HttpResponse:
    try:
        fates = copies.copy_week(source=source, target=target, wished=wished, by=request.user)
    except Refusal as refusal:
        messages.warning(request, said(refusal))
        return redirect(address_of(target))
    placed = [fate for fate in fates if fate.day is not None]
    if placed:
        told = ngettext("%(count)s thing is copied.", "%(count)s things are copied.", len(placed))
        messages.success(request, told % {"count": len(placed)})
    for fate in fates:
        if fate.why_not is not None:
            messages.warning(request, _left(fate.item, fate.why_not))
    return redirect(address_of(target))


def _left(item: PlanItem, why_not: Refusal) -> str:
    return _("“%(title)s” isn’t copied: %(reason)s") % {
        "title": inside_quotes(item.title),
        "reason": why_not.reason,
    }
