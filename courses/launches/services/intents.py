"""LTI launches that were begun: each is good once, for ten minutes, in the session that began it."""

import datetime
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from courses.launches.gateways import lti
from courses.launches.models import LaunchIntent, ResourceConnection
from courses.launches.queries import FAILURE_IS_SAID_WITHIN, address_of, login_address_of
from courses.people.models import Organisation, Person

GOOD_FOR = datetime.timedelta(minutes=10)
SALT = "courses.launches.intent"


def begin(
    *,
    person: Person,
    connection: ResourceConnection,
    session_key: str,
    now: datetime.datetime,
    school: Organisation | None = None,
    shown: str = "",
) -> str:
    """Return the address at the tool that the browser goes to: it tells the tool that somebody comes,
    and not who. Without a school it is a registrar's test, which tells of nobody.
    """
    hint = secrets.token_urlsafe(24)
    LaunchIntent.objects.create(
        person=person,
        connection=connection,
        mark=_mark(hint, session_key),
        school=school,
        shown=shown,
        at=now,
    )
    query = lti.login_query(
        issuer=settings.SITE_ADDRESS,
        client_id=connection.client_id,
        target=address_of(connection),
        hint=hint,
    )
    address = login_address_of(connection)
    return f"{address}{'&' if '?' in address else '?'}{query}"


def take(
    *,
    connection: ResourceConnection,
    person: Person,
    hint: str,
    session_key: str,
    now: datetime.datetime,
) -> LaunchIntent | None:
    """Use it up; None if it isn't there, isn't theirs, is used or too old. Called in a transaction."""
    intent = of_hint(hint, session_key)
    if intent is None or (intent.connection_id, intent.person_id) != (connection.pk, person.pk):
        return None
    fresh = LaunchIntent.objects.filter(pk=intent.pk, used_at=None, at__gt=now - GOOD_FOR)
    return intent if fresh.update(used_at=now, fault="", asked_address="") else None


def of_hint(hint: str, session_key: str) -> LaunchIntent | None:
    return LaunchIntent.objects.filter(mark=_mark(hint, session_key)).first()


def sweep(now: datetime.datetime) -> int:
    """Forget those of which nobody says any more that they failed. Says how many."""
    return LaunchIntent.objects.filter(at__lt=now - FAILURE_IS_SAID_WITHIN).delete()[0]


def _mark(hint: str, session_key: str) -> str:
    return salted_hmac(SALT, f"{session_key} {hint}", algorithm="sha256").hexdigest()
