"""Production: PostgreSQL, HTTPS, everything secret from the environment. See docs/operations.md."""

import os

from cms.settings.base import *  # noqa: F403

SECRET_KEY = os.environ["PASSERELLE_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["PASSERELLE_HOSTS"].split(",")
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]  # noqa: F405
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
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

# Files of people: a folder of this machine, or a private bucket where one is named.
if bucket := os.environ.get("PASSERELLE_S3_BUCKET"):
    STORAGES["private"] = {  # noqa: F405
        "BACKEND": "courses.documents.gateways.s3.PrivateBucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": os.environ.get("PASSERELLE_S3_ENDPOINT") or None,
            "region_name": os.environ.get("PASSERELLE_S3_REGION") or None,
            "access_key": os.environ.get("PASSERELLE_S3_KEY") or None,
            "secret_key": os.environ.get("PASSERELLE_S3_SECRET") or None,
            "default_acl": "private",
            "file_overwrite": False,
            "querystring_auth": True,
            "signature_version": "s3v4",
        },
    }
