"""What pages show of certificates."""

from courses.people.enums import OrganisationKind
from courses.people.models import Organisation


def organiser() -> str:
    """In whose name the trainings are held."""
    academie = Organisation.objects.filter(kind=OrganisationKind.ACADEMIE).order_by("pk").first()
    return academie.name if academie else "Passerelle"
