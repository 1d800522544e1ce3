"""A teacher reads what the school's leaders read of them, from the functions of the leaders' pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from continuity.attendance.queries.roll_call import RollHour, RollStage, hours_at
from continuity.plans.queries.board import own_rows_of_board
from courses.agenda.queries import ONE_WEEK, monday_of
from courses.people.models import Person, SchoolClass
from courses.people.permissions import PersonRequest, is_teacher, requires


@require_safe
@requires(is_teacher)
def seen_by_leaders(request: PersonRequest) -> HttpResponse:
    """Plans of this week and the next, rolls since Monday."""
    person, now, today = request.user, timezone.now(), timezone.localdate()
    monday = monday_of(today)
    classes = SchoolClass.objects.taught_by(person, today)
    hours = [
        hour for hour in hours_at(classes, monday, today, is_counted=False) if _names(hour, person)
    ]
    stages = {stage: [one for one in hours if one.stage(now) == stage] for stage in RollStage}
    context = {
        "monday": monday,
        "next_monday": monday + ONE_WEEK,
        "rows": own_rows_of_board(person, monday),
        "taken": stages[RollStage.TAKEN],
        "not_taken": stages[RollStage.NOT_TAKEN],
    }
    return render(request, "continuity/attendance/seen_by_leaders.html", context)


def _names(hour: RollHour, person: Person) -> bool:
    """Whether the line on the leader's page bears this person's name, as `hour.taken_by`."""
    if hour.roll and hour.roll.is_closed:
        return hour.roll.closed_by_id == person.pk
    return hour.is_given_by_its_teacher and hour.teaching.teacher_id == person.pk
