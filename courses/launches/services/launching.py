"""Step 2 of an LTI launch: the tool asks for the person whom we have sent, and gets a token or a no."""

import datetime

from django.conf import settings
from django.db import transaction
from django.http import QueryDict

from courses.dates import paris_day
from courses.launches.enums import Attribute, LtiFault
from courses.launches.exceptions import LaunchIsOver, NoKeyForCodes, ToolAsksWrongly
from courses.launches.gateways import lti
from courses.launches.models import LaunchIntent, ResourceConnection
from courses.launches.queries import (
    address_of,
    key_for_codes,
    launch_addresses_of,
    signing_key,
)
from courses.launches.services import intents
from courses.launches.services.opening import opening_of
from courses.launches.values import pseudonym
from courses.people.models import Person


def tool_of(asked: QueryDict) -> ResourceConnection:
    """Who asks. Raises `ToolAsksWrongly` where nobody can be answered: unknown client, an address
    that wasn't entered, no state. Each is answered by a page of ours.
    """
    if any(len(asked.getlist(name)) > 1 for name in asked):
        raise ToolAsksWrongly(LtiFault.REPEATED)
    rows = ResourceConnection.objects.lti().select_related("resource")
    connection = rows.filter(client_id=asked.get("client_id", "")).first()
    if connection is None:
        raise ToolAsksWrongly(LtiFault.CLIENT)
    if asked.get("redirect_uri") not in launch_addresses_of(connection):
        raise ToolAsksWrongly(LtiFault.ADDRESS, connection)
    if not asked.get("state"):
        raise ToolAsksWrongly(LtiFault.STATE, connection)
    return connection


def token_for(
    *,
    person: Person,
    connection: ResourceConnection,
    hint: str,
    nonce: str,
    session_key: str,
    now: datetime.datetime,
) -> str:
    """Return the token to be posted to the tool. The launch is used up, and ledger and count are
    written, in one transaction. Raises a `Refusal`: then nothing is told.
    """
    key = signing_key(paris_day(now))
    if key is None:
        raise NoKeyForCodes(resource=connection.resource.name)
    with transaction.atomic():
        intent = intents.take(
            connection=connection, person=person, hint=hint, session_key=session_key, now=now
        )
        if intent is None:
            raise LaunchIsOver(resource=connection.resource.name)
        told = _told_by_test(intent) if intent.is_test else _told(intent, connection, now)
    return lti.id_token(
        told,
        key=key,
        issuer=settings.SITE_ADDRESS,
        client_id=connection.client_id,
        target=address_of(connection),
        nonce=nonce,
        now=now,
    )


def note_fault(
    fault: LtiFault, *, hint: str, session_key: str, asked_address: str
) -> LaunchIntent | None:
    """Keep with a registrar's test what the tool asked for wrongly, and return it; None if it was
    none.
    """
    intent = intents.of_hint(hint, session_key)
    if intent is None or not intent.is_test or intent.used_at:
        return None
    intent.fault, intent.asked_address = fault, asked_address[:500]
    intent.save(update_fields=["fault", "asked_address"])
    return intent


def _told(
    intent: LaunchIntent, connection: ResourceConnection, now: datetime.datetime
) -> dict[str, str]:
    """Of who may still open it, exactly what they have read."""
    opening = opening_of(intent.person, connection.resource, shown=intent.shown, now=now)
    opening.write(now)
    return opening.knowledge.payload


def _told_by_test(intent: LaunchIntent) -> dict[str, str]:
    """A code that is nobody's."""
    nobody = f"test {intent.pk}"
    return {str(Attribute.CODE): pseudonym(key_for_codes(), intent.connection.code_key, nobody, 0)}
