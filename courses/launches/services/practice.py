"""The practice resource: reads a signed link, or an LTI launch, as a provider's site should."""

import datetime
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import jwt
from django.conf import settings
from django.core import signing

from courses.dates import paris_day
from courses.launches.enums import LinkFault
from courses.launches.gateways import lti
from courses.launches.models import PracticeNonce, ResourceConnection
from courses.launches.queries import key_for_codes, lti_keys
from courses.launches.values import claims, fault_of, link_secret

NONCES_KEPT = datetime.timedelta(hours=1)
STATE, STATE_SECONDS = "courses.launches.practice", 600


def read_link(
    connection: ResourceConnection, query: str, now: datetime.datetime
) -> dict[str, str] | LinkFault:
    """What the link tells of a person, or why it is refused. Uses the link up."""
    secret = link_secret(key_for_codes(), connection.secret_seed)
    try:
        if fault := fault_of(query, secret, now):
            return fault
        received = parse_qsl(query, strict_parsing=True)
        is_new = _is_new(dict(received)["n"], now)
    except (ValueError, KeyError):  # rightly signed, but `t` or `n` is missing or isn't what it is
        return LinkFault.UNREADABLE
    return claims(received) if is_new else LinkFault.USED


def lti_request(connection: ResourceConnection, target: str, hint: str) -> str:
    """Step 2 as a tool begins it: the query of its request. The state carries the nonce, signed."""
    nonce = secrets.token_urlsafe(16)
    asked = {name: good for name, good, _fault in lti.ASKS} | {
        "client_id": connection.client_id,
        "redirect_uri": target,
        "login_hint": hint,
        "nonce": nonce,
        "state": signing.dumps(nonce, salt=STATE),
    }
    return urlencode(asked)


def read_launch(
    connection: ResourceConnection, posted: Mapping[str, str], now: datetime.datetime
) -> dict[str, str] | LinkFault:
    """What a launch tells of a person, or why it is refused. Uses the launch up."""
    try:
        nonce = signing.loads(posted.get("state", ""), salt=STATE, max_age=STATE_SECONDS)
        claims = lti.read_token(
            posted.get("id_token", ""),
            keys=lti_keys(paris_day(now)),
            issuer=settings.SITE_ADDRESS,
            client_id=connection.client_id,
            nonce=nonce,
        )
    except (signing.BadSignature, jwt.InvalidTokenError):
        return LinkFault.LAUNCH
    return lti.told_in(claims) if _is_new(nonce, now) else LinkFault.USED


def _is_new(nonce: str, now: datetime.datetime) -> bool:
    _row, is_new = PracticeNonce.objects.get_or_create(value=nonce, defaults={"at": now})
    return is_new


def sweep(now: datetime.datetime) -> int:
    """Forget links that are too old anyway. Says how many."""
    return PracticeNonce.objects.filter(at__lt=now - NONCES_KEPT).delete()[0]
