"""Parts of pages that come from a room above the page's own: the template asks, so that no import
runs upward.
"""

import datetime

from django import template
from django.template import RequestContext
from django.utils import timezone

from continuity.families.queries import notices_on
from continuity.handins.rules import why_not_begin
from continuity.homework.views.load import load_context
from continuity.models import Assignment, HandIn, PlanItem, RollCall
from continuity.permissions import student_shown
from continuity.week.views.item_place import place_of
from courses.exceptions import Refusal
from courses.people.models import SchoolClass

register = template.Library()


@register.inclusion_tag("continuity/week/item_place.html", takes_context=True)
def item_place(context: RequestContext, **which: str) -> dict:
    """Tick, help and what is to do before and after, for a student:

    `{% item_place lesson=public_id %}` or `assignment=`.
    """
    place = place_of(student_shown(context["request"]), timezone.now(), **which)
    return {"place": place, "csrf_token": context["csrf_token"]}


@register.inclusion_tag("continuity/families/announced_on_roll.html")
def announced_on(roll: RollCall) -> dict:
    """Students of an open roll whose absence a guardian announced for its day. One query, two where
    somebody did.
    """
    day = timezone.localdate(roll.starts_at)
    notices = notices_on(roll, day)
    return {"students": list({one.guardianship.student: None for one in notices})}


@register.inclusion_tag("continuity/homework/load.html", takes_context=True)
def plan_load(
    context: RequestContext, school_class: SchoolClass, monday: datetime.date, items: list[PlanItem]
) -> dict:
    """The class's homework load in a week, with the items of a draft that isn't published yet."""
    return load_context(school_class, monday, context["user"], items)


@register.simple_tag
def why_not_replace(
    assignment: Assignment, handin: HandIn, due_at: datetime.datetime
) -> Refusal | None:
    """As where it is handed in: `due_at` is the student's own date."""
    answer = getattr(handin, "feedback", None)
    returns, now = assignment.homework.returns, timezone.now()
    return why_not_begin(returns, handin, answer, due_at=due_at, now=now)
