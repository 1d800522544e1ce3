"""Looks at a configured Jitsi from outside: is it there, is it one, does it keep our time, would it
take our token.
"""

import email.utils
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from courses.live.exceptions import JitsiNotReady, TokenRefused
from courses.live.gateways.jitsi import CLOCKS_MAY_DIFFER, Jitsi
from courses.live.gateways.pretend import Verifier
from courses.live.values import RoomEntry

PATIENCE = 10  # seconds
LONGEST_CONFIG = 512 * 1024  # bytes
TRIAL_ROOM = "check-jitsi"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; where it isn't well, what to do."""

    what: str
    is_well: bool
    advice: str = ""


def examine(config: Mapping[str, str], *, now: datetime, base: str = "") -> Iterator[Finding]:
    """One finding after the other.

    `base` stands in for https://domain, for a server behind another address.
    """
    base = base or f"https://{config['domain']}"
    yield from _settings(config)
    yield _token(config, now)
    yield _name(base)
    answer = _fetch(f"{base}/config.js")
    if isinstance(answer, str):
        yield Finding(f"{base}/config.js answers", False, answer)
        return
    content, date = answer
    yield Finding(f"{base}/config.js answers", True)
    yield _is_a_jitsi(content, config["domain"])
    yield _clock(date, now)


def _settings(config: Mapping[str, str]) -> Iterator[Finding]:
    needed = [
        "app_id",
        "audience",
        "events_token",
        *(["private_key_file", "key_id"] if config["algorithm"] == "RS256" else ["secret"]),
    ]
    for name in needed:
        yield Finding(
            f"JITSI_{name.upper()} is set",
            bool(config[name]),
            f"Set JITSI_{name.upper()} in the environment (docs/jitsi.md).",
        )


def _token(config: Mapping[str, str], now: datetime) -> Finding:
    """Made by the gateway and read by rules like the server's, so a wrong algorithm, key or claim
    shows here first.
    """
    what = "a token of ours is one that a strict server takes"
    entry = RoomEntry(TRIAL_ROOM, "check", "Check", True, now + timedelta(minutes=1))
    try:
        token = Jitsi(config).token(entry, now=now)
        _verifier(config).verify(token, room=TRIAL_ROOM, tenant=config["tenant"], now=now)
    except (JitsiNotReady, TokenRefused) as fault:
        return Finding(
            what,
            False,
            f"{fault}. See JITSI_ALGORITHM, and JITSI_SECRET or JITSI_PRIVATE_KEY_FILE.",
        )
    return Finding(what, True)


def _verifier(config: Mapping[str, str]) -> Verifier:
    keys = {}
    if config["algorithm"] == "RS256":
        private = load_pem_private_key(Path(config["private_key_file"]).read_bytes(), password=None)
        keys[config["key_id"]] = (
            private.public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )
    return Verifier(
        config["domain"],
        config["app_id"],
        config["audience"],
        config["algorithm"],
        config["secret"],
        keys,
    )


def _name(base: str) -> Finding:
    host = urlsplit(base).hostname or ""
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return Finding(
            f"the name {host} is known",
            False,
            "No DNS entry is found: check JITSI_DOMAIN and the resolver.",
        )
    return Finding(f"the name {host} is known", True)


def _fetch(address: str) -> tuple[str, str] | str:
    """The answer's text and its Date header; or what is wrong, with what to do."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - https, or a base given by hand
            return answer.read(LONGEST_CONFIG).decode("utf-8", "replace"), answer.headers.get(
                "Date", ""
            )
    except urllib.error.HTTPError as fault:
        return (
            f"It answers {fault.code}: this host serves something else, or Jitsi's web part is"
            " down."
        )
    except urllib.error.URLError as fault:
        if isinstance(fault.reason, ssl.SSLError):
            return (
                f"HTTPS fails ({fault.reason}): renew or install the certificate; browsers allow"
                " camera and microphone over HTTPS only."
            )
        return (
            f"It can't be reached ({fault.reason}): check that the server runs, and the firewall."
        )
    except OSError as fault:
        return f"It can't be reached ({fault}): check that the server runs, and the firewall."


def _is_a_jitsi(content: str, domain: str) -> Finding:
    what = f"config.js is a Jitsi's, of the domain {domain}"
    said = re.search(
        r"""\bdomain\s*:\s*['"]([^'"]+)['"]|config\.hosts\.domain\s*=\s*['"]([^'"]+)['"]""", content
    )
    if not said:
        return Finding(what, False, "No `hosts.domain` in it: this isn't Jitsi Meet's config.js.")
    found = said[1] or said[2]
    if found.lower() == domain.lower():
        return Finding(what, True)
    return Finding(
        what,
        False,
        f"It says {found}. A token's `sub` must be that domain or the tenant: set JITSI_DOMAIN.",
    )


def _clock(date: str, now: datetime) -> Finding:
    """The server grants no leeway on exp and nbf."""
    what = "its clock agrees with ours"
    try:
        theirs = email.utils.parsedate_to_datetime(date)
    except ValueError:
        return Finding(
            what,
            False,
            "It sends no Date header, so its clock can't be compared: look at it by hand.",
        )
    apart = abs(theirs.replace(tzinfo=theirs.tzinfo or UTC) - now)
    if apart < CLOCKS_MAY_DIFFER / 2:
        return Finding(what, True)
    return Finding(
        what,
        False,
        f"They are {apart.total_seconds():.0f} s apart, and tokens get refused: run an NTP client"
        " on both.",
    )
