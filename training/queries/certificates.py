"""Queries of certificates for pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import FETCH_PEERS, QuerySet
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.people.enums import OrganisationKind
from courses.people.models import Organisation, Person
from training.enums import SheetState
from training.models import Certificate, CertificateRequest, Session
from training.models.certificate import CertificateRequestQuerySet
from training.queries.missed_dates import owes_a_date
from training.values import certificate_year, school_year_name


def organiser() -> str:
    """Return the name in which the trainings are held."""
    academie = Organisation.objects.filter(kind=OrganisationKind.ACADEMIE).order_by("pk").first()
    return academie.name if academie else "Passerelle"


def certificates_of(person: Person) -> QuerySet[Certificate]:
    """A person's own, newest first, with their requests; without those that were replaced."""
    return (
        Certificate.objects.visible_to(person)
        .current()
        .prefetch_related("requests")
        .fetch_mode(FETCH_PEERS)
    )


def certificates_to_check() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("person", "replaced_by")


def requests_for(person: Person) -> CertificateRequestQuerySet:
    """Requests for a correction that a planner may answer, with what a row shows."""
    return (
        CertificateRequest.objects.answerable_by(person)
        .select_related("certificate__person", "answered_by")
        .fetch_mode(FETCH_PEERS)
    )


def is_complete(session: Session, *, without: Collection[Meeting] = ()) -> bool:
    """Every meeting that isn't cancelled, nor among these, has its closed sheet, and no date is owed:
    certificates are issued. A session that is cancelled with these owes none.
    """
    meetings = Meeting.objects.going_on().filter(series=session.series_id)
    meetings = meetings.exclude(pk__in=[meeting.pk for meeting in without])
    is_open = meetings.exclude(sheet__state=SheetState.CLOSED).exists() or not meetings.exists()
    return not is_open and (bool(without) or not owes_a_date(session))


# Hours


@dataclass(frozen=True)
class YearOfHours:
    """One school year's certificates, oldest first, and what they attest."""

    begins: int
    certificates: list[Certificate]

    @property
    def name(self) -> str:
        return school_year_name(self.begins)

    @property
    def minutes(self) -> int:
        return sum(certificate.minutes for certificate in self.certificates)


@dataclass(frozen=True)
class HoursAttended:
    """A person's certified hours by school year, the newest year first."""

    years: list[YearOfHours]

    @property
    def minutes(self) -> int:
        return sum(year.minutes for year in self.years)


def hours_of(person: Person, *, at: datetime) -> HoursAttended:
    """Return the hours that valid certificates attest, as issued until `at`. One query.

    A training counts in the school year in which it ended.
    """
    found = (
        Certificate.objects.visible_to(person)
        .current()
        .filter(revoked_at__isnull=True, issued_at__lte=at)
        .select_related("enrolment__session")
        .order_by("enrolment__session__ends_at", "pk")
    )
    years = [YearOfHours(year, list(rows)) for year, rows in groupby(found, key=_year_of)]
    return HoursAttended(years[::-1])


def _year_of(certificate: Certificate) -> int:
    return certificate_year(timezone.localdate(certificate.enrolment.session.ends_at))
