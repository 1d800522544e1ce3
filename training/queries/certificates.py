"""What pages show of certificates."""

from django.db.models import FETCH_PEERS, QuerySet

from courses.people.enums import OrganisationKind
from courses.people.models import Organisation, Person
from training.models import Certificate, CertificateRequest
from training.models.certificate import CertificateRequestQuerySet


def organiser() -> str:
    """In whose name the trainings are held."""
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
