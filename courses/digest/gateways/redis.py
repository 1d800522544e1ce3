"""Redis or Valkey, where several machines share the pages that are kept.

Can't it be reached, nothing is kept: pages are made anew. Values are pickles, which run code when
they are read, so each is signed together with its key: who writes into the server without our
secret makes us read nothing, and a page that is copied under another address counts as missing.
"""

import hashlib
import pickle
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.crypto import constant_time_compare, salted_hmac
from redis.exceptions import RedisError

from courses.digest.gateways.forgiving import CANNOT_BE_READ, ForgivingCache

SALT = "courses.digest.gateways.redis"
SIGNATURE = hashlib.sha256().digest_size  # bytes, before the pickle


class BytesAsTheyAre:
    """Serializer of the client below, which seals by key: Django's knows none, and leaves integers
    unsigned.
    """

    def dumps(self, obj):
        return obj

    def loads(self, data):
        return data


class SealedRedisClient(RedisCacheClient):
    """Values as pickles behind their HMAC by `SECRET_KEY` over key and pickle."""

    def __init__(self, servers, **options):
        super().__init__(servers, serializer=BytesAsTheyAre, **options)
        self._clients: dict[bool, Any] = {}

    def get_client(self, key=None, *, write=False):
        """One to read by and one to write by. Django makes one for each question, 0.2 ms of CPU."""
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]

    def add(self, key, value, timeout):
        return super().add(key, _sealed(key, value), timeout)

    def get(self, key, default):
        data = super().get(key, None)
        return default if data is None else _opened(key, data)

    def set(self, key, value, timeout):
        super().set(key, _sealed(key, value), timeout)

    def get_many(self, keys):
        return {key: _opened(str(key), data) for key, data in super().get_many(keys).items()}

    def set_many(self, data, timeout):
        super().set_many({key: _sealed(key, value) for key, value in data.items()}, timeout)

    def incr(self, key, delta):
        raise NotImplementedError("The server can't count what is signed.")


def _sealed(key: str, value: object) -> bytes:
    pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _signature(key, pickled) + pickled


def _opened(key: str, data: bytes) -> object:
    """Raise `UnpicklingError` for a value that isn't ours or that this release can't read."""
    signature, pickled = data[:SIGNATURE], data[SIGNATURE:]
    if not constant_time_compare(signature, _signature(key, pickled)):
        raise pickle.UnpicklingError("not signed with our key")
    try:
        return pickle.loads(pickled)  # noqa: S301  signed
    except CANNOT_BE_READ as error:
        raise pickle.UnpicklingError(str(error)) from error


def _signature(key: str, pickled: bytes) -> bytes:
    named = key.encode()
    # The length in front: no other key and pickle join to the same bytes.
    message = len(named).to_bytes(4) + named + pickled
    return salted_hmac(SALT, message, algorithm="sha256").digest()


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
        self._class = SealedRedisClient

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

    def clear(self):
        return self._ask(super().clear, False)
