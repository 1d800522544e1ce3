"""A school's own year: how it counts A and B weeks, and on which days it is closed."""

import datetime

from django.db import transaction

from courses.agenda.models import Closure, SchoolCalendar
from courses.agenda.rules import why_not_close
from courses.agenda.signals import weeks_counted
from courses.people.models import Organisation


def count_weeks(
    *, school: Organisation, week_a: datetime.date, pauses_in_holidays: bool
) -> SchoolCalendar:
    """Alternate A and B from the week of that day on."""
    wanted = {"week_a": week_a, "pauses_in_holidays": pauses_in_holidays}
    with transaction.atomic():
        calendar = SchoolCalendar.objects.update_or_create(school=school, defaults=wanted)[0]
        weeks_counted.send(SchoolCalendar, school_id=school.pk)
    return calendar


def close_days(
    *, school: Organisation, first_day: datetime.date, last_day: datetime.date, reason: str
) -> Closure:
    """Close the school on these days, both included.

    Nothing that is due on them is moved. Idempotent. Raises a `Refusal`.
    """
    if refusal := why_not_close(first_day, last_day):
        raise refusal
    with transaction.atomic():
        return Closure.objects.get_or_create(
            school=school, first_day=first_day, last_day=last_day, defaults={"reason": reason}
        )[0]


def reopen(*, closure: Closure) -> None:
    """There is class on these days after all."""
    Closure.objects.filter(pk=closure.pk).delete()
