"""A restored database becomes a site again: compared with the backup's manifest, the erased erased
again, files brought back, keys compared; and the report of it.
"""

import contextlib
import datetime
import fcntl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cms.management import backup_reading, backups, databases
from cms.management.backup_reading import Backup, BackupBroken
from cms.management.bringing_back import bring_files_back
from cms.register.services import accounts
from cms.today.models import Heartbeat
from cms.today.services import beat
from courses.people.services import logins

NAMED_IN_TEXT = 50
# Rows of `Heartbeat` in the restored database, `at` its moment: what the first look found, by whether rows
# agreed with the manifest. The database itself knows of no such moment, so no backup has the row.
FIRST_LOOKS = {True: "restore: rows agree", False: "restore: rows differ"}


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A second one would delete the file that the first has begun to bring back (`delete_part`)."""
    locks = Path(settings.LOCKS_ROOT)
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / "restore").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupBroken(
                "Another finish_restore is at work on this site: wait until it has ended, and read its"
                " report."
            ) from None
        yield


@_one_at_a_time()
def finish(
    folder: Path,
    *,
    restored_to: datetime.datetime | None = None,
    for_good: bool = False,
    rehearsal: bool = False,
) -> dict[str, Any]:
    """Do and check what follows the restore of a database; return the report. May run again.

    `restored_to`: the moment the database was restored to; unless said, its last one. Only files
    that the site's storage doesn't have are brought back. `for_good`: people will use this
    database; everybody is logged out. `rehearsal`: the storage is an empty one beside the site's, which
    has the files that are newer than the backup. Raises `BackupBroken`, also while another runs.
    """
    began = time.monotonic()
    backup = backup_reading.read_backup(folder)
    _refuse_another_release()
    report: dict[str, Any] = {
        "made_at": timezone.now().isoformat(),
        "restored_to": restored_to.isoformat() if restored_to else None,
        "manifest": backup.manifest["moment"],
        "database": databases.version(),
        "problems": [],
    }
    report["rows"] = _compare_rows(folder, restored_to, report["problems"])
    report["keys"] = _compare_keys(backup, report["problems"])
    report["erased"] = _erase_again(report["problems"], rehearsal=rehearsal)
    if for_good:
        report["sessions"] = logins.end_all_sessions()
        _clear_pages(report["problems"])
    report["files"] = bring_files_back(
        backup,
        report["problems"],
        newer_are_elsewhere=rehearsal and _goes_beyond(backup, restored_to),
    )
    report["seconds"] = round(time.monotonic() - began, 1)
    report["is_fine"] = not report["problems"]
    return report


def _refuse_another_release() -> None:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    ours = {app.label for app in apps.get_app_configs() if databases.is_ours(app)}
    known = executor.loader.disk_migrations
    unknown = {key for key in executor.loader.applied_migrations if key[0] in ours} - set(known)
    if missing or unknown:
        names = sorted(
            {f"{app}.{name}" for app, name in unknown} or {str(one) for one, _ in missing}
        )
        raise BackupBroken(
            "The restored database is of another release than this code: take the code of that"
            f" release, finish, then upgrade. Migrations: {', '.join(names[:10])}"
        )


def counted_manifest(folder: Path, moment: datetime.datetime | None) -> dict[str, Any] | None:
    """The last manifest with rows by table that isn't later than the moment."""
    for path in reversed(backup_reading.manifests_in(folder)):
        manifest = backup_reading.read_manifest(path)
        is_before = moment is None or datetime.datetime.fromisoformat(manifest["moment"]) <= moment
        if manifest["tables"] is not None and is_before:
            return manifest
    return None


def _compare_rows(
    folder: Path, restored_to: datetime.datetime | None, problems: list[str]
) -> dict[str, Any]:
    """Rows by table beside the manifest's. A difference is a problem if both are of one moment, and
    nothing was being written at it: at the first look, before anything is erased again. A second
    one repeats what the first found.
    """
    with databases.snapshot():
        tables = databases.rows_by_table()
    compared: dict[str, Any] = {
        "tables": len(tables),
        "rows": sum(one["rows"] for one in tables.values()),
        "of": None,
        "differences": {},
    }
    manifest = counted_manifest(folder, restored_to)
    if manifest is None:
        problems.append("No manifest with rows by table is as old as the restored moment.")
        return compared
    counted = manifest["tables"]
    moment = datetime.datetime.fromisoformat(manifest["moment"])
    compared["of"] = manifest["moment"]
    compared["is_exact"] = moment == restored_to and manifest["is_quiet"]
    compared["differences"] = {
        table: [counted.get(table), tables.get(table)]
        for table in sorted(counted.keys() | tables.keys())
        if counted.get(table) != tables.get(table)
    }
    if compared["is_exact"]:
        first = _first_look(moment)
        compared["agreed_before"] = first
        if first is None:
            problems += [
                f"Table {table}: {_rows_in_words(was)} in the manifest, {_rows_in_words(found)} restored"
                for table, (was, found) in compared["differences"].items()
            ]
            beat(FIRST_LOOKS[not compared["differences"]], moment)
        elif first is False:
            problems.append(
                "Rows differed from the manifest at the first look, whose report names the tables"
            )
    if not compared["rows"]:
        problems.append("The restored database has no row at all.")
    return compared


def _first_look(moment: datetime.datetime) -> bool | None:
    """Whether rows agreed when this database was first looked at; None: nobody has yet."""
    for agreed, name in FIRST_LOOKS.items():
        if Heartbeat.objects.filter(name=name, at=moment).exists():
            return agreed
    return None


