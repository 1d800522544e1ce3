"""Redis or Valkey, where several machines share the pages that are kept.

Can't it be reached, nothing is kept: pages are made anew.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

PAUSE = 5  # seconds

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """A failure is an empty cache, a line in the log, and a pause: for five seconds this process
    doesn't ask again, so that a server that is silent costs one wait and not one for each question.
    """

    out_until: ClassVar[float] = 0.0  # of the monotonic clock; for all threads of the process

    def _ask[Answer](self, method: Callable[..., Any], missing: Answer, *args: Any) -> Answer:
        if time.monotonic() < ForgivingRedisCache.out_until:
            return missing
        try:
            return method(*args)
        except RedisError as error:
            ForgivingRedisCache.out_until = time.monotonic() + PAUSE
            logger.warning("Redis could not be asked, pause of %s s: %s", PAUSE, error)
            return missing

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().add, False, key, value, timeout, version)

    def get(self, key, default=None, version=None):
        return self._ask(super().get, default, key, default, version)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        self._ask(super().set, None, key, value, timeout, version)

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().touch, False, key, timeout, version)

    def delete(self, key, version=None):
        return self._ask(super().delete, False, key, version)

    def has_key(self, key, version=None):
        return self._ask(super().has_key, False, key, version)

    def get_many(self, keys, version=None):
        return self._ask(super().get_many, {}, keys, version)

    def set_many(self, data, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().set_many, list(data), data, timeout, version)

    def delete_many(self, keys, version=None):
        self._ask(super().delete_many, None, keys, version)

    def incr(self, key, delta=1, version=None):
        """Raise `ValueError`, as for a key that isn't there, when nobody can be asked."""
        number = self._ask(super().incr, None, key, delta, version)
        if number is None:
            raise ValueError(f"Key '{key}' not found")
        return number

    def clear(self):
        return self._ask(super().clear, False)
