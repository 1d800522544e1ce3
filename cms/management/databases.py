"""What a backup asks the database: one state of it, rows by table, its archive of WAL, its version."""

import contextlib
import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

QUIET_TRIES = 40


@contextlib.contextmanager
def snapshot() -> Iterator[tuple[datetime.datetime | None, bool]]:
    """One state of the database for several questions: its moment (None on SQLite), and whether no
    other transaction was writing at it.

    The recovery to a moment goes by the time at which commits were written, a snapshot by when they
    became visible: the same only where none was between the two.
    """
    if connection.vendor != "postgresql":
        with transaction.atomic():
            yield None, True
        return
    for left in reversed(range(QUIET_TRIES)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(
                "SELECT clock_timestamp(), NOT EXISTS (SELECT FROM pg_stat_activity"
                " WHERE backend_xid IS NOT NULL AND datname = current_database())"
            )
            moment, is_quiet = cursor.fetchone()
            if is_quiet or not left:
                yield moment, is_quiet
                return
            cursor.execute("SELECT pg_sleep(0.05)")


def rows_by_table() -> dict[str, dict[str, Any]]:
    """Number and, on PostgreSQL, checksum of each table's rows. In a snapshot, so that they agree."""
    counted: dict[str, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        rows_sum = "''"
        if connection.vendor == "postgresql":
            # How a row is written as text must not hang on the server's settings, and a large table
            # may take longer than a page's question.
            cursor.execute(
                "SET LOCAL statement_timeout = 0; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO';"
                " SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1;"
                " SET LOCAL bytea_output = 'hex'"
            )
            rows_sum = "coalesce(sum(hashtextextended(whole_row::text, 0)::numeric), 0)::text"
        for table in sorted(connection.introspection.table_names(cursor)):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*), {rows_sum} FROM {quoted} AS whole_row")  # noqa: S608
            number, checksum = cursor.fetchone()
            counted[table] = {"rows": number, "sum": checksum}
    return counted


def archive_status() -> tuple[str | None, str]:
    """When the server archived its last WAL file (ISO 8601), and what is wrong with that, or ""."""
    if connection.vendor != "postgresql":
        return None, ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('archive_mode'), last_archived_time, last_failed_wal,"
            " coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL)"
            " FROM pg_stat_archiver"
        )
        mode, archived_at, failed_wal, has_failed = cursor.fetchone()
    problem = ""
    if mode == "off":
        problem = "PostgreSQL archives nothing (archive_mode is off): no moment can be restored"
    elif has_failed:
        problem = f"PostgreSQL can't archive {failed_wal}: see its log, and `pgbackrest check`"
    return archived_at.isoformat() if archived_at else None, problem


def migrations() -> list[str]:
    """The names of those that are applied, of this house: they tell one release's rows from another's."""
    return _names(MigrationRecorder(connection).applied_migrations())


def migrations_of_code() -> list[str]:
    """The same of this code, without asking the database."""
    known = MigrationLoader(connection, load=False)
    known.load_disk()
    return _names(known.disk_migrations)


def _names(keys: Iterable[tuple[str, str]]) -> list[str]:
    """Without the squashed ones: the same tables are there without them, and they are recorded only by
    the next `migrate`.
    """
    labels = {app.label for app in apps.get_app_configs() if is_ours(app)}
    return sorted(
        f"{label}.{name}" for label, name in keys if label in labels and "_squashed_" not in name
    )


def is_ours(app: AppConfig) -> bool:
    """Others squash their migrations, and leave the earlier names in the table."""
    path = Path(app.path)
    return path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts


def version() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
        else:
            cursor.execute("SELECT sqlite_version()")
        return f"{connection.vendor} {cursor.fetchone()[0]}"
