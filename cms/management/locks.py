"""One at a time, across processes and, on PostgreSQL, across machines."""

import fcntl
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Any number, the same everywhere; PostgreSQL's advisory locks are told apart by it.
TICK = 7_253_427_401


@contextmanager
def only_one(name: str, number: int):
    """Yields whether we have the lock; gives it back at the end, or when the process dies."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
            ours = cursor.fetchone()[0]
            try:
                yield ours
            finally:
                if ours:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
        return
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
