"""What is backed up beside the database: a copy of the files that rows name, and manifests by which
a restored site is checked.

The database has a backup of its own (pgBackRest, deploy/backup/pgbackrest.conf). In the folder:

    files/private/…, files/default/…   copies, one a stored file, under their names
    lists/MOMENT.sha256                the SHA-256 of all copies, as `sha256sum -c` reads it
    manifests/MOMENT.json, .sha256     rows by table, marks of the keys, which list; and its own sum
    broken-off.json                    paths at which a run that broke off found something wrong

No name of a stored file is given again, so a file is copied once. A copy that no row names any more stays
for KEEP_DAYS: the database can be restored to a moment at which one did. `copies.py` has the rules.
"""

import contextlib
import datetime
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.utils import timezone

from cms.management import databases
from cms.management.backup_notes import write_whole
from cms.management.backup_reading import (
    Backup,
    BackupBroken,
    WrongChoice,
    manifests_in,
    read_backup,
    read_manifest,
    stamp,
    stamp_of_run,
    sum_of_file,
)
from cms.management.copies import (
    BROKEN_OFF,
    broken,
    copy_new,
    delete_unlisted,
    is_as_listed,
    let_go,
    note_broken_off,
    noted_by_broken_off,
    suspects,
)
from cms.management.stored_files import named_files

# Counting reads every table: once a night is enough, where files are copied each hour.
COUNT_AFTER = datetime.timedelta(hours=20)
KEEP_DAYS = 35  # of a copy that no row names any more, and of a manifest
LISTS_KEPT = 2
A_DAY = datetime.timedelta(days=1)
EPOCH = datetime.datetime.fromtimestamp(0, datetime.UTC)  # before each backup


def back_up(
    folder: Path,
    *,
    count: bool | None = None,
    verify: bool = False,
    take: Collection[str] = (),
    now: datetime.datetime | None = None,
) -> dict[str, Any]:
    """Copy the files that aren't in the folder yet and write a manifest; return it.

    `count`: read rows by table, and look whether each stored file is there, as long as its copy; unless
    said, where nobody did for COUNT_AFTER, or the database had other migrations then. `verify`: read
    every stored file and every copy, and copy anew what isn't as it was. `take`: paths whose stored
    file is right, whatever its copy was. One at a time: raises `BlockingIOError` while another runs,
    `WrongChoice` for a path that no row names.
    """
    now = now or timezone.now()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        backup = read_backup(folder, now) if manifests_in(folder) else Backup(folder)
        _refuse_keys_of_another_site(backup)
        kept_from = _kept_from(folder, now)
        if count is None:
            count = _is_to_be_counted(folder, now)
        # Once before the snapshot, since the first time takes hours, and once for what came since.
        # First of all: a disk that is full has room again by it.
        let_go(backup, {file.path for file in named_files()}, now=now, kept_from=kept_from)
        if wrong := set(take) - {file.path for file in named_files()}:
            raise WrongChoice(
                f"{', '.join(sorted(wrong))}: no row names that. A path is private/certificates/….pdf."
            )
        closely = backup.missed | noted_by_broken_off(folder)
        before = copy_new(backup, closely=closely)
        with databases.snapshot() as (moment, is_quiet):
            tables = databases.rows_by_table() if count else None
        closely |= before.wrong | (set(backup.sums) if verify else set())
        watched = suspects(backup) if count else set()
        found = copy_new(backup, closely=closely, watched=watched, take=take)
        note_broken_off(folder, before.wrong | found.wrong)
        found.copied |= before.copied
        found.mended |= before.mended
        gone = let_go(backup, found.named, now=now, kept_from=kept_from)
        if count or verify:
            delete_unlisted(backup, found.named)
        os.sync()
        run = stamp_of_run(folder, now)
        manifest = {
            "moment": (moment or now).isoformat(),
            "is_quiet": is_quiet,
            "tables": tables,
            "keys": key_marks(),
            "database": databases.version(),
            "migrations": databases.migrations(),
            "django": django.get_version(),
            "files": len(found.named),
            "copied": len(found.copied),
            "copied_bytes": sum(found.copied.values()),
            "mended": found.mended,
            "lost": found.lost,
            "damaged": found.damaged,
            "unreadable": found.unreadable,
            "gone": gone,
            "broken_copies": _broken(backup, gone, count=count, verify=verify),
            **_write_list(backup, f"{run}.sha256"),
        }
        _write_manifest(folder, f"{run}.json", manifest)
        (folder / BROKEN_OFF).unlink(missing_ok=True)
        _thin_out(folder, now, kept_from)
    return manifest


