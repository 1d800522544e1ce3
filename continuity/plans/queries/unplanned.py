"""Teachings that have class in a week and no published plan for it."""

import datetime

from django.db.models import QuerySet

from continuity.enums import PartState
from continuity.models import PlanPart
from courses.agenda.queries import ONE_DAY, ONE_WEEK, class_hours_of, days_of, monday_of
from courses.people.models import Teaching

# From Thursday on, what is still to be planned is next week.
THURSDAY = 4


def week_to_plan(day: datetime.date) -> datetime.date:
    monday = monday_of(day)
    return monday + ONE_WEEK if day.isoweekday() >= THURSDAY else monday


def unplanned(teachings: QuerySet[Teaching], monday: datetime.date) -> list[Teaching]:
    """Unplanned ones of a queryset of teachings, in the order of their first hour. Three
    queries.
    """
    planned = PlanPart.objects.filter(plan__monday=monday, state=PartState.PUBLISHED).values(
        "teaching"
    )
    related = "school_class__school__calendar"
    those = list(teachings.exclude(pk__in=planned).select_related(related))
    days = days_of({teaching.school_class.school for teaching in those})
    hours = class_hours_of(those, monday, monday + 6 * ONE_DAY, days)
    return list({dated.hour.teaching_id: dated.hour.teaching for dated in hours}.values())
