"""The key without which no signed link can be made."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from courses.launches.values import SHORTEST_KEY


@register(Tags.security, deploy=True)
def check_key_for_codes(app_configs=None, **kwargs) -> list[CheckMessage]:
    if len(settings.PSEUDONYM_KEY.encode()) >= SHORTEST_KEY:
        return []
    return [
        Error(
            f"PASSERELLE_PSEUDONYM_KEY is missing or shorter than {SHORTEST_KEY} bytes: no resource"
            " can be opened by a signed link.",
            hint="openssl rand -hex 32; keep it with the backups, apart from the database.",
            id="launches.E001",
        )
    ]
