"""Settings of the video server that would fail only when somebody wants to enter a room."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

SHORTEST_SECRET = 32  # bytes: RFC 7518, 3.2, for HS256
SHORTEST_EVENTS_TOKEN = 16


@register(Tags.security)
def check_video_server(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Check that with a domain everything is there that a token and an event need."""
    config = settings.JITSI
    if not config["domain"]:
        return []
    found: list[CheckMessage] = []
    if "/" in config["domain"] or ":" in config["domain"]:
        found.append(
            Error(
                "JITSI_DOMAIN is a host name, such as meet.example.org, without https:// and path.",
                id="live.E001",
            )
        )
    found += {"HS256": _shared_secret, "RS256": _private_key}.get(
        config["algorithm"], _unknown_algorithm
    )(config)
    if len(config["events_token"]) < SHORTEST_EVENTS_TOKEN:
        hint = "Give event_sync's api_headers the same: Authorization: Bearer <JITSI_EVENTS_TOKEN>."
        found.append(
            Error(
                "JITSI_EVENTS_TOKEN is missing or short: presence would be lost or could be"
                " forged.",
                hint=hint,
                id="live.E006",
            )
        )
    if config.get("token_in") not in ("query", "hash"):
        found.append(Warning("JITSI_TOKEN_IN is query or hash; query is used.", id="live.W001"))
    return found


def _unknown_algorithm(config) -> list[CheckMessage]:
    return [Error("JITSI_ALGORITHM is HS256 or RS256.", id="live.E002")]


def _shared_secret(config) -> list[CheckMessage]:
    if len(config["secret"].encode()) >= SHORTEST_SECRET:
        return []
    return [
        Error(
            f"JITSI_SECRET needs {SHORTEST_SECRET} bytes or more.",
            hint="openssl rand -hex 32",
            id="live.E003",
        )
    ]


def _private_key(config) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not config["key_id"]:
        found.append(
            Error(
                "JITSI_KEY_ID is missing: the server finds the public key by its kid.",
                id="live.E005",
            )
        )
    try:
        key = load_pem_private_key(Path(config["private_key_file"]).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        found.append(
            Error(
                f"JITSI_PRIVATE_KEY_FILE can’t be read as a PEM key ({type(fault).__name__}).",
                id="live.E004",
            )
        )
    else:
        if not isinstance(key, RSAPrivateKey):
            found.append(
                Error("JITSI_PRIVATE_KEY_FILE holds no RSA key, which RS256 needs.", id="live.E004")
            )
    return found
