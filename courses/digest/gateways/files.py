"""Files as the cache of pages, where one machine serves without Redis.

A disk that is full, a folder that can't be written, or a file that lost its end in a power failure
costs speed and no page.
"""

import zlib

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

from courses.digest.gateways.forgiving import CANNOT_BE_READ, ForgivingCache


class ForgivingFileBasedCache(ForgivingCache, FileBasedCache):
    FAILURE = OSError
    UNREADABLE = (*CANNOT_BE_READ, zlib.error)
    LINE = "The cache of pages could not be used"
    PAUSE = 60
    ASKS_IN_PAUSE = True

    def __init__(self, folder, params):
        self._ask(super().__init__, None, folder, params)  # makes the folder, when all else is set

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        """Django's reads the value."""
        return self.has_key(key, version) and super().touch(key, timeout, version)
