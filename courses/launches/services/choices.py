"""What a person chooses at a resource."""

from django.db import transaction
from django.db.models import F

from courses.launches.models import PersonalConnection, ResourceConnection
from courses.launches.services.opening import personal_of
from courses.people.models import Person


def choose(*, person: Person, connection: ResourceConnection, tells: list[str]) -> None:
    """Which optional attributes are told from now on. The next opening is from the page that shows
    them.
    """
    with transaction.atomic():
        personal = personal_of(person, connection)
        personal.tells, personal.fingerprint = sorted(tells), ""
        personal.save(update_fields=["tells", "fingerprint"])


def renew_code(*, person: Person, connection: ResourceConnection) -> None:
    """Another code from the next opening on: the resource can't tell that it is the same person."""
    with transaction.atomic():
        personal_of(person, connection)
        PersonalConnection.objects.filter(person=person, connection=connection).update(
            code_number=F("code_number") + 1, fingerprint=""
        )
