"""The addresses of weeks, and the classes whose weeks a person reads."""

import datetime

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from continuity.models import PlanPart
from continuity.permissions import may_read_plans_of
from courses.people.models import SchoolClass, Teaching

FIRST_YEAR, LAST_YEAR = 2000, 2100


def planner_address(school_class: SchoolClass, monday: datetime.date, teaching: Teaching | None = None, *, at: str = "") -> str:
    """The week, at a teaching where there is one, scrolled to an item where that is said."""
    address = reverse("continuity:planner", args=[school_class.public_id, monday.isoformat()])
    return f"{address}{f'?teaching={teaching.public_id}' if teaching else ''}{f'#item-{at}' if at else ''}"


def address_of(part: PlanPart, *, at: str = "") -> str:
    return planner_address(part.teaching.school_class, part.plan.monday, part.teaching, at=at)


def day_from(written: str) -> datetime.date:
    """A day out of an address."""
    try:
        day = datetime.date.fromisoformat(written)
    except ValueError as wrong:
        raise Http404 from wrong
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Http404
    return day


def readable_class(request: HttpRequest, public_id: str) -> SchoolClass:
    """Of those whose plans the person reads as staff."""
    found = get_object_or_404(SchoolClass.objects.visible_to(request.user).select_related("school"), public_id=public_id)
    if not may_read_plans_of(request.user, found):
        raise Http404
    return found
