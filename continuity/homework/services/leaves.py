"""A leave or an exemption is entered or prolonged, or holds on other days: what was handed in late
on them wasn't late.
"""

import datetime
from typing import Any

from django.db import transaction

from continuity.homework.services.lateness import forgive_student
from continuity.models import Exemption
from continuity.school.services import exemptions
from courses.agenda.enums import Rhythm
from courses.people.models import Person


def exempt(*, student: Person, **facts: Any) -> Exemption:
    """Enter it; `facts` are those of `exemptions.exempt`. Raises a `Refusal`."""
    with transaction.atomic():
        exemption = exemptions.exempt(student=student, **facts)
        forgive_student(student)
    return exemption


def follow_weeks(school_id: int) -> None:
    """The school alternates A and B weeks in another way: leaves of these hold on other days."""
    by_weeks = Exemption.objects.standing().filter(school=school_id).exclude(rhythm=Rhythm.EACH)
    for student in Person.objects.filter(pk__in=by_weeks.values("student")).order_by("pk"):
        forgive_student(student)


def end(*, exemption: Exemption, last_day: datetime.date, by: Person) -> Exemption:
    """Give it another last day. Raises a `Refusal`."""
    with transaction.atomic():
        ended = exemptions.end(exemption=exemption, last_day=last_day, by=by)
        forgive_student(exemption.student)
    return ended
