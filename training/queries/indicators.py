"""What is counted of trainings for the region's figures, by the school of the teacher.

Nothing that tells who was present (people, hours, certificates): beside the seats of a session, or the
delivery notes of a month, each would be what is missing to the no-shows.
"""

import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.dates import instants
from courses.digest.enums import MeasureKind
from courses.digest.values import Measure
from courses.people.enums import Role
from training.models import Enrolment

SINCE = datetime.date(2026, 8, 31)


def _enrolments(first: datetime.date, last: datetime.date) -> QuerySet:
    begin, end = instants(first, last)
    return Enrolment.objects.filter(asked_at__gte=begin, asked_at__lt=end).order_by()


def enrolments(first: datetime.date, last: datetime.date) -> dict[int, int]:
    rows = _enrolments(first, last).values("school").annotate(number=Count("pk"))
    return dict(rows.values_list("school", "number"))


def people_of_enrolments(first: datetime.date, last: datetime.date) -> dict[int, int]:
    rows = _enrolments(first, last).values("school")
    rows = rows.annotate(number=Count("teacher", distinct=True))
    return dict(rows.values_list("school", "number"))


MEASURES = [
    Measure(
        code="enrolments",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Enrolments in trainings"),
        definition=_(
            "Enrolments that teachers asked for, with a seat or in a waiting list, by the school through"
            " which they enrolled."
        ),
        unit=pgettext_lazy("unit", "enrolments"),
        not_said=_("Not whether the teacher got a seat, nor whether they came."),
        count=enrolments,
        people=people_of_enrolments,
        role=Role.TEACHER,
    ),
]
