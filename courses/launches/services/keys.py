"""What registrars renew: the secret that signs links, the key of everybody's codes."""

from django.db import transaction
from wagtail.log_actions import log

from courses.launches.models import ResourceConnection
from courses.launches.queries import key_for_codes
from courses.launches.values import link_secret, new_key
from courses.people.models import Person


def show_secret(connection: ResourceConnection, *, by: Person) -> str:
    """The provider needs it, to read signed links. Empty where the site has no key."""
    if not (key := key_for_codes()):
        return ""
    log(instance=connection, action="launches.show_secret", user=by)
    return link_secret(key, connection.secret_seed)


def renew_secret(connection: ResourceConnection, *, by: Person) -> None:
    """From now on links are signed with another one: until the provider has it, it refuses them."""
    with transaction.atomic():
        connection.secret_seed = new_key()
        connection.save(update_fields=["secret_seed"])
        log(instance=connection, action="launches.renew_secret", user=by)


def renew_codes(connection: ResourceConnection, *, by: Person) -> None:
    """Another key, so another code for everybody: their work at the resource begins anew."""
    with transaction.atomic():
        connection.code_key = new_key()
        connection.save(update_fields=["code_key"])
        log(instance=connection, action="launches.renew_codes", user=by)
