"""Migrated test databases: made once, kept as a template, copied for each worker.

Migrating takes a quarter of a minute of CPU, copying a tenth of a second. On SQLite the template is
a file in `var/test-databases`, kept between runs under a hash of what makes it. On PostgreSQL it is
a template database of the private cluster, made by the first worker.
"""

import datetime
import fcntl
import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import time_machine
import wagtail
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test.utils import setup_databases
from django.utils import translation

from tests.private_postgres import POOLER, POOLER_PORT

TEMPLATE = "passerelle_template"
LONG_AGO = "2020-09-01T08:00Z"  # when the first pages were published
# Filled by `post_migrate` from the code alone, so no test changes them.
FROM_CODE = {"django_content_type", "auth_permission", "django_migrations"}


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold the file's lock, so that the second worker waits for the first one's template."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    """Hash of all migrations, of the versions of Django and Wagtail, whose `post_migrate` fills
    permissions and content types, of what squashed migrations do, and of this file and the factory
    of the first pages.
    """
    loader = MigrationLoader(None)
    digest = hashlib.sha256(f"{django.__version__} {wagtail.__version__}".encode())
    beside = ("factories/guidance.py", "../courses/squashed.py")
    for source in (Path(__file__), *(Path(__file__).parent / name for name in beside)):
        digest.update(source.read_bytes())
    for key, migration in sorted(loader.disk_migrations.items()):
        source = Path(sys.modules[migration.__module__].__file__)
        digest.update(repr(key).encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def migrate_into(name: str) -> None:
    """Make the test database `name` with all migrations and the site's home and first topic in both
    languages, and leave the connection closed.
    """
    from django_tasks_db.models import DBTaskResult

    from cms.guidance.models import Pair
    from tests.factories.guidance import first_topic

    connection.settings_dict["TEST"]["NAME"] = name
    setup_databases(verbosity=0, interactive=False)
    with time_machine.travel(LONG_AGO, tick=True), translation.override("en"):
        first_topic()
    Pair.objects.update(check_on=None, links_due_on=datetime.date.max)  # due at no test's moment
    DBTaskResult.objects.all().delete()
    connection.close()


def use(name: str) -> None:
    """From now on; through the pooler, if there is one: a database is made and copied without it,
    for its connections would be in the way.
    """
    connection.close()
    address = {"NAME": name}
    if pooler := os.environ.get(POOLER):
        address |= {"HOST": pooler, "PORT": POOLER_PORT}
    settings.DATABASES["default"] |= address
    connection.settings_dict |= address


def copy_of_sqlite(path: Path, *, anew: bool) -> None:
    """Make `path` a copy of the migrated template and let the tests use it.

    It is a file because the threads of a live server would each have a database of their own in
    memory.
    """
    folder = Path(settings.VAR_DIR) / "test-databases"
    template = folder / f"{fingerprint()}.sqlite3"
    with one_at_a_time(folder / "lock"):
        if anew or not template.exists():
            aside = template.with_suffix(".new")
            aside.unlink(missing_ok=True)
            migrate_into(str(aside))
            aside.replace(template)
    for leftover in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        leftover.unlink(missing_ok=True)
    with sqlite3.connect(template) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    use(str(path))


def copy_of_postgres(name: str) -> None:
    """Make the database `name` a copy of the cluster's migrated template and let the tests use it."""
    with one_at_a_time(Path(settings.DATABASES["default"]["HOST"]) / "template.lock"):
        if not postgres_has(TEMPLATE):
            migrate_into(TEMPLATE)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    use(name)


def postgres_has(name: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def copy_for(worker: str, *, anew: bool) -> None:
    """Give this process a migrated database of its own.

    `worker`: name of the pytest-xdist worker. `anew`: migrate again even if a template is kept.
    """
    if connection.vendor == "sqlite":
        copy_of_sqlite(Path(settings.VAR_DIR) / f"test-{worker}.sqlite3", anew=anew)
    else:
        copy_of_postgres(f"test_passerelle_{worker}")


def empty(_case) -> None:
    """Delete what a test with real commits left, in place of Django's `flush`.

    `flush` truncates every table, which costs PostgreSQL most of a second, and then makes content
    types and permissions anew. Here only the tables that hold rows are emptied.
    """
    quoted = connection.ops.quote_name
    tables = set(connection.introspection.django_table_names(only_existing=True)) - FROM_CODE
    with_rows = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})"  # noqa: S608 (names of ours)
        for table in sorted(tables)
    )
    with (
        connection.constraint_checks_disabled(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(with_rows)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted(table)}")  # noqa: S608
