"""What caches of pages share: a failure is an empty cache, so that it costs speed and no page."""

import logging
import pickle
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

# A pickle of another release: its class or module isn't there, or takes other arguments.
CANNOT_BE_READ = (
    *(pickle.UnpicklingError, AttributeError, EOFError, ImportError, LookupError),
    *(TypeError, ValueError),
)

logger = logging.getLogger(__name__)


class ForgivingCache(BaseCache):
    """Mixin, before one of Django's caches. A failure is a line in the log, and begins a pause, for all
    threads of the process, without further lines.
    """

    FAILURE: ClassVar[type[Exception]]
    UNREADABLE: ClassVar[tuple[type[Exception], ...]]  # of a value that is read
    LINE: ClassVar[str]  # of the log
    PAUSE: ClassVar[int]  # seconds
    ASKS_IN_PAUSE: ClassVar[bool]
    pause_ends: ClassVar[float] = 0.0  # of the monotonic clock

    def _ask[Answer](self, method: Callable[..., Any], missing: Answer, *args: Any) -> Answer:
        is_pause = time.monotonic() < self.pause_ends
        if is_pause and not self.ASKS_IN_PAUSE:
            return missing
        try:
            return method(*args)
        except self.FAILURE as error:
            if not is_pause:
                type(self).pause_ends = time.monotonic() + self.PAUSE
                logger.warning("%s: %s", self.LINE, error)
            return missing

    def get(self, key, default=None, version=None):
        """What can't be read counts as missing, and is deleted, so that `add` may write it anew."""
        try:
            return self._ask(super().get, default, key, default, version)
        except self.UNREADABLE:
            self.delete(key, version)
            return default

    has_key = BaseCache.has_key  # by `get`

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