def _rows_in_words(one: dict[str, Any] | None) -> str:
    return f"{one['rows']} rows (checksum {one['sum'] or 'none'})" if one else "no table"


def _compare_keys(backup: Backup, problems: list[str]) -> dict[str, bool]:
    """Each key of the backup's day: whether this environment has the same."""
    here, there = backups.key_marks(), backup.manifest["keys"]
    same = {name: here.get(name) == mark for name, mark in sorted(there.items())}
    problems += [
        f"{name} is {'another' if name in here else 'not set'}: the last column of *Keys* in"
        " docs/operations.md says what that breaks"
        for name, is_same in same.items()
        if not is_same
    ]
    return same


def _erase_again(problems: list[str], *, rehearsal: bool) -> dict[str, Any]:
    path = Path(settings.ERASED_FILE)
    if not path.exists():
        problems.append(
            f"The list of the erased, {path}, isn't there: PASSERELLE_ERASED_FILE. Where nobody was"
            " erased there is an empty one"
        )
        if not rehearsal:
            accounts.note_lost_list()
        return {"listed": None, "again": 0}
    listed = path.read_text().split()
    again, failed = accounts.erase_again(listed)
    problems += [
        f"The account {public_id} can't be erased again: see the log" for public_id in failed
    ]
    return {"listed": len(listed), "again": again}


def _clear_pages(problems: list[str]) -> None:
    """Pages that were kept since the restored moment: versions in their keys are given once more."""
    pages: Any = caches["pages"]  # stubs: `clear` returns None; Redis's returns whether it did
    if pages.clear() is False:
        problems.append(
            "The cache of pages (PASSERELLE_REDIS) can't be reached, so old pages may come back:"
            " empty it (`valkey-cli FLUSHDB`) before the site is opened"
        )


def _goes_beyond(backup: Backup, restored_to: datetime.datetime | None) -> bool:
    """Whether the database is later than the copies of files; None is the end of the archive."""
    return restored_to is None or restored_to > datetime.datetime.fromisoformat(
        backup.manifest["moment"]
    )


def _erased_in_words(erased: dict[str, Any]) -> str:
    if erased["listed"] is None:
        return "Accounts erased again: none, there is no list"
    if not erased["listed"]:
        return "Accounts erased again: none, the list is empty"
    return f"Accounts erased again: {erased['again']} of {erased['listed']} on the list"


def _judged_in_words(rows: dict[str, Any]) -> str:
    if not rows.get("is_exact"):
        return " (of another moment: not judged)"
    if (agreed := rows.get("agreed_before")) is None:
        return ""
    found = "all agreed" if agreed else "some differed"
    return f" (looked at before: judged then, {found}; what was erased again differs since)"


def _on_the_site_s_clock(moment: str) -> str:
    """To the second. `moment`: ISO 8601, or words, which stay. The report has moments of UTC, of the
    server and of the command line.
    """
    try:
        at = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return timezone.localtime(at).isoformat(" ", "seconds") if at.tzinfo else moment


def in_words(report: dict[str, Any]) -> str:
    """The report as a text."""
    made_at = _on_the_site_s_clock(report["made_at"])
    lines = [
        f"Restore of {made_at}: {'in order' if report['is_fine'] else 'NOT IN ORDER'}",
        f"All times: {timezone.get_default_timezone_name()}",
        "",
    ]
    if cluster := report.get("cluster"):
        restored_to = _on_the_site_s_clock(report["restored_to"])
        lines.append(f"Database restored to {restored_to} in {cluster['seconds']} s")
        last = _on_the_site_s_clock(cluster.get("last_transaction") or "none after the backup")
        lines.append(f"Last transaction in it: {last}")
        if reset := cluster.get("reset"):
            lines.append(
                f"Settings of the lost server that were reset: {', '.join(reset)}. A new standby"
                " wants its own (docs/operations.md, The standby)"
            )
    if rows := report.get("rows"):
        of = _on_the_site_s_clock(rows["of"] or "no moment")
        lines.append(f"Rows: {rows['rows']} in {rows['tables']} tables, manifest of {of}")
        lines.append(f"Tables that differ: {len(rows['differences'])}{_judged_in_words(rows)}")
        lines += [
            f"  {table}: {_rows_in_words(was)}, now {_rows_in_words(found)}"
            for table, (was, found) in list(rows["differences"].items())[:NAMED_IN_TEXT]
        ]
    if keys := report.get("keys"):
        lines += [
            f"Key {name}: {'the same' if same else 'NOT THE SAME'}" for name, same in keys.items()
        ]
    if erased := report.get("erased"):
        lines.append(_erased_in_words(erased))
    if "sessions" in report:
        lines.append(f"Sessions ended: {report['sessions']}. Everybody has to log in again")
    if files := report.get("files"):
        lines.append(
            f"Files: {files['named']} named by rows, {files['brought_back']} brought back,"
            f" {files['bytes']} bytes read, {files['checked_by_row']} compared with their row,"
            f" {files['newer']} newer than the list"
        )
        if files["not_copied_yet"]:
            lines.append(
                f"Files in no backup yet, written after the copy of"
                f" {_on_the_site_s_clock(report['manifest'])}:"
                f" {files['not_copied_yet']} (not looked for: a rehearsal asks no storage of the site)"
            )
    problems = report["problems"]
    lines += ["", f"Problems: {len(problems)}", *(f"- {one}" for one in problems[:NAMED_IN_TEXT])]
    if len(problems) > NAMED_IN_TEXT:
        lines.append(f"- and {len(problems) - NAMED_IN_TEXT} more: see the JSON")
    return "\n".join(lines) + "\n"
