"""The planner: one week of a class, written by its teachers, read by its tutor and the school's
leaders.
"""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from continuity.models import PlanPart
from continuity.permissions import is_staff_of_a_school
from continuity.plans.forms.plans import LaterForm
from continuity.plans.queries.planner import PlannerWeek, planner_week
from continuity.plans.rules.missing import what_is_missing
from continuity.plans.values.plans import SIX_IN_THE_EVENING
from continuity.plans.views.planner_blocks import shown_days
from continuity.plans.views.weeks import Reading, day_from, planner_address, readable_class, reading
from courses.agenda.queries import ONE_DAY, monday_of
from courses.agenda.values import PARIS
from courses.people.models import Teaching
from courses.people.permissions import PersonRequest, requires

ALL = "all"
SEVEN = datetime.time(7)


@require_safe
@requires(is_staff_of_a_school)
def this_week(request: PersonRequest, public_id: str) -> HttpResponse:
    """The week of `?day=`; else the running one, from Saturday on the next."""
    school_class = readable_class(request, public_id)
    wanted = request.GET.get("day", "")
    day = day_from(wanted) if wanted else timezone.localdate() + 2 * ONE_DAY
    address = planner_address(school_class, monday_of(day))
    teaching = request.GET.get("teaching", "")
    return redirect(
        f"{address}?teaching={teaching}" if teaching.isalnum() or teaching == ALL else address
    )


@require_safe
@requires(is_staff_of_a_school)
def planner(request: PersonRequest, public_id: str, monday: str) -> HttpResponse:
    found, day = reading(request, public_id), day_from(monday)
    if day != monday_of(day):
        return redirect(planner_address(found.school_class, monday_of(day)))
    return render(request, "continuity/plans/planner.html", planner_context(request, found, day))


def planner_context(
    request: PersonRequest,
    found: Reading,
    monday: datetime.date,
    *,
    moved: str = "",
    asked: str = "",
    later=None,
) -> dict:
    now, school_class = timezone.now(), found.school_class
    teaching = chosen_teaching(request, found.mine, asked)
    week = planner_week(
        school_class,
        monday,
        mine=found.mine,
        teaching=teaching,
        reads_drafts=teaching is None and found.reads_drafts,
    )
    is_draft = bool(week.part and not week.part.is_published and week.items)
    gaps = (
        what_is_missing(week.items, class_days=week.class_days, days=week.school_days, now=now)
        if is_draft
        else []
    )
    return {
        "week": week,
        "school_class": school_class,
        "part": week.part,
        "teaching": teaching,
        "tabs": tabs(week),
        "chosen": teaching.public_id if teaching else ALL,
        "gaps": gaps,
        "later": later or (LaterForm(initial=proposed_moment(monday, now)) if is_draft else None),
        "students": school_class.students_on(monday).count() if is_draft else 0,
        "days": shown_days(request, week, moved=moved, today=timezone.localdate(now)),
    }


def chosen_teaching(request: HttpRequest, mine: list[Teaching], asked: str = "") -> Teaching | None:
    """The one that is asked for or that the address names, by itself or by its part; else the
    person's first; None for all subjects.
    """
    asked = asked or request.GET.get("teaching", "")
    if asked == ALL or not mine:
        return None
    if part := request.GET.get("part", ""):
        asked = (
            PlanPart.objects.filter(public_id=part, teaching__in=mine)
            .values_list("teaching__public_id", flat=True)
            .first()
            or ""
        )
    return next((teaching for teaching in mine if teaching.public_id == asked), mine[0])


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def tabs(week: PlannerWeek) -> list[Tab]:
    """Tabs for each teaching of the person, and for all subjects together; none where there is no
    choice.
    """
    base = reverse(
        "continuity:planner", args=[week.school_class.public_id, week.monday.isoformat()]
    )
    found = [
        Tab(str(t.subject), f"{base}?teaching={t.public_id}", t == week.teaching) for t in week.mine
    ]
    found.append(
        Tab(pgettext("of a class", "All subjects"), f"{base}?teaching={ALL}", week.teaching is None)
    )
    return found if len(found) > 1 else []


def proposed_moment(monday: datetime.date, now: datetime.datetime) -> dict:
    """The Friday before at 18:00, else tomorrow at 7:00."""
    friday = datetime.datetime.combine(monday - 3 * ONE_DAY, SIX_IN_THE_EVENING, tzinfo=PARIS)
    if friday > now:
        return {"on": friday.date(), "at": SIX_IN_THE_EVENING}
    return {"on": timezone.localdate(now) + ONE_DAY, "at": SEVEN}
