"""Whether the database can be reached and takes writes, and this machine's disk has room: a standby, a
full disk and a restart are none of a page's errors.
"""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError

READ_ONLY = "25006"  # SQLSTATE read_only_sql_transaction
READ_ONLY_FILE = "attempt to write a readonly database"  # SQLITE_READONLY

logger = logging.getLogger(__name__)


class FilesNotTaken(Exception):
    """Files of a form found no room, or the database couldn't say who sends them (`__cause__`).

    An error of ours: its page gives the fields back, and nothing of the form is saved.
    """


def database_is_away(error: BaseException | None) -> bool:
    """Whether it can't be reached, is locked, or takes no writes, as a replica does.

    psycopg says the last with a code of SQL, which Django hands on as an `InternalError`.
    """
    return takes_no_writes(error) or isinstance(error, (OperationalError, InterfaceError))


def takes_no_writes(error: BaseException | None) -> bool:
    """Whether it can be read and doesn't take what is to be saved."""
    return getattr(error and error.__cause__, "sqlstate", "") == READ_ONLY or (
        isinstance(error, OperationalError) and READ_ONLY_FILE in str(error)
    )


def may_be_committed(error: BaseException | None) -> bool:
    """Whether nobody knows: no answer came (SQLite's errors have no code, either), the connection broke
    (class 08 of SQLSTATE), or the server was ended (57P, or by its own PANIC). Any other code says that
    nothing was written.
    """
    said = error and error.__cause__
    code = getattr(said, "sqlstate", None) or "08"
    severity = getattr(getattr(said, "diag", None), "severity_nonlocalized", None)
    is_unknown = code.startswith(("08", "57P")) or severity in {"FATAL", "PANIC"}
    return is_unknown and isinstance(error, (OperationalError, InterfaceError))


def disk_is_full(error: BaseException | None) -> bool:
    """Whether this machine has no room, as for a photo's temporary file of more than 2.5 MB."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def noted_if_writable() -> Iterator[None]:
    """For what a page that is read notes on the way, outside of a transaction: where the database
    takes no writes, the page is shown all the same, and nothing is noted.
    """
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        if not database_is_away(error):
            raise
        logger.warning("Not noted, the database takes no writes: %s", type(error).__name__)
