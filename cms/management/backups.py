"""What is backed up beside the database: a copy of the files that rows name, and manifests by which
a restored site is checked.

The database has a backup of its own (pgBackRest, deploy/backup/pgbackrest.conf). In the folder:

    files/private/…, files/default/…   copies, one a stored file, under their names
    lists/MOMENT.sha256                the SHA-256 of all copies, as `sha256sum -c` reads it
    manifests/MOMENT.json, .sha256     rows by table, marks of the keys, which list; and its own sum

No name of a stored file is given again, so a file is copied once. A copy that no row names any more stays
for KEEP_DAYS: the database can be restored to a moment at which one did.
"""

import contextlib
import datetime
import fcntl
import hashlib
import hmac
import json
import logging
import os
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.storage import storages
from django.utils import timezone

from cms.management import databases
from cms.management.backup_notes import write_whole
from cms.management.backup_reading import (
    Backup,
    manifests_in,
    read_backup,
    read_manifest,
    sum_of_file,
)
from cms.management.stored_files import (
    UnreadableFile,
    copy_from,
    entries_of,
    named_files,
    still_names,
    stored_bytes,
)

logger = logging.getLogger(__name__)

KEEP_DAYS = 35
# Counting reads every table: once a night is enough, where files are copied each hour.
COUNT_AFTER = datetime.timedelta(hours=20)
LISTS_KEPT = 2
# So many files one after the other can't be read: the storage is away, not a file broken.
UNREADABLE_IN_A_ROW = 20
STORAGES = ("private", "default")


def back_up(
    folder: Path,
    *,
    count: bool | None = None,
    verify: bool = False,
    now: datetime.datetime | None = None,
) -> dict[str, Any]:
    """Copy the files that aren't in the folder yet and write a manifest; return it.

    `count`: read rows by table, and look whether each stored file is there, as long as its copy; unless
    said, where nobody did for COUNT_AFTER, or the database had other migrations then. `verify`: read
    every copy, and copy anew what isn't as it was. One at a time: raises `BlockingIOError` while another
    runs.
    """
    now = now or timezone.now()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        backup = read_backup(folder) if manifests_in(folder) else Backup(folder)
        if count is None:
            count = _is_to_be_counted(folder, now)
        if verify:
            _forget_damaged_copies(backup)
        copied: dict[str, int] = {}
        lost: dict[str, str] = {}
        unreadable: dict[str, str] = {}
        # Once before the snapshot, since the first time takes hours, and once for what came since.
        watched = backup.missed
        _copy_new(backup, copied, lost, unreadable, watched)
        with databases.snapshot() as (moment, is_quiet):
            tables = databases.rows_by_table() if count else None
        lost.clear()
        unreadable.clear()
        if count or verify:
            watched |= _suspects(backup)
        damaged, named = _copy_new(backup, copied, lost, unreadable, watched)
        gone = _let_go(backup, named, now)
        if count or verify:
            _delete_unlisted(backup, named)
        os.sync()
        manifest = {
            "moment": (moment or now).isoformat(),
            "is_quiet": is_quiet,
            "tables": tables,
            "keys": key_marks(),
            "database": databases.version(),
            "migrations": databases.migrations(),
            "django": django.get_version(),
            "files": len(named),
            "copied": len(copied),
            "copied_bytes": sum(copied.values()),
            "lost": lost,
            "damaged": damaged,
            "unreadable": unreadable,
            "gone": gone,
            **_write_list(backup, f"{_stamp(now)}.sha256"),
        }
        _write_manifest(folder, f"{_stamp(now)}.json", manifest)
        _thin_out(folder, now)
    return manifest


def _stamp(now: datetime.datetime) -> str:
    """A name that sorts by time."""
    return now.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _is_to_be_counted(folder: Path, now: datetime.datetime) -> bool:
    for path in reversed(manifests_in(folder)):
        manifest = read_manifest(path)
        if manifest["tables"] is not None:
            # After an upgrade the earlier rows belong to another release.
            if manifest.get("migrations") != databases.migrations():
                return True
            return now - datetime.datetime.fromisoformat(manifest["moment"]) >= COUNT_AFTER
    return True


def _forget_damaged_copies(backup: Backup) -> None:
    for path in list(backup.sums):
        if not _is_as_listed(backup, path):
            logger.error("damaged copy: %s in %s", path, backup.folder)
            del backup.sums[path]


def _suspects(backup: Backup) -> set[str]:
    """Paths of copies whose stored file isn't there or has another length. By lists of the storages: a
    question for each file would take hours.
    """
    suspects = set(backup.sums)
    for storage_name in STORAGES:
        for entry in entries_of(storages[storage_name]):
            path = f"{storage_name}/{entry.name}"
            if path not in suspects:
                continue
            with contextlib.suppress(FileNotFoundError):
                if entry.bytes == backup.copy_of(path).stat().st_size:
                    suspects.discard(path)
    return suspects


