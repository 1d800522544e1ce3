"""What those who come to a session teach, as numbers: who leads it reads no more of them than that."""

from dataclasses import dataclass

from django.db.models import Count

from courses.people.models import Membership, Subject
from training.enums import HOLD_A_SEAT
from training.models import Session
from training.values import FEWEST_ANSWERS


@dataclass(frozen=True)
class TaughtSubject:
    subject: Subject
    people: int


def subjects_of_who_comes(session: Session) -> list[TaughtSubject]:
    """Subjects that at least five people with a seat teach today, the most taught first; somebody who
    teaches two counts in both. One query.
    """
    seats = {
        "person__enrolments__session": session,
        "person__enrolments__state__in": HOLD_A_SEAT,
    }
    rows = (
        Membership.objects.teaching()
        .current()
        .filter(subjects__isnull=False, **seats)
        .values("subjects", "subjects__code", "subjects__title_fr", "subjects__title_en")
        .annotate(people=Count("person", distinct=True))
        .filter(people__gte=FEWEST_ANSWERS)
        .order_by("-people", "subjects__code")
        .values_list(
            "subjects", "subjects__code", "subjects__title_fr", "subjects__title_en", "people"
        )
    )
    return [TaughtSubject(Subject(*subject), people) for *subject, people in rows]
