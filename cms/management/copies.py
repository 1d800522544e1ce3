"""The copies of stored files in the folder of a backup: made once, looked at again, let go.

A copy is replaced by nothing but bytes that the list or the row knows: what is stored may be what was
damaged, and the copy the last good one.
"""

import contextlib
import datetime
import errno
import hashlib
import json
import logging
import shutil
from collections.abc import Collection, Set
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import storages

from cms.management.away import UnreadableInARow
from cms.management.backup_notes import write_whole
from cms.management.backup_reading import Backup, BackupBroken, sum_of_file
from cms.management.stored_files import (
    NamedFile,
    UnreadableFile,
    beside,
    copy_from,
    entries_of,
    named_files,
    still_names,
    stored_bytes,
    stored_sum,
)

logger = logging.getLogger(__name__)

STORAGES = ("private", "default")
BROKEN_OFF = "broken-off.json"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # for any copy


@dataclass
class Found:
    """What a run finds, by path: bytes copied, of the others the row. `mended` are copies made anew."""

    copied: dict[str, int] = field(default_factory=dict)
    mended: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)

    @property
    def wrong(self) -> set[str]:
        return {*self.lost, *self.damaged, *self.unreadable}


def copy_new(
    backup: Backup,
    *,
    closely: Set[str],
    watched: Set[str] = frozenset(),
    take: Collection[str] = (),
) -> Found:
    """Copy what the backup doesn't have, look again at what is `watched`, and `closely`: to the last
    byte. Copy as it is stored what somebody says to `take`.

    Raises `UnreadableFile` or `OSError` where a storage is away, or the disk of backups, or this takes
    nothing more. The next run looks closely at what was found until then.
    """
    found, in_a_row = Found(), UnreadableInARow(backup)
    for file in named_files():
        found.named.add(file.path)
        try:
            file.refuse_odd_name()
            if file.path in take:
                _take(backup, file, found)
            elif file.path not in backup.sums:
                _copy(backup, file, found)
            elif file.path in closely or file.path in watched:
                _look_again(backup, file, found, closely=file.path in closely)
        except FileNotFoundError:
            if still_names(file):
                found.lost[file.path] = file.row
        except (UnreadableFile, OSError) as error:
            logger.error("unreadable file or copy: %s names %s: %s", file.row, file.path, error)
            found.unreadable[file.path] = file.row
            if getattr(error, "errno", None) in NO_ROOM or in_a_row.is_away_after(file):
                note_broken_off(backup.folder, found.wrong)
                raise
            continue
        else:
            if _contradicts(backup, file):
                found.damaged[file.path] = file.row
        in_a_row.count = 0
    return found


def note_broken_off(folder: Path, paths: set[str]) -> None:
    """For the run after one that writes no manifest: what was wrong by then."""
    with contextlib.suppress(OSError):  # no room
        write_whole(folder / BROKEN_OFF, json.dumps(sorted(paths | noted_by_broken_off(folder))))


def noted_by_broken_off(folder: Path) -> set[str]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return {str(path) for path in json.loads((folder / BROKEN_OFF).read_text())}
    return set()


def _copy(backup: Backup, file: NamedFile, found: Found) -> None:
    """A copy that is there already, of a run that broke off or whose list is lost, is listed; it stays
    where what is stored has other bytes by now, unless the row knows these.
    """
    copy = backup.copy_of(file.path)
    try:
        backup.sums[file.path] = bytes.fromhex(sum_of_file(copy))
    except (OSError, BackupBroken):
        _take(backup, file, found)
    else:
        _look_again(backup, file, found, closely=True)


def _take(backup: Backup, file: NamedFile, found: Found) -> None:
    aside, digest, size = _aside(backup, file)
    _put(aside, backup.copy_of(file.path))
    backup.sums[file.path], found.copied[file.path] = bytes.fromhex(digest), size


def _look_again(backup: Backup, file: NamedFile, found: Found, *, closely: bool) -> None:
    """Make the copy anew if it isn't what it was, or not what its row says, and what is stored is. Tell
    a stored file that differs from its copy: in length, or `closely` in any byte.
    """
    copy, listed = backup.copy_of(file.path), backup.sums[file.path].hex()
    is_sound = is_as_listed(backup, file.path)
    if is_sound and not closely and _is_of_row(file, listed, copy) is not False:
        if stored_bytes(file) != copy.stat().st_size:
            found.damaged[file.path] = file.row
        return
    if is_sound and stored_sum(file) == listed:
        return
    aside, digest, size = _aside(backup, file)
    if digest == listed or _is_of_row(file, digest, aside):
        logger.error("damaged copy, made anew: %s in %s", file.path, backup.folder)
        _put(aside, copy)
        backup.sums[file.path], found.copied[file.path] = bytes.fromhex(digest), size
        found.mended[file.path] = file.row
    else:
        aside.unlink()
        found.damaged[file.path] = file.row


