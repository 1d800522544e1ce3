"""One student's calls and weeks on paper, for staff and for the student's page."""

import datetime
from dataclasses import dataclass

from continuity.contact.queries.silent import (
    Silence,
    calls_of,
    silence_of,
)
from continuity.models import Call, PaperHandover
from courses.people.models import Person
from courses.people.models.classes import school_year_began


@dataclass(frozen=True)
class Contacts:
    """This school year's, the newest first."""

    silence: Silence | None  # none: in no class today
    calls: list[Call]  # that were made
    taken: Call | None  # somebody is about to call
    handovers: list[PaperHandover]


def contacts_of(student: Person, now: datetime.datetime, today: datetime.date) -> Contacts:
    """Five queries."""
    began = school_year_began(today)
    calls = calls_of([student.pk], began, now)[student.pk]
    handovers = PaperHandover.objects.filter(
        student=student, withdrawn_at__isnull=True, handed_on__gte=began
    )
    return Contacts(
        silence_of(student, today),
        [call for call in calls if call.noted_at],
        next((call for call in calls if not call.noted_at), None),
        list(handovers.select_related("recorded_by")),
    )
