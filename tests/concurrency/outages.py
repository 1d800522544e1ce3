"""A database that is read and takes no writes, as a standby."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.signals import connection_created

READ_ONLY = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    ),
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
}


@contextmanager
def read_only() -> Iterator[None]:
    """This thread's connection, and all that are opened meanwhile."""
    begin, end = READ_ONLY[connection.vendor]

    def begin_on(*, connection, **_):
        with connection.cursor() as cursor:
            cursor.execute(begin)

    begin_on(connection=connection)
    connection_created.connect(begin_on)
    yield
    connection_created.disconnect(begin_on)
    with connection.cursor() as cursor:
        cursor.execute(end)
