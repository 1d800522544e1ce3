"""Signals that what a product shows elsewhere has changed: a version that every page cache has in
its key, and news to whoever keeps lists.
"""

import uuid

from django.core.cache import caches
from django.db import transaction

from courses.digest.signals import told

VERSION = "digest:version"
# Shared by all workers. News can be lost with a killed process: then the oldest page is this old,
# in seconds.
LONGEST = 60


def version() -> str:
    """Part of every cache key of what a page shows.

    Nobody has one yet, or the cache was emptied: a new one.
    """
    pages = caches["pages"]
    return pages.get(VERSION) or str(pages.get_or_set(VERSION, new_version, timeout=None))


def new_version() -> str:
    return uuid.uuid4().hex


def tell(*keys: str) -> None:
    """Say, once the transaction has committed, that these things are no longer as they were shown.

    A key names a thing, as "training:session:4KX…" or "page:…". May be said twice.
    """
    said = frozenset(keys)

    def after_commit() -> None:
        caches["pages"].set(VERSION, new_version(), timeout=None)
        told.send_robust(sender=None, keys=said)

    transaction.on_commit(after_commit, robust=True)  # what was committed stays committed