def _copy_new(
    backup: Backup,
    copied: dict[str, int],
    lost: dict[str, str],
    unreadable: dict[str, str],
    watched: set[str],
) -> tuple[dict[str, str], set[str]]:
    """Copy what the backup doesn't have. Returns the files that aren't what their row says, or of those
    `watched` as long as their copy, and the paths that rows name; adds to `copied` (bytes by path),
    `lost` and `unreadable` (row by path).

    Raises `UnreadableFile` after UNREADABLE_IN_A_ROW of them.
    """
    damaged, named = {}, set()
    in_a_row = 0
    for file in named_files():
        named.add(file.path)
        copy = backup.copy_of(file.path)
        is_watched = file.path in watched
        try:
            differs = is_watched and stored_bytes(file) != _bytes_of(copy)
            if file.path not in backup.sums or (differs and not _is_as_listed(backup, file.path)):
                digest, copied[file.path] = copy_from(file.storage, file.name, copy)
                before = backup.sums.get(file.path)
                backup.sums[file.path] = bytes.fromhex(digest)
                differs = before is not None and before.hex() != digest
            if differs:
                damaged[file.path] = file.row
        except FileNotFoundError:
            if still_names(file):
                lost[file.path] = file.row
            continue
        except UnreadableFile as error:
            logger.error("unreadable file: %s names %s: %s", file.row, file.path, error)
            unreadable[file.path] = file.row
            in_a_row += 1
            if in_a_row == UNREADABLE_IN_A_ROW:
                raise
            continue
        in_a_row = 0
        if file.sha256 and file.sha256 != backup.sums[file.path].hex():
            damaged[file.path] = file.row
    return damaged, named


def _bytes_of(copy: Path) -> int | None:
    """How long a copy is; None if it is lost."""
    try:
        return copy.stat().st_size
    except FileNotFoundError:
        return None


def _is_as_listed(backup: Backup, path: str) -> bool:
    """Whether a copy is there, with the bytes of its list."""
    copy = backup.copy_of(path)
    return copy.exists() and sum_of_file(copy) == backup.sums[path].hex()


def _let_go(backup: Backup, named: set[str], now: datetime.datetime) -> dict[str, str]:
    """Delete copies that no row has named for KEEP_DAYS. Returns since when none names the others."""
    gone = {
        path: backup.gone.get(path, now.isoformat()) for path in backup.sums if path not in named
    }
    kept_from = now - datetime.timedelta(days=KEEP_DAYS)
    for path in [
        path for path, since in gone.items() if datetime.datetime.fromisoformat(since) < kept_from
    ]:
        backup.copy_of(path).unlink(missing_ok=True)
        del gone[path], backup.sums[path]
    return gone


def _delete_unlisted(backup: Backup, named: set[str]) -> None:
    """Delete files of the folder that are in no list and that no row names: a run that broke off had
    copied them, or they are damaged. No later run would know when to delete them.
    """
    root = backup.folder / "files"
    for folder, _folders, names in root.walk():
        for name in names:
            path = (folder / name).relative_to(root).as_posix()
            if path not in backup.sums and path not in named:
                logger.info("deleted from %s, as no list has it: %s", backup.folder, path)
                (folder / name).unlink()


def key_marks() -> dict[str, str]:
    """A mark of each key by which a restored site finds out whether it has the same ones: 64 bits of
    an HMAC under the key, which is random and long, so that nobody finds the key by it.
    """
    keys = {
        "PASSERELLE_SECRET_KEY": settings.SECRET_KEY.encode(),
        "PASSERELLE_SECOND_FACTOR_KEY": settings.SECOND_FACTOR_KEY.encode(),
        "PASSERELLE_PSEUDONYM_KEY": settings.PSEUDONYM_KEY.encode(),
    }
    saml_key = settings.SAML_KEYS[0][0]
    if saml_key and Path(saml_key).exists():
        keys["PASSERELLE_SAML_KEY"] = Path(saml_key).read_bytes()
    return {
        name: hmac.new(key, f"passerelle {name}".encode(), "sha256").hexdigest()[:16]
        for name, key in keys.items()
        if key
    }


def _write_list(backup: Backup, name: str) -> dict[str, str]:
    """Write the list of copies beside the earlier ones; its name and SHA-256."""
    folder = backup.folder / "lists"
    folder.mkdir(exist_ok=True)
    path = folder / name
    with path.open("w") as lines:
        lines.writelines(f"{backup.sums[one].hex()}  {one}\n" for one in sorted(backup.sums))
    return {"list": name, "list_sha256": sum_of_file(path)}


def _write_manifest(folder: Path, name: str, manifest: dict[str, Any]) -> None:
    """Its sum first: a manifest without one is broken."""
    folder = folder / "manifests"
    folder.mkdir(exist_ok=True)
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")
    write_whole(folder / name, text)


def _thin_out(folder: Path, now: datetime.datetime) -> None:
    """Remove manifests older than KEEP_DAYS, and lists but the newest."""
    oldest = f"{_stamp(now - datetime.timedelta(days=KEEP_DAYS))}.json"
    for path in manifests_in(folder):
        if path.name < oldest:
            path.unlink()
            path.with_name(f"{path.name}.sha256").unlink(missing_ok=True)
    for path in sorted((folder / "lists").glob("*.sha256"))[:-LISTS_KEPT]:
        path.unlink()
