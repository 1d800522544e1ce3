"""The demo: errors are our pages, mails are read in the browser, accounts open in one click. Loopback only."""

from cms.settings.base import *  # noqa: F403

SECRET_KEY = SECRET_KEY or "demo-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz-abcdefgh"  # noqa: F405
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "courses.mail.backends.PretendBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = True
JITSI["events_token"] = JITSI["events_token"] or "demo-events-token"  # noqa: F405
ONE_CLICK_LOGINS = True
MAILS_READ_IN_BROWSER = True
