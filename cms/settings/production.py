"""Production: PostgreSQL, HTTPS, everything secret from the environment. See docs/operations.md."""

import datetime
import os

from django.core.exceptions import ImproperlyConfigured

from cms.settings.base import *  # noqa: F403

# What production can't guess: without these it would sign with a known key, send links to
# localhost, or write into a file.
NEEDED = {
    "PASSERELLE_SECRET_KEY": "50 random characters or more",
    "PASSERELLE_HOSTS": "host names, separated by commas",
    "PASSERELLE_SITE_ADDRESS": "https://…, with which links in mails begin",
    "PASSERELLE_FROM": "sender of the mails",
    "PASSERELLE_CONTACT": "whom people write to",
    "PASSERELLE_DPO": "the data protection officer",
    "PASSERELLE_SECOND_FACTOR_KEY": "32 random characters or more",
    "PGDATABASE": "the database",
}
if missing := [f"{name} ({what})" for name, what in NEEDED.items() if not os.environ.get(name)]:
    raise ImproperlyConfigured(
        f"Not set in the environment: {'; '.join(missing)}. See docs/operations.md. "
        "For development: DJANGO_SETTINGS_MODULE=cms.settings.dev"
    )

SECRET_KEY = os.environ["PASSERELLE_SECRET_KEY"]

# "now", "never", or the day from which.
second_factor_from = os.environ.get("PASSERELLE_SECOND_FACTOR_FROM", "now")
if second_factor_from != "never":
    try:
        SECOND_FACTOR_FROM = (
            datetime.date.min
            if second_factor_from == "now"
            else datetime.date.fromisoformat(second_factor_from)
        )
    except ValueError:
        raise ImproperlyConfigured(
            "PASSERELLE_SECOND_FACTOR_FROM is a day such as 2027-01-04, now or never."
        ) from None
ALLOWED_HOSTS = [host.strip() for host in os.environ["PASSERELLE_HOSTS"].split(",")]
# A proxy on this machine, unless others are named.
TRUSTED_PROXIES = TRUSTED_PROXIES or ["127.0.0.0/8", "::1"]  # noqa: F405
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]  # noqa: F405
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [
    r"^health/",
    r"^metrics/",
]  # a probe inside the network asks in plain HTTP
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
MAILERS["default"]["OPTIONS"] |= {  # noqa: F405
    "host": os.environ.get("PASSERELLE_SMTP_HOST", "localhost"),
    "port": int(os.environ.get("PASSERELLE_SMTP_PORT", "25")),
    "username": os.environ.get("PASSERELLE_SMTP_USER", ""),
    "password": os.environ.get("PASSERELLE_SMTP_PASSWORD", ""),
    "use_tls": os.environ.get("PASSERELLE_SMTP_TLS", "") == "1",
}

# Files lie in folders of this machine, or in private buckets where they are named: those of people in
# one, pictures and documents of pages in another.
BUCKETS = {
    "private": ("PASSERELLE_S3_BUCKET", "courses.documents.gateways.s3.PrivateBucket"),
    "default": ("PASSERELLE_S3_PAGES_BUCKET", "courses.documents.gateways.s3.PagesBucket"),
}
for storage, (variable, backend) in BUCKETS.items():
    if bucket := os.environ.get(variable):
        STORAGES[storage] = {  # noqa: F405
            "BACKEND": backend,
            "OPTIONS": {
                "bucket_name": bucket,
                "endpoint_url": os.environ.get("PASSERELLE_S3_ENDPOINT") or None,
                "region_name": os.environ.get("PASSERELLE_S3_REGION") or None,
                "access_key": os.environ.get("PASSERELLE_S3_KEY") or None,
                "secret_key": os.environ.get("PASSERELLE_S3_SECRET") or None,
                "default_acl": "private",
                "file_overwrite": False,
                "querystring_auth": True,
            },
        }
