"""What pages show of certificates."""

from django.db.models import FETCH_PEERS, QuerySet

from courses.people.enums import OrganisationKind
from courses.people.models import Organisation, Person
from training.models import Certificate


def organiser() -> str:
    """In whose name the trainings are held."""
    academie = Organisation.objects.filter(kind=OrganisationKind.ACADEMIE).order_by("pk").first()
    return academie.name if academie else "Passerelle"


def certificates_of(person: Person) -> QuerySet[Certificate]:
    """A person's own, newest first."""
    return Certificate.objects.visible_to(person).fetch_mode(FETCH_PEERS)


def certificates_to_check() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("person")
