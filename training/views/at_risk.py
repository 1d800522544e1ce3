"""The planner's list of seats at risk."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courses.people.permissions import PersonRequest, is_planner, requires
from training.queries.at_risk import seats_at_risk as find_seats
from training.queries.at_risk import why_at_risk
from training.rules import seat_held_until


@requires(is_planner)
def seats_at_risk(request: PersonRequest) -> HttpResponse:
    """Whose right has ended, why, and until when the seat is held."""
    now = timezone.now()
    rows = [
        {
            "enrolment": seat,
            "why": why_at_risk(seat),
            "until": seat_held_until(seat.session, told_at=seat.right_ended_at or now),
        }
        for seat in find_seats(now)
    ]
    return render(request, "training/planning/at_risk.html", {"rows": rows})
