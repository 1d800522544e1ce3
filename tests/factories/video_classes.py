"""A video class with its dates."""

import datetime

from django.utils import timezone

from courses.agenda.values import Hours
from courses.people.services import teachings
from tests.factories.continuity import (
    at,
    part_of,
)
from tests.factories.people import TeacherFactory
from tests.factories.rolls import video_class

DAY = datetime.timedelta(days=1)

JANUARY = datetime.date(2027, 1, 12)  # a Tuesday


def published(given, starts_at):
    return part_of(
        given, timezone.localdate(starts_at) - timezone.localdate(starts_at).weekday() * DAY
    )


def hours(start, minutes=55) -> Hours:
    return Hours(start, start + datetime.timedelta(minutes=minutes))


TODAY = datetime.date(2026, 11, 27)  # a Friday


NEXT_FRIDAY, MONDAY_AFTER = datetime.date(2026, 12, 4), datetime.date(2026, 12, 7)


DAY = datetime.timedelta(days=1)


def of_a_published_week(given, day):
    """At 11:10 of that day."""
    part_of(given, day - day.weekday() * DAY)
    starts_at = at(day, 11) + datetime.timedelta(minutes=10)
    return video_class(given, starts_at)


def followed(given):
    """The subject ends today, and somebody else gives it from tomorrow."""
    newcomer = TeacherFactory(works_at=given.school_class.school, language="en")
    teachings.end_teaching(teaching=given, until=TODAY + DAY)
    teachings.give_teaching(
        school_class=given.school_class, subject=given.subject, teacher=newcomer, since=TODAY + DAY
    )
    return newcomer
