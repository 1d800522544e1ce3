"""Where somebody who can't come says so, in the letters about dates."""

from django.utils import timezone

from courses.people.models import Person
from training.models import Session
from training.queries.late_entry import enters_at
from training.rules import how_to_decline


def how_to_decline_for(session: Session, to: Person) -> str:
    """Return how somebody with a seat declines. Two queries at most."""
    seat = session.enrolments.holding_a_seat().filter(teacher=to).first()
    first = enters_at(seat) if seat else None
    return how_to_decline(session, enters_at=first, now=timezone.now())
