"""A SAML provider that is open, without what logging in by it needs."""

import shutil
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from courses.signin.enums import ProviderKind


@register(Tags.database)
def check_saml(app_configs=None, databases=None, **kwargs) -> list[CheckMessage]:
    """With `--database`, as it reads which providers are open."""
    providers = apps.get_model("courses", "IdentityProvider")
    table = providers._meta.db_table
    is_there = any(
        table in connections[name].introspection.table_names() for name in databases or []
    )
    if not is_there or not providers.objects.open().filter(kind=ProviderKind.SAML).exists():
        return []
    found: list[CheckMessage] = []
    if shutil.which("xmlsec1") is None:
        found.append(
            Error(
                "A SAML provider is open, and xmlsec1 isn't installed: nobody logs in by it.",
                hint="Debian: apt-get install xmlsec1",
                id="signin.E001",
            )
        )
    files = [name for pair in settings.SAML_KEYS if any(pair) for name in pair]
    if not files or not all(Path(name).is_file() for name in files):
        found.append(
            Error(
                "A SAML provider is open, and a file of PASSERELLE_SAML_KEY or _CERT is missing.",
                hint="docs/signin.md, SAML 2.0",
                id="signin.E002",
            )
        )
    return found
