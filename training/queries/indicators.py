"""What is counted of trainings for the region's figures, by the school of the teacher."""

import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.dates import instants
from courses.digest.enums import MeasureKind
from courses.digest.values import Measure
from training.models import Certificate, Enrolment

SINCE = datetime.date(2026, 8, 31)
SCHOOL_OF_CERTIFICATE = "enrolment__school"


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


def _certificates(first: datetime.date, last: datetime.date) -> QuerySet:
    """Corrected ones aside: they are versions of the first."""
    begin, end = instants(first, last)
    issued = Certificate.objects.filter(issued_at__gte=begin, issued_at__lt=end, version=1)
    return issued.order_by().values(SCHOOL_OF_CERTIFICATE)


def certificates(first: datetime.date, last: datetime.date) -> dict[int, int]:
    rows = _certificates(first, last).annotate(number=Count("pk"))
    return dict(rows.values_list(SCHOOL_OF_CERTIFICATE, "number"))


def people_of_certificates(first: datetime.date, last: datetime.date) -> dict[int, int]:
    rows = _certificates(first, last).annotate(number=Count("person", distinct=True))
    return dict(rows.values_list(SCHOOL_OF_CERTIFICATE, "number"))


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
    ),
    Measure(
        code="certificates",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Certificates of training"),
        definition=_("Certificates issued in the week. A corrected one doesn’t count again."),
        unit=pgettext_lazy("unit", "certificates"),
        not_said=_("Not what was learnt."),
        count=certificates,
        people=people_of_certificates,
    ),
]
