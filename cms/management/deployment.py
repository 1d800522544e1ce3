"""Checks of `manage.py check --deploy` on the settings beyond Django's own: each names the variable
to set.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connection

from cms.operations.permissions import SHORTEST_TOKEN

PRODUCTION = "cms.settings.production"
# Made-up domains (RFC 2606), and the names of this machine.
NOT_REAL = (
    ".example",
    ".invalid",
    ".test",
    ".localhost",
    "example.org",
    "example.com",
    "example.net",
)

LOOPBACK = {None, "localhost", "127.0.0.1", "::1"}
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


def is_real(address: str) -> bool:
    """An email address, or "Name <address>", of a domain that can exist."""
    domain = address.rpartition("@")[2].rstrip("> ").lower()
    return "." in domain and not domain.endswith(NOT_REAL)


@register(Tags.security, deploy=True)
def settings_are_productions(app_configs, **kwargs):
    if os.environ.get("DJANGO_SETTINGS_MODULE") == PRODUCTION:
        return []
    return [
        Error(
            f"The settings aren't those of production. Set DJANGO_SETTINGS_MODULE={PRODUCTION}",
            id="passerelle.E001",
        )
    ]


@register(Tags.database, deploy=True)
def database_is_postgresql(app_configs, **kwargs):
    if connection.vendor == "postgresql":
        return []
    return [
        Error(
            "The database is SQLite. Set PGHOST, PGDATABASE, PGUSER, PGPASSWORD",
            id="passerelle.E002",
        )
    ]


@register(Tags.urls, deploy=True)
def site_has_its_address(app_configs, **kwargs):
    site = urlsplit(settings.SITE_ADDRESS)
    is_bare = f"{site.scheme}://{site.netloc}" == settings.SITE_ADDRESS
    if site.scheme == "https" and site.hostname in settings.ALLOWED_HOSTS and is_bare:
        return []
    hint = (
        "Links in mails, invitations and QR codes begin with it: https://, a host of"
        " PASSERELLE_HOSTS, and no slash behind"
    )
    return [
        Error(
            f"PASSERELLE_SITE_ADDRESS is {settings.SITE_ADDRESS}", hint=hint, id="passerelle.E003"
        )
    ]


@register(Tags.security, deploy=True)
def mail_has_real_addresses(app_configs, **kwargs):
    addresses = {
        "PASSERELLE_FROM": settings.DEFAULT_FROM_EMAIL,
        "PASSERELLE_CONTACT": settings.CONTACT_ADDRESS,
        "PASSERELLE_DPO": settings.DPO_ADDRESS,
    }
    return [
        Error(f"{name} is {address}, where no mail can go", id="passerelle.E004")
        for name, address in addresses.items()
        if not is_real(address)
    ]


@register(Tags.security, deploy=True)
def metrics_have_a_long_token(app_configs, **kwargs):
    if not settings.METRICS_TOKEN or len(settings.METRICS_TOKEN) >= SHORTEST_TOKEN:
        return []
    message = (
        f"PASSERELLE_METRICS_TOKEN is shorter than {SHORTEST_TOKEN} characters: /metrics/ is 404"
    )
    return [Error(message, hint="openssl rand -hex 32", id="passerelle.E005")]


@register(Tags.security, deploy=True)
def redis_asks_for_a_password(app_configs, **kwargs):
    """Values are signed, but whoever reaches a server without a password reads and empties it."""
    address = urlsplit(str(settings.CACHES["pages"].get("LOCATION", "")))
    is_redis = address.scheme in {"redis", "rediss"}
    if not is_redis or address.password or address.hostname in LOOPBACK:
        return []
    message = f"PASSERELLE_REDIS names {address.hostname} without a password"
    hint = "redis://:PASSWORD@HOST:6379/0, and `requirepass` on the server: Several machines"
    return [Error(message, hint=f"{hint} in docs/operations.md", id="passerelle.E006")]


@register(Tags.caches, deploy=True)
def redis_is_an_address(app_configs, **kwargs):
    """The address isn't shown: it may have a password."""
    addresses = os.environ.get("PASSERELLE_REDIS", "").replace(";", ",").split(",")
    if all(one.startswith(REDIS_SCHEMES) for one in addresses if one):
        return []
    hint = f"It begins with one of {', '.join(REDIS_SCHEMES)}"
    message = "PASSERELLE_REDIS has no scheme: each page would be an error"
    return [Error(message, hint=hint, id="passerelle.E008")]


@register(Tags.security, deploy=True)
def tls_of_the_mail_server_is_one_or_nothing(app_configs, **kwargs):
    said = os.environ.get("PASSERELLE_SMTP_TLS", "")
    if said in {"", "0", "1"}:
        return []
    message = f"PASSERELLE_SMTP_TLS is {said}: mail would go without TLS"
    return [Error(message, hint="1, or nothing", id="passerelle.E007")]


@register(Tags.files, deploy=True)
def all_files_lie_in_buckets_or_none(app_configs, **kwargs):
    buckets = ("PASSERELLE_S3_BUCKET", "PASSERELLE_S3_PAGES_BUCKET")
    missing = [name for name in buckets if not os.environ.get(name)]
    if len(missing) != 1:
        return []
    hint = "Of several machines, each would keep its own files of this kind, unseen by the others"
    return [
        Warning(f"{missing[0]} isn't set, and the other bucket is", hint=hint, id="passerelle.W004")
    ]


@register(Tags.files, deploy=True)
def files_lie_outside_the_code(app_configs, **kwargs):
    if not settings.VAR_DIR.is_relative_to(settings.BASE_DIR):
        return []
    hint = (
        "A new version of the code would lie beside the files of people. Set PASSERELLE_VAR to a"
        " folder that is backed up"
    )
    return [Warning(f"Files are kept in {settings.VAR_DIR}", hint=hint, id="passerelle.W001")]


@register(Tags.files, deploy=True)
def the_list_of_the_erased_is_not_restored_with_the_rest(app_configs, **kwargs):
    if not Path(settings.ERASED_FILE).is_relative_to(settings.VAR_DIR):
        return []
    hint = (
        "A restored backup brings its own, older list: erase_again would miss the latest. Set"
        " PASSERELLE_ERASED_FILE to another place"
    )
    message = f"The list of erased accounts, {settings.ERASED_FILE}, lies among what is backed up"
    return [Warning(message, hint=hint, id="passerelle.W002")]


@register(Tags.files, deploy=True)
def files_are_copied_to_another_place(app_configs, **kwargs):
    hint = "A folder of another disk or machine: see Backups in docs/operations.md"
    if not settings.BACKUP_FOLDER:
        return [Warning("PASSERELLE_BACKUP isn't set", hint=hint, id="passerelle.W003")]
    if not Path(settings.BACKUP_FOLDER).is_relative_to(settings.VAR_DIR):
        return []
    message = f"The backup, {settings.BACKUP_FOLDER}, lies among what it backs up"
    return [Warning(message, hint=hint, id="passerelle.W003")]
