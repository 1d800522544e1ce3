"""What those who come to a session teach, as numbers: who leads it reads no more of them than that."""

from dataclasses import dataclass

from django.db.models import Count

from courses.people.models import Membership, Subject
from training.enums import CAME_AFTER_START, HOLD_A_SEAT, EnrolmentOrigin
from training.models import Session
from training.values import FEWEST_ANSWERS


@dataclass(frozen=True)
class TaughtSubject:
    subject: Subject
    people: int


def subjects_of_who_comes(session: Session) -> list[TaughtSubject]:
    """Subjects that at least five people with a seat taught on the first day, the most taught first;
    somebody who teaches two counts in both. Read from the start on (`rules.are_subjects_shown`), and
    without who came later: else the number before and after somebody comes or leaves tells what this
    person teaches. One query.
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
        .values("subjects", "subjects__code", "subjects__title_fr", "subjects__title_en")
        .annotate(people=Count("person", distinct=True))
        .filter(people__gte=FEWEST_ANSWERS)
        .order_by("-people", "subjects__code")
        .values_list(
            "subjects", "subjects__code", "subjects__title_fr", "subjects__title_en", "people"
        )
    )
    return [TaughtSubject(Subject(*subject), people) for *subject, people in rows]
