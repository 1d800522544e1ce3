"""The load of a class's week as bars and as a table: on its own page for whoever reads the class's
plans, and beside the planner.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from continuity.homework.queries.lighter_days import load_of_plan
from continuity.homework.queries.load import Load, LoadOfDay, load_of_week
from continuity.permissions import is_staff_of_a_school
from continuity.plans.views.weeks import day_from, readable_class
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of
from courses.people.permissions import PersonRequest, requires
from courses.templatetags.passerelle import SHORT_WEEKDAYS

# The drawing, in its own units: as wide as a phone gives it, so that its words stay at their size
# there.
WIDTH, BASE, TALLEST, GAP = 300, 165, 118, 12


@dataclass(frozen=True)
class LoadBar:
    """One day: the teacher's own part below, the other subjects' above."""

    day: LoadOfDay
    x: int
    width: int
    others_y: int
    others_height: int
    mine_y: int
    mine_height: int
    middle: int
    label_y: int
    name: str


@dataclass(frozen=True)
class Chart:
    load: Load
    bars: list[LoadBar]
    limit_y: int
    has_mine: bool
    passing: list[LoadOfDay]
    width: int = WIDTH
    base: int = BASE


def chart_of(
    load: Load, *, has_mine: bool = True, said_elsewhere: Iterable[datetime.date] = ()
) -> Chart:
    """Heights are held against the ceiling, and against the heaviest day where that is more."""
    scale = TALLEST / max(load.heaviest, load.ceiling, 1)
    limit = BASE - round(load.ceiling * scale)
    step = WIDTH // max(len(load.days), 1)
    bars = []
    for place, day in enumerate(load.days):
        whole, mine = round(day.most * scale), round(day.most_mine * scale)
        x, width = place * step + GAP // 2, step - GAP
        top = BASE - whole
        label = top - 8
        if label - 13 < limit < label + 4:  # the dashed line would strike the figure through
            label = limit - 6
        bars.append(
            LoadBar(
                day,
                x,
                width,
                top,
                whole - mine,
                BASE - mine,
                mine,
                x + width // 2,
                label,
                f"{SHORT_WEEKDAYS[day.day.weekday()]} {day.day.day}",
            )
        )
    return Chart(
        load, bars, limit, has_mine, [day for day in load.passing if day.day not in said_elsewhere]
    )


@require_safe
@requires(is_staff_of_a_school)
def this_weeks_load(request: PersonRequest, public_id: str) -> HttpResponse:
    """The running week; from Saturday on the next."""
    school_class = readable_class(request, public_id)
    return redirect(
        "continuity:class_load",
        school_class.public_id,
        monday_of(timezone.localdate() + 2 * ONE_DAY).isoformat(),
    )


@require_safe
@requires(is_staff_of_a_school)
def class_load(request: PersonRequest, public_id: str, monday: str) -> HttpResponse:
    """All subjects together, as published; nobody's own part is told apart."""
    school_class, day = readable_class(request, public_id), day_from(monday)
    first = monday_of(day)
    if day != first:
        return redirect("continuity:class_load", school_class.public_id, first.isoformat())
    load = load_of_week(school_class, first)
    context = {
        "school_class": school_class,
        "load": load,
        "chart": chart_of(load, has_mine=False),
        "monday": first,
        "last": load.days[-1].day if load.days else first + 4 * ONE_DAY,
        "number": first.isocalendar().week,
        "before": first - ONE_WEEK,
        "after": first + ONE_WEEK,
        "is_this_week": first == monday_of(timezone.localdate()),
    }
    return render(request, "continuity/homework/class_load.html", context)


def load_context(school_class, monday: datetime.date, teacher, items=()) -> dict:
    """Context for the planner: `{% include "continuity/homework/load.html" %}`."""
    load, heavy = load_of_plan(
        school_class, monday, list(items), teacher=teacher, today=timezone.localdate()
    )
    return {
        "load": load,
        "chart": chart_of(load, said_elsewhere={one.day.day for one in heavy}),
        "heavy": heavy,
    }
