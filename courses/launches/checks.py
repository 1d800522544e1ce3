"""The keys without which no resource learns a code: of codes, and of LTI launches."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils import timezone

from courses.dates import paris_day
from courses.launches.storage import keys_in
from courses.launches.values import SHORTEST_KEY


@register(Tags.security, deploy=True)
def check_key_for_codes(app_configs=None, **kwargs) -> list[CheckMessage]:
    if len(settings.PSEUDONYM_KEY.encode()) >= SHORTEST_KEY:
        return []
    return [
        Error(
            f"PASSERELLE_PSEUDONYM_KEY is missing or shorter than {SHORTEST_KEY} bytes: no resource"
            " can be opened by a signed link or by LTI 1.3.",
            hint="openssl rand -hex 32; keep it with the backups, apart from the database.",
            id="launches.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_keys_for_lti(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Nothing where the site wants no LTI: then the folder isn't set."""
    if not settings.LTI_KEYS:
        return []
    day = paris_day(timezone.now())
    try:
        if any(key.begins_on <= day for key in keys_in(settings.LTI_KEYS, day)):
            return []
        what = "holds no key that signs today: no resource can be opened by LTI 1.3"
    except (OSError, ValueError) as fault:
        what = f"has a key that can’t be read, and isn’t used ({type(fault).__name__})"
    return [
        Error(
            f"PASSERELLE_LTI_KEYS {what}.",
            hint="manage.py renew_lti_key, as the user of the web server.",
            id="launches.E002",
        )
    ]
