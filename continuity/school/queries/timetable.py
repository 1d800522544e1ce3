"""The timetable of one class, and what is due on days on which its school is closed."""

import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncDate

from continuity.models import Assignment, PlanItem, RollCall
from courses.agenda.models import ClassHour, Closure
from courses.agenda.values import PARIS
from courses.people.models import Organisation, Person, SchoolClass, Teaching
from courses.people.models.classes import holds_between
from courses.timetables.models import TimetableImport
from courses.timetables.queries import hours_made


def hours_of(school_class: SchoolClass, day: datetime.date) -> list[ClassHour]:
    """The hours that hold on that day, and those that begin later, of what is taught then.

    One query.
    """
    from_then_on = holds_between(day, datetime.date.max)
    teachings = Teaching.objects.filter(from_then_on, school_class=school_class)
    given = ClassHour.objects.filter(from_then_on, teaching__in=teachings)
    return list(
        given.select_related("teaching__subject", "teaching__teacher").order_by(
            "weekday", "begins", "rhythm", "since", "pk"
        )
    )


def hours_built_on(one: TimetableImport, day: datetime.date) -> list[ClassHour]:
    """The hours that the import began and of which there are roll calls or plans, on that day or
    later; drafts that nobody has read yet are none. Three queries.
    """
    made = {hour.pk: hour for hour in hours_made(one)}
    rolls = RollCall.objects.filter(class_hour__in=made, starts_at__date__gte=day)
    items = PlanItem.objects.filter(class_hour__in=made, day__gte=day).exclude(
        cover__isnull=False, is_held_back=True
    )
    built = set(rolls.values_list("class_hour", flat=True))
    built.update(items.values_list("class_hour", flat=True))
    return [hour for pk, hour in made.items() if pk in built]


def due_on_closed_days(
    day: datetime.date, *, teacher: Person | None = None, school: Organisation | None = None
) -> list[Assignment]:
    """Work still due on a day, from `day` on, on which its school is closed: flagged, never moved
    by itself (case C6). One query.
    """
    closed = Closure.objects.filter(school=models.OuterRef("teaching__school_class__school"))
    found = (
        Assignment.objects.standing()
        .annotate(due_on=TruncDate("due_at", tzinfo=PARIS))
        .filter(due_on__gte=day)
    )
    if teacher is not None:
        found = found.open_to(teacher)
    if school is not None:
        found = found.filter(teaching__school_class__school=school)
    on_its_day = Q(
        first_day__lte=models.OuterRef("due_on"), last_day__gte=models.OuterRef("due_on")
    )
    closed = closed.filter(on_its_day).order_by("first_day")
    flagged = found.annotate(closed_for=models.Subquery(closed.values("reason")[:1])).filter(
        closed_for__isnull=False
    )
    return list(
        flagged.select_related("homework", "teaching__school_class", "teaching__subject").order_by(
            "due_at", "pk"
        )
    )