def _refuse_keys_of_another_site(backup: Backup) -> None:
    """Raises `BackupBroken` where no key is that of the last run."""
    here, there = key_marks(), backup.manifest.get("keys", {})
    if there and not here.items() & there.items():
        raise BackupBroken(
            f"{backup.folder} has the backups of a site with other keys: none of {', '.join(sorted(there))}"
            " is the same here. Is it another site's folder, or are these keys the wrong ones? Where all"
            " were renewed, begin another folder: --first."
        )


def _broken(backup: Backup, gone: dict[str, str], *, count: bool, verify: bool) -> dict[str, str]:
    """Those of before that are still kept and aren't back, and those found now."""
    known = {
        path: since
        for path, since in backup.broken_copies.items()
        if path in gone and not is_as_listed(backup, path)
    }
    return known | (broken(backup, gone, verify=verify) if count or verify else {})


def _is_to_be_counted(folder: Path, now: datetime.datetime) -> bool:
    for path in reversed(manifests_in(folder)):
        manifest = read_manifest(path)
        if manifest["tables"] is not None:
            # After an upgrade the earlier rows belong to another release.
            if manifest.get("migrations") != databases.migrations():
                return True
            return now - datetime.datetime.fromisoformat(manifest["moment"]) >= COUNT_AFTER
    return True


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
    part = path.with_name(f"{name}.part")
    with part.open("w") as lines:
        lines.writelines(f"{backup.sums[one].hex()}  {one}\n" for one in sorted(backup.sums))
    part.replace(path)
    return {"list": name, "list_sha256": sum_of_file(path)}


def _write_manifest(folder: Path, name: str, manifest: dict[str, Any]) -> None:
    """Its sum first: a manifest without one is broken."""
    folder = folder / "manifests"
    folder.mkdir(exist_ok=True)
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")
    write_whole(folder / name, text)


def _kept_from(folder: Path, now: datetime.datetime) -> datetime.datetime:
    """Copies and manifests that are older go: KEEP_DAYS ago. None goes where no run was on the day before
    yesterday: the clock may be wrong, and the day after tells.
    """
    first, last = f"{stamp(now - 2 * A_DAY)}.json", f"{stamp(now - A_DAY)}.json"
    if any(first <= path.name <= last for path in manifests_in(folder)):
        return now - datetime.timedelta(days=KEEP_DAYS)
    return EPOCH


def _thin_out(folder: Path, now: datetime.datetime, kept_from: datetime.datetime) -> None:
    """Remove manifests that are too old; and lists, but those of the newest manifests that can be read, of
    the last before a day without one, and of all of a day: one of these counts again where the clock was
    wrong since.
    """
    kept: set[str] = set()
    found = manifests_in(folder)
    before_today = [path for path in found if path.name < f"{stamp(now - A_DAY)}.json"]
    for path in reversed(found):
        if len(kept) < LISTS_KEPT or path not in before_today[:-1]:
            with contextlib.suppress(BackupBroken):
                kept.add(read_manifest(path)["list"])
    for path in found:
        if path.name < f"{stamp(kept_from)}.json":
            path.unlink()
            path.with_name(f"{path.name}.sha256").unlink(missing_ok=True)
    for path in (folder / "lists").iterdir():
        if path.name not in kept:
            path.unlink()
    for path in (folder / "manifests").iterdir():  # of runs that broke off
        if path.suffix != ".json" and not path.with_suffix("").exists():
            path.unlink()