def _aside(backup: Backup, file: NamedFile) -> tuple[Path, str, int]:
    """What is stored, beside its copy: path, SHA-256 and bytes."""
    aside = beside(backup.copy_of(file.path), "new")
    return aside, *copy_from(file.storage, file.name, aside)


def _is_of_row(file: NamedFile, sha256: str, path: Path) -> bool | None:
    """Whether what lies at `path` are the bytes of the row; None where the row knows no sum."""
    if not file.has_sum:
        return None
    if file.sha256:
        return file.is_of_row(sha256, "")
    with path.open("rb") as content:
        return file.is_of_row("", hashlib.file_digest(content, "sha1").hexdigest())


def _contradicts(backup: Backup, file: NamedFile) -> bool:
    """Whether the row knows another SHA-256 than the list."""
    return bool(file.sha256) and file.sha256 != backup.sums[file.path].hex()


def _put(aside: Path, copy: Path) -> None:
    if copy.is_dir() and not copy.is_symlink():  # nothing of ours
        shutil.rmtree(copy)
    aside.replace(copy)


def is_as_listed(backup: Backup, path: str) -> bool:
    """Whether a copy is there and can be read, with the bytes of its list."""
    try:
        return sum_of_file(backup.copy_of(path)) == backup.sums[path].hex()
    except (OSError, BackupBroken):
        return False


def suspects(backup: Backup) -> set[str]:
    """Paths of copies whose stored file isn't there or has another length. By lists of the storages: a
    question for each file would take hours.
    """
    found = set(backup.sums)
    for storage_name in STORAGES:
        for entry in entries_of(storages[storage_name]):
            path = f"{storage_name}/{entry.name}"
            if path not in found:
                continue
            with contextlib.suppress(OSError):
                if entry.bytes == backup.copy_of(path).stat().st_size:
                    found.discard(path)
    return found


def let_go(
    backup: Backup, named: set[str], *, now: datetime.datetime, kept_from: datetime.datetime
) -> dict[str, str]:
    """Delete copies that no row names since before `kept_from`. Returns since when none names the others."""
    gone = {
        path: backup.gone.get(path, now.isoformat()) for path in backup.sums if path not in named
    }
    for path in [
        path for path, since in gone.items() if datetime.datetime.fromisoformat(since) < kept_from
    ]:
        _delete(backup, backup.copy_of(path))
        del gone[path], backup.sums[path]
    return gone


def broken(backup: Backup, gone: dict[str, str], *, verify: bool) -> dict[str, str]:
    """Of the copies that no row names, those that are lost, or with `verify` aren't as they were: a
    restore to a moment at which a row named them will lack them. Since when none names them.
    """
    return {
        path: since
        for path, since in gone.items()
        if not (is_as_listed(backup, path) if verify else backup.has_copy_of(path))
    }


def delete_unlisted(backup: Backup, named: set[str]) -> None:
    """Delete files of the folder that are in no list and that no row names: a run that broke off had
    copied them. No later run would know when to delete them.
    """
    root = backup.folder / "files"
    for folder, _folders, names in root.walk():
        for name in names:
            path = (folder / name).relative_to(root).as_posix()
            if path not in backup.sums and path not in named:
                logger.info("deleted from %s, as no list has it: %s", backup.folder, path)
                _delete(backup, folder / name)


def _delete(backup: Backup, copy: Path) -> None:
    """With the folders that are empty then. What can't be deleted stays, in no list."""
    try:
        shutil.rmtree(copy) if copy.is_dir() and not copy.is_symlink() else copy.unlink()
    except FileNotFoundError:  # gone with a run that broke off
        pass
    except OSError as error:
        logger.error("not deleted: %s: %s", copy, error.strerror)
        return
    root = backup.folder / "files"
    with contextlib.suppress(OSError):  # not empty
        for folder in copy.parents:
            if folder == root:
                break
            folder.rmdir()
