"""The demo: errors are our pages, mails are read in the browser, accounts open in one click.

Loopback only.
"""

from cms.settings.base import *  # noqa: F403

SECRET_KEY = SECRET_KEY or "demo-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz-abcdefgh"  # noqa: F405
PSEUDONYM_KEY = PSEUDONYM_KEY or "demo-only-not-a-secret-0123456789-abcdefghijkl"  # noqa: F405
SECOND_FACTOR_KEY = SECOND_FACTOR_KEY or "demo-only-not-a-secret-0123456789-abcdefghijkl"  # noqa: F405
INSTALLED_APPS = [
    *INSTALLED_APPS,  # noqa: F405
    "tests.development",
]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
MAILERS = {"default": {"BACKEND": "courses.mail.backends.PretendBackend"}}
# The mail server of the demo is down for as long as this file is there.
PRETEND_MAIL_FAILS = VAR_DIR / "mail-server-is-down"  # noqa: F405

# All that the demo keeps is in one folder of its own, so that `--reset` takes nothing else.
DEMO_DIR = VAR_DIR / "demo"  # noqa: F405
DEMO_DIR.mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["NAME"] = DEMO_DIR / "passerelle.sqlite3"  # noqa: F405
MEDIA_ROOT = DEMO_DIR / "media"
PRIVATE_ROOT = DEMO_DIR / "private"
LOCKS_ROOT = DEMO_DIR / "locks"
ERASED_FILE = DEMO_DIR / "erased.txt"
ROSTER_FOLDER = str(DEMO_DIR / "rosters")
LTI_KEYS = str(DEMO_DIR / "lti-keys")
if CACHES["pages"]["BACKEND"].endswith("FileBasedCache"):  # noqa: F405
    CACHES["pages"]["LOCATION"] = DEMO_DIR / "cache"  # noqa: F405
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT  # noqa: F405

# WhiteNoise finds the files where they lie, but wants the folder.
STATIC_ROOT = DEMO_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = True
# The demo asks no other site. One address on its pages is dead; the whole web is, for as long as
# that file is there.
LINKS |= {  # noqa: F405
    "pretend": True,
    "dead": {"https://www.defenseurdesdroits.fr/saisir/delegues": "not_found"},
    "line_is_down": VAR_DIR / "web-is-down",  # noqa: F405
}
JITSI["events_token"] = JITSI["events_token"] or "demo-events-token"  # noqa: F405
ONE_CLICK_LOGINS = True
DEMO_ACCOUNTS = [
    "eleve.demo",
    "famille.demo",
    "prof.demo",
    "pp.demo",
    "direction.demo",
    "prof.deux",
    "prof.attente",
    "formatrice.demo",
    "conseil.demo",
    "region.demo",
    "redaction.demo",
    "relecture.demo",
    "traduction.demo",
]
MAILS_READ_IN_BROWSER = True
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405  a page that isn't there is no news here
LOGGING["loggers"]["django_tasks_db"] = {"level": "WARNING"}  # noqa: F405
