"""The waiting list: a freed seat goes to its head at once."""

from datetime import datetime

from django.utils import translation

from training.models import Enrolment, Session
from training.queries.sessions import may_enrol_through
from training.rules import why_not_enrol
from training.services import enrolment as enrolments


def promote(session: Session, now: datetime) -> list[Enrolment]:
    """Seat those who wait, head first, while seats are free. Called under the session's lock; `now`
    is aware.

    Nobody is seated once the session has begun or is cancelled. Whoever isn't entitled any more
    leaves the list with a letter that says why, and the seat goes to the next. Gives those who were
    seated, in order.
    """
    if not session.is_open or session.starts_at <= now:
        return []
    seated: list[Enrolment] = []
    free = session.capacity - session.count_seats_taken()
    for enrolment in session.enrolments.waiting().select_related("teacher"):
        if free <= len(seated):
            break
        enrolment.session = session
        with translation.override(
            enrolment.teacher.language
        ):  # names of subjects are part of the refusal
            entitlement, standing = may_enrol_through(session, enrolment.teacher)
        if refusal := why_not_enrol(session, entitlement=entitlement, standing=standing, now=now):
            enrolments.leave(enrolment, by=None, now=now, refusal=refusal)
            continue
        enrolments.seat(enrolment, by=None, now=now)
        seated.append(enrolment)
    return seated
