"""Codes in place of names, and signed links: pure, no database.

A signed link is `address?<parameters sorted by name>&s=<signature>`; `s` is the HMAC-SHA256, in
hexadecimal, of what stands between `?` and `&s=`. `t` is the second at which it was made (Unix
time), `n` is good once.
"""

import base64
import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils.encoding import punycode

from courses.launches.enums import Attribute, LinkFault

VERSION_OF_CODES = 1
SHORTEST_KEY = 32  # bytes, as SHA-256 gives
VALID_SECONDS = 60
PROTOCOL = {"t", "n", "s"}  # parameters that say nothing of a person

MONTHS_OF_THE_LEDGER = 5  # whole ones: openings are deleted after six months


@dataclass(frozen=True)
class Learned:
    """One thing that a resource learns about a person: what, and the value that is sent."""

    attribute: Attribute
    value: str
    words: str = ""  # the value in the reader's words, where it isn't plain by itself
    is_optional: bool = False

    @property
    def in_words(self) -> str:
        return f"{self.attribute.label} ({self.words or self.value})"

    @property
    def claim(self) -> str:
        return str(self.attribute.value)


@dataclass(frozen=True)
class Knowledge:
    """What is told, and what would be told if the person wished so."""

    told: tuple[Learned, ...]
    optional: tuple[Learned, ...]  # off for this person
    host: str = ""  # where it is sent; empty on a page of ours

    @property
    def choices(self) -> list[Learned]:
        """What the person may switch on or off."""
        return [*(one for one in self.told if one.is_optional), *self.optional]

    @property
    def payload(self) -> dict[str, str]:
        """What is sent and what the ledger holds: parameter → value."""
        return {one.claim: one.value for one in self.told}

    @property
    def fingerprint(self) -> str:
        """Of exactly what is told and to whom: says whether it is what a page has shown."""
        told = json.dumps([self.host, self.payload], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def new_key() -> str:
    return secrets.token_hex(16)


def pseudonym(key: bytes, connection_key: str, person: str, number: int) -> str:
    """43 characters that stand for a person at one resource.

    `connection_key` is the resource's random key, `person` the person's random id, `number` how
    often the person asked for a new code.
    """
    text = f"{VERSION_OF_CODES}|{connection_key}|person|{person}|{number}"
    made = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def lines_of(text: str) -> list[str]:
    """Its lines that hold something, without the blanks around."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def origin_of(address: str) -> str:
    """Scheme, host and port, as a content security policy names them: in ASCII (Punycode), since
    another letter in a header makes browsers ignore the whole policy. Raises `ValueError` for a port
    above 65535 and a host that is too long.
    """
    found = urlsplit(address)
    port = f":{found.port}" if found.port else ""
    return f"{found.scheme}://{punycode(found.hostname or '')}{port}"


def link_secret(key: bytes, seed: str) -> str:
    """The secret with which the links of a resource are signed; its provider has it, too.

    Made from the key of the site, so that no backup of the database holds it.
    """
    text = f"{VERSION_OF_CODES}|{seed}|secret"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def signature(secret: str, query: str) -> str:
    return hmac.new(secret.encode(), query.encode(), hashlib.sha256).hexdigest()


def signed_query(payload: dict[str, str], secret: str, now: datetime.datetime) -> str:
    parameters = payload | {"t": str(int(now.timestamp())), "n": secrets.token_urlsafe(16)}
    query = urlencode(sorted(parameters.items()))
    return f"{query}&s={signature(secret, query)}"


def fault_of(query: str, secret: str, now: datetime.datetime) -> LinkFault | None:
    """Why a resource refuses the link, as far as the link itself tells: it can't say whether it was
    used before.
    """
    signed, _mark, given = query.rpartition("&s=")
    if not hmac.compare_digest(given.encode(), signature(secret, signed).encode()):
        return LinkFault.FORGED
    made_at = int(dict(parse_qsl(signed))["t"])
    return LinkFault.OLD if abs(now.timestamp() - made_at) > VALID_SECONDS else None


def claims(received: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a link told of a person: without the parameters of the protocol."""
    return {name: value for name, value in received if name not in PROTOCOL}
