"""Subjects taught by those who come to a session, as numbers: who leads it reads no more of them
than that.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from courses.people.models import Membership, Subject
from training.enums import CAME_AFTER_START, HOLD_A_SEAT, EnrolmentOrigin, SessionState
from training.models import Session
from training.models.session import SessionQuerySet
from training.values import FEWEST_ANSWERS


@dataclass(frozen=True)
class TaughtSubject:
    subject: Subject
    people: int


def to_be_counted(now: datetime) -> SessionQuerySet:
    """Sessions that have begun and of which nobody has counted the subjects."""
    return Session.objects.filter(
        state=SessionState.OPEN, starts_at__lte=now, subjects_at_start__isnull=True
    )


def subjects_of_who_comes(session: Session) -> list[tuple[int, int]]:
    """Subjects (primary keys) that at least five people with a seat taught on the first day, with
    their number, the most taught first; somebody who teaches two counts in both. Without who came
    after the start. One query.
    """
    seats = {
        "person__enrolments__session": session,
        "person__enrolments__state__in": HOLD_A_SEAT,
        "person__enrolments__origin__in": set(EnrolmentOrigin) - set(CAME_AFTER_START),
    }
    rows = (
        Membership.objects.teaching()
        .on(session.first_day)
        .filter(subjects__isnull=False, **seats)
        .values("subjects", "subjects__code")
        .annotate(people=Count("person", distinct=True))
        .filter(people__gte=FEWEST_ANSWERS)
        .order_by("-people", "subjects__code")
    )
    return list(rows.values_list("subjects", "people"))


def subjects_at_start(session: Session) -> list[TaughtSubject]:
    """Return the subjects as counted when the session began (`services.taught`): the number before
    and after somebody leaves, or an account is erased, would tell what this person teaches. One
    query, none if no subject was counted.
    """
    counted = session.subjects_at_start or []
    subjects = Subject.objects.in_bulk([pk for pk, _people in counted]) if counted else {}
    return [TaughtSubject(subjects[pk], people) for pk, people in counted if pk in subjects]
