"""Which teachings have class in a week and no published plan for it."""

import datetime
from collections import defaultdict

from django.db.models import QuerySet

from continuity.enums import PartState
from continuity.models import PlanPart
from courses.agenda.queries import ONE_DAY, ONE_WEEK, class_hours, days_of, monday_of
from courses.people.models import Teaching

# From Thursday on, what is still to be planned is next week.
THURSDAY = 4


def week_to_plan(day: datetime.date) -> datetime.date:
    monday = monday_of(day)
    return monday + ONE_WEEK if day.isoweekday() >= THURSDAY else monday


def unplanned(teachings: QuerySet[Teaching], monday: datetime.date) -> list[Teaching]:
    """Of a queryset of teachings, in the order of their first hour.

    Three queries, one more for each further school.
    """
    planned = PlanPart.objects.filter(plan__monday=monday, state=PartState.PUBLISHED).values(
        "teaching"
    )
    by_school = defaultdict(list)
    for teaching in teachings.exclude(pk__in=planned).select_related(
        "school_class__school__calendar"
    ):
        by_school[teaching.school_class.school].append(teaching)
    days = days_of(by_school)
    found: dict[int, Teaching] = {}
    for school, those in by_school.items():
        for dated in class_hours(those, monday, monday + 6 * ONE_DAY, days[school.pk]):
            found.setdefault(dated.hour.teaching_id, dated.hour.teaching)
    return list(found.values())
