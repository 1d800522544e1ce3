"""Files as the cache of pages, where one machine serves without Redis.

A disk that is full, or a folder that can't be written, costs speed and no page.
"""

from django.core.cache.backends.filebased import FileBasedCache

from courses.digest.gateways.forgiving import ForgivingCache


class ForgivingFileBasedCache(ForgivingCache, FileBasedCache):
    FAILURE = OSError
    LINE = "The cache of pages could not be used"
    PAUSE = 60
    ASKS_IN_PAUSE = True

    def __init__(self, folder, params):
        self._ask(super().__init__, None, folder, params)  # makes the folder, when all else is set
