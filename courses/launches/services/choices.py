"""What a person chooses at a resource, and what registrars renew."""

from django.db import transaction
from django.db.models import F
from wagtail.log_actions import log

from courses.launches.models import PersonalConnection, ResourceConnection
from courses.launches.services.opening import personal_of
from courses.launches.values import new_key
from courses.people.models import Person


def choose(*, person: Person, connection: ResourceConnection, tells: list[str]) -> None:
    """Which optional attributes are told from now on. Who had read what is told has read this, too:
    the page shows it with the choice.
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


def renew_codes_of_all(*, connection: ResourceConnection, by: Person) -> None:
    """Another key, so another code for everybody: their work at the resource begins anew."""
    with transaction.atomic():
        connection.code_key = new_key()
        connection.save(update_fields=["code_key"])
        connection.personal.update(fingerprint="")
        log(instance=connection, action="launches.renew_codes", user=by)


def renew_secret(*, connection: ResourceConnection, by: Person) -> None:
    """Links signed with the secret until now are refused as soon as the provider has the new one."""
    with transaction.atomic():
        connection.secret_seed = new_key()
        connection.save(update_fields=["secret_seed"])
        log(instance=connection, action="launches.renew_secret", user=by)
