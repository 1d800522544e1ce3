"""A leave or an exemption is entered or prolonged: what was handed in late on its days wasn't late."""

import datetime
from typing import Any

from django.db import transaction

from continuity.homework.services.lateness import forgive_student
from continuity.models import Exemption
from continuity.school.services import exemptions
from courses.people.models import Person


def exempt(*, student: Person, **facts: Any) -> Exemption:
    """Enter it; `facts` are those of `exemptions.exempt`. Raises a `Refusal`."""
    with transaction.atomic():
        exemption = exemptions.exempt(student=student, **facts)
        forgive_student(student)
    return exemption


def end(*, exemption: Exemption, last_day: datetime.date, by: Person) -> Exemption:
    """Give it another last day. Raises a `Refusal`."""
    with transaction.atomic():
        ended = exemptions.end(exemption=exemption, last_day=last_day, by=by)
        forgive_student(exemption.student)
    return ended
