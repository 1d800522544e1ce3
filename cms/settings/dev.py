"""Development: one machine, errors shown, mails in the console."""

from cms.settings.base import *  # noqa: F403

INSTALLED_APPS = [
    *INSTALLED_APPS,  # noqa: F405
    "tests.development",
]
DEBUG = True
SECRET_KEY = SECRET_KEY or "development-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz"  # noqa: F405
PSEUDONYM_KEY = PSEUDONYM_KEY or "development-only-not-a-secret-0123456789-abcdefghijkl"  # noqa: F405
SECOND_FACTOR_KEY = SECOND_FACTOR_KEY or "development-only-not-a-secret-0123456789-abcdefghijkl"  # noqa: F405
LTI_KEYS = LTI_KEYS or str(VAR_DIR / "lti-keys")  # noqa: F405
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
LINKS["pretend"] = True  # noqa: F405
JITSI["events_token"] = JITSI["events_token"] or "development-events-token"  # noqa: F405
