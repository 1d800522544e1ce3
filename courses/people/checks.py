"""The key without which the second step of a login protects nothing."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SHORTEST_KEY = 32  # bytes, as SHA-256 gives


@register(Tags.security, deploy=True)
def check_second_factor_key(app_configs=None, **kwargs) -> list[CheckMessage]:
    if len(settings.SECOND_FACTOR_KEY.encode()) >= SHORTEST_KEY:
        return []
    return [
        Error(
            f"PASSERELLE_SECOND_FACTOR_KEY is shorter than {SHORTEST_KEY} bytes: who reads the"
            " database can guess the codes of the second step of logins.",
            hint="openssl rand -hex 32; keep it with the backups, apart from the database.",
            id="people.E001",
        )
    ]
