"""Files as the cache of pages, where one machine serves without Redis.

A disk that is full, or a folder that can't be written, costs speed and no page.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

PAUSE = 60  # seconds between two lines of the log

logger = logging.getLogger(__name__)


class ForgivingFileBasedCache(FileBasedCache):
    """An `OSError` is an empty cache, and a line in the log once a minute."""

    silent_until: ClassVar[float] = 0.0  # of the monotonic clock; for all threads of the process

    def __init__(self, folder, params):
        self._ask(super().__init__, None, folder, params)  # makes the folder, when all else is set

    def _ask[Answer](self, method: Callable[..., Any], missing: Answer, *args: Any) -> Answer:
        try:
            return method(*args)
        except OSError as error:
            if time.monotonic() >= ForgivingFileBasedCache.silent_until:
                ForgivingFileBasedCache.silent_until = time.monotonic() + PAUSE
                logger.warning("The cache of pages could not be used: %s", error)
            return missing

    def get(self, key, default=None, version=None):
        return self._ask(super().get, default, key, default, version)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Where the new value finds no room, the old one goes: a page must not stay as it was before
        a change.
        """
        if not self._ask(self._was_set, False, key, value, timeout, version):
            self.delete(key, version)

    def _was_set(self, *args: Any) -> bool:
        super().set(*args)
        return True

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().touch, False, key, timeout, version)

    def delete(self, key, version=None):
        return self._ask(super().delete, False, key, version)

    def has_key(self, key, version=None):
        return self._ask(super().has_key, False, key, version)
