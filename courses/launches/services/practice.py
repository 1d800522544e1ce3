"""The practice resource: reads a signed link as a provider's site should."""

import datetime
from urllib.parse import parse_qsl

from courses.launches.enums import LinkFault
from courses.launches.models import PracticeNonce, ResourceConnection
from courses.launches.queries import key_for_codes
from courses.launches.values import claims, fault_of, link_secret

NONCES_KEPT = datetime.timedelta(hours=1)


def read_link(
    connection: ResourceConnection, query: str, now: datetime.datetime
) -> dict[str, str] | LinkFault:
    """What the link tells of a person, or why it is refused. Uses the link up."""
    secret = link_secret(key_for_codes(), connection.secret_seed)
    if fault := fault_of(query, secret, now):
        return fault
    received = parse_qsl(query, strict_parsing=True)
    nonce = dict(received)["n"]
    _row, is_new = PracticeNonce.objects.get_or_create(value=nonce, defaults={"at": now})
    return claims(received) if is_new else LinkFault.USED


def sweep(now: datetime.datetime) -> int:
    """Forget links that are too old anyway. Says how many."""
    return PracticeNonce.objects.filter(at__lt=now - NONCES_KEPT).delete()[0]
