"""Where files and caches lie; a part of the base settings."""

import os
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("PASSERELLE_VAR", BASE_DIR / "var"))

STATIC_URL = "/static/"
# Made with the code, so an image carries it; what is mounted as `PASSERELLE_VAR` doesn't hide it.
STATIC_ROOT = Path(os.environ.get("PASSERELLE_STATIC", VAR_DIR / "static"))
STATICFILES_DIRS: list[Path] = []
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_HANDLERS = [
    "cms.middleware.uploads.NoLargeFilesWithoutLogin",
    "courses.roster.forms.ArchiveInMemory",  # of one form
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "cms.middleware.uploads.TemporaryFileIfRoom",
]
# Files of people: outside MEDIA_ROOT, never served by address.
PRIVATE_ROOT = VAR_DIR / "private"
LOCKS_ROOT = VAR_DIR / "locks"  # of this machine: how many strangers' files are opened at once
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "courses.documents.gateways.names.PagesFolder"},
    "staticfiles": {"BACKEND": "courses.documents.gateways.static.StaticFilesOfRelease"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
}

# Accounts that were erased, one public id a line: outside the database, so that a restored backup
# loses them again.
ERASED_FILE = os.environ.get("PASSERELLE_ERASED_FILE", VAR_DIR / "erased.txt")
# Where `back_up` copies files of people and pages to, and writes manifests: another disk or machine.
BACKUP_FOLDER = os.environ.get("PASSERELLE_BACKUP", "")
# What pgBackRest said of its backups after the last one (deploy/backup/passerelle-database@.service).
DATABASE_BACKUPS_FILE = os.environ.get(
    "PASSERELLE_DATABASE_BACKUPS", "/var/lib/passerelle-database/info.json"
)
# Where sets of schools' directories come in, a folder a school, called by its UAI.
ROSTER_FOLDER = os.environ.get("PASSERELLE_ROSTER_FOLDER", "")

# What the backup and its rehearsal wrote: for the operator's page and the metrics. Where several machines
# serve, in a folder that all mount.
BACKUPS_FILE = os.environ.get("PASSERELLE_BACKUP_NOTES", VAR_DIR / "backups.json")

# "pages" is shared by all workers: whole pages for visitors, and the version that tells when they
# are past.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "courses.digest.gateways.files.ForgivingFileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
    # What `{% cache %}` uses. In the process's memory: gone with a release, and no key is ever
    # stale by another process's write.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
    # Documents and keys of identity providers, apart from "default" for the same reason as below.
    "identity_providers": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "identity_providers",
    },
    # Which students opened their week today: the row is written already. Apart from "default", whose
    # 300 entries hold the limits of rate.
    "week_openings": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "week_openings",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}
if redis := os.environ.get("PASSERELLE_REDIS"):
    CACHES["pages"] = {
        "BACKEND": "courses.digest.gateways.redis.ForgivingRedisCache",
        "LOCATION": redis,
        # Nodes of the release before, which read no signature, ask for other keys.
        "KEY_PREFIX": "signed",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},  # seconds
    }
