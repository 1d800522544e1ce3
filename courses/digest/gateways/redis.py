"""Redis or Valkey, where several machines share the pages that are kept.

Can't it be reached, nothing is kept: pages are made anew. Values are pickles, which run code when
they are read, so each is signed: who writes into the server without our key makes us read nothing.
"""

import hashlib
import pickle

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache, RedisSerializer
from django.utils.crypto import constant_time_compare, salted_hmac
from redis.exceptions import RedisError

from courses.digest.gateways.forgiving import CANNOT_BE_READ, ForgivingCache

SALT = "courses.digest.gateways.redis"
SIGNATURE = hashlib.sha256().digest_size  # bytes, before the pickle


class SignedSerializer(RedisSerializer):
    """Pickles behind their HMAC by `SECRET_KEY`. Integers are left to the server, which counts them."""

    def dumps(self, obj):
        pickled = super().dumps(obj)
        return pickled if type(obj) is int else _signature(pickled) + pickled

    def loads(self, data):
        """Raise `UnpicklingError` for a value that isn't ours or that this release can't read."""
        try:
            return int(data)
        except ValueError:
            pass
        signature, pickled = data[:SIGNATURE], data[SIGNATURE:]
        if not constant_time_compare(signature, _signature(pickled)):
            raise pickle.UnpicklingError("not signed with our key")
        try:
            return pickle.loads(pickled)  # noqa: S301  signed
        except CANNOT_BE_READ as error:
            raise pickle.UnpicklingError(str(error)) from error


def _signature(pickled: bytes) -> bytes:
    return salted_hmac(SALT, pickled, algorithm="sha256").digest()


class ForgivingRedisCache(ForgivingCache, RedisCache):
    """In a pause this process doesn't ask, so that a server that is silent costs one wait and not one
    for each question.
    """

    FAILURE = RedisError
    UNREADABLE = (pickle.UnpicklingError,)
    PAUSE = 5
    LINE = f"Redis could not be asked, pause of {PAUSE} s"
    ASKS_IN_PAUSE = False

    def __init__(self, server, params):
        super().__init__(server, params)
        self._options = params.get("OPTIONS", {}) | {"serializer": SignedSerializer}

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().add, False, key, value, timeout, version)

    def get_many(self, keys, version=None):
        keys = list(keys)
        try:
            return self._ask(super().get_many, {}, keys, version)
        except self.UNREADABLE:  # one of them
            return BaseCache.get_many(self, keys, version)

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
