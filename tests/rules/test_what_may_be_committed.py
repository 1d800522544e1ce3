"""Whether what was stored may be deleted, by what the database said."""

from types import SimpleNamespace

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError

from courses.writable import may_be_committed


def said(code: str, error=OperationalError, severity: str | None = None):
    """As Django hands on what PostgreSQL says with this SQLSTATE."""
    if severity:
        cause = type("Said", (Exception,), {"sqlstate": code})()
        cause.diag = SimpleNamespace(severity_nonlocalized=severity)
    else:
        cause = psycopg.errors.lookup(code)("said by the server")
    handed_on = error("said by the server")
    handed_on.__cause__ = cause
    return handed_on


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("the server closed the connection"),
        InterfaceError("the connection is closed"),
        said("08006"),
        said("08P01"),  # pgbouncer's, for a server that crashed
        said("57P01"),
        said("57P02"),
        said("58030", severity="PANIC"),  # written, and then not told to the disk
    ],
    ids=["no code", "interface", "08006", "08P01", "57P01", "57P02", "panic"],
)
def test_nobody_knows(error):
    assert may_be_committed(error)


@pytest.mark.parametrize(
    "error",
    [
        said("57014"),
        said("53100"),
        said("58030", severity="ERROR"),
        said("23505", IntegrityError),
        said("25006", InternalError),
        ValueError("ours"),
        None,
    ],
    ids=["57014", "53100", "58030", "23505", "25006", "ours", "none"],
)
def test_nothing_was_written(error):
    assert not may_be_committed(error)
