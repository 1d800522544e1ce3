"""Tests: the demo's ways on a database of their own; `pytest --postgres` starts a private
PostgreSQL first.
"""

import atexit
import shutil
import tempfile
from pathlib import Path

from tests.private_postgres import maybe_start

maybe_start()  # before the base settings read PGHOST

from cms.settings.base import *  # noqa: E402, F403

SECRET_KEY = "tests-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz-abcdefgh"  # noqa: S105
SECOND_FACTOR_KEY = "tests-only-not-a-secret-0123456789-abcdefghijklmnopqrstu"
PSEUDONYM_KEY = "tests-only-not-a-secret-0123456789-abcdefghijklmnopqrst"
INSTALLED_APPS = [
    *INSTALLED_APPS,  # noqa: F405
    "tests.development",
]
# All files go to a folder of the run's own, and are gone afterwards.
FILES = Path(tempfile.mkdtemp(prefix="passerelle-files-"))
MEDIA_ROOT, PRIVATE_ROOT, LOCKS_ROOT = FILES / "media", FILES / "private", FILES / "locks"
ERASED_FILE = FILES / "erased.txt"
ROSTER_FOLDER = str(FILES / "rosters")
LTI_KEYS = str(FILES / "lti-keys")  # made by the factory of LTI connections, once
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT  # noqa: F405
STORAGES["private"]["BACKEND"] = "courses.documents.gateways.pretend.PretendStorage"  # noqa: F405
atexit.register(shutil.rmtree, FILES, ignore_errors=True)
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_ADDRESS = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# Inside a test's transaction nothing commits, so nothing is told: pages are kept only where a test
# asks for it (KEEP_PAGES).
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405
KEEP_PAGES = CACHES | {  # noqa: F405
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
INDICATORS_FLUSH_SECONDS = 0  # no thread: a test calls memory.flush()
LINKS["pretend"] = True  # noqa: F405
JITSI["events_token"] = "tests-events-token"  # noqa: F405, S105
