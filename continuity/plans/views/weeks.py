"""The addresses of weeks, and the classes whose weeks a person reads."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from continuity.models import PlanPart
from continuity.permissions import is_tutor_of, may_read_plans_of
from continuity.plans.queries.planner import writable_teachings
from courses.people.models import Person, SchoolClass, Teaching
from courses.people.permissions import PersonRequest, leads

FIRST_YEAR, LAST_YEAR = 2000, 2100


def planner_address(
    school_class: SchoolClass,
    monday: datetime.date,
    teaching: Teaching | None = None,
    *,
    at: str = "",
) -> str:
    """Address of the week, at a teaching where there is one, scrolled to the item `at`, if
    given.
    """
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


def readable_class(request: PersonRequest, public_id: str) -> SchoolClass:
    """Return a class whose plans the person reads as staff, or 404: narrower than `visible_to`, and
    asked of one class alone.
    """
    found = get_object_or_404(SchoolClass.objects.select_related("school"), public_id=public_id)
    if not may_read_plans_of(request.user, found):
        raise Http404
    return found


@dataclass
class Reading:
    """A class, and what the person writes in it today."""

    person: Person
    school_class: SchoolClass
    mine: list[Teaching]

    @cached_property
    def reads_drafts(self) -> bool:
        """Everybody's, as the class tutor and the school's leaders do.

        Asked only where it matters.
        """
        return leads(self.person, self.school_class.school) or is_tutor_of(
            self.person, self.school_class
        )


def reading_of(person: Person, school_class: SchoolClass) -> Reading:
    return Reading(person, school_class, writable_teachings(person, school_class.public_id))


def reading(request: PersonRequest, public_id: str) -> Reading:
    """The same for a door; not there for whoever neither writes nor reads it."""
    if mine := writable_teachings(request.user, public_id):
        return Reading(request.user, mine[0].school_class, mine)
    found = Reading(
        request.user,
        get_object_or_404(SchoolClass.objects.select_related("school"), public_id=public_id),
        [],
    )
    if not found.reads_drafts:
        raise Http404
    return found
