"""Files that a restored database names: those that the storage lacks are brought back from the copies,
and each is read to its end.
"""

import hashlib

from cms.management.away import UnreadableInARow
from cms.management.backup_reading import Backup, BackupBroken, sum_of_file
from cms.management.stored_files import (
    PIECE_BYTES,
    NamedFile,
    UnreadableFile,
    delete_part,
    named_files,
    store_copy,
)

# How files begin, by their ending.
BEGINNINGS = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG", "zip": b"PK"}


def bring_files_back(
    backup: Backup, problems: list[str], *, newer_are_elsewhere: bool
) -> dict[str, int]:
    """Open every file that a row names, after fetching from the backup what the storage lacks.

    At its manifest's moment a backup has, or names as lost or unreadable, each file that a row named.
    One that is missing here and not among these was written later. It counts as `not_copied_yet` if
    `newer_are_elsewhere`, and as a problem otherwise.
    """
    counts = {"named": 0, "brought_back": 0, "bytes": 0, "checked_by_row": 0, "newer": 0}
    counts["not_copied_yet"] = 0
    known = backup.sums.keys() | backup.missed
    seen: set[str] = set()
    in_a_row = UnreadableInARow(backup)
    for file in named_files():
        if file.path in seen and not file.sha256:
            continue
        seen.add(file.path)
        counts["named"] += 1
        try:
            file.refuse_odd_name()
            counts["brought_back"] += _fetch(backup, file)
            counts["bytes"] += _read(backup, file)
        except FileNotFoundError:
            if file.storage.exists(file.name):
                problems.append(
                    f"damaged file: {file.row} names {file.path}, a link that leads nowhere: move it away"
                )
            elif newer_are_elsewhere and file.path not in known:
                counts["not_copied_yet"] += 1
            else:
                why = _why_it_stays_lost(backup, file)
                problems.append(f"lost file: {file.row} names {file.path}, which is in {why}")
        except DamagedFile as error:
            problems.append(f"damaged file: {file.row} names {file.path}, {error}")
        except (OSError, BackupBroken, UnreadableFile) as error:
            why = getattr(error, "strerror", None) or str(error)
            problems.append(f"unreadable file or copy: {file.row} names {file.path}: {why}")
            if in_a_row.is_away_after(file):
                problems.append(
                    f"{in_a_row.count} files or copies one after the other can't be read, so those that follow"
                    " weren't looked at: is their storage away, or the disk of backups?"
                )
                break
            continue
        else:
            counts["checked_by_row"] += bool(file.sha256)
            counts["newer"] += file.path not in backup.sums
        in_a_row.count = 0
    return counts


def _why_it_stays_lost(backup: Backup, file: NamedFile) -> str:
    if file.path not in backup.sums and backup.has_copy_of(file.path):
        return (
            f"no list; a copy, of a run that broke off, lies at {backup.copy_of(file.path)}: look at it;"
            " `manage.py back_up` lists it, and then this brings it back"
        )
    if file.path in backup.manifest["lost"]:
        return "no backup, for it was lost before"
    if file.path in backup.manifest.get("unreadable", {}):
        return "no backup, for it couldn't be read"
    return "no backup"


class DamagedFile(Exception):
    """What is wrong with a file's bytes, as the end of a sentence."""


def _fetch(backup: Backup, file: NamedFile) -> bool:
    """Bring the file back if the storage doesn't have it; True if it did.

    A copy that is in no list, of a run that broke off, is one if its row knows its SHA-256. Raises
    `FileNotFoundError`, and `DamagedFile` for a copy that isn't as it was: nothing is put into the
    storage then.
    """
    delete_part(file.storage, file.name)
    if file.storage.exists(file.name):
        return False
    copy = backup.copy_of(file.path)
    listed = backup.sums.get(file.path, b"").hex() or file.sha256
    if not listed:
        raise FileNotFoundError
    if sum_of_file(copy) != listed:
        raise DamagedFile("whose copy isn't as it was: it isn't brought back")
    if not store_copy(file.storage, file.name, copy):
        raise DamagedFile("for which the storage took another name")
    return True


def _read(backup: Backup, file: NamedFile) -> int:
    """Bytes of the stored file, read to its end. Raises `DamagedFile` if it isn't of its kind, or not what
    its row's SHA-256 says; where the row has none, if it is neither what the list nor what the row's
    SHA-1 says.
    """
    digest, sha1, size = hashlib.sha256(), hashlib.sha1(usedforsecurity=False), 0
    beginning = BEGINNINGS.get(file.name.rpartition(".")[2].lower(), b"")
    with file.storage.open(file.name, "rb") as stored:
        while piece := stored.read(PIECE_BYTES):
            if not size and not piece.startswith(beginning):
                raise DamagedFile("which doesn't begin as such a file does")
            digest.update(piece)
            sha1.update(piece)
            size += len(piece)
    if not size:
        raise DamagedFile("which is empty")
    sha256, listed = digest.hexdigest(), backup.sums.get(file.path, b"").hex()
    if sha256 == listed and not file.sha256:
        return size
    if file.has_sum and not file.is_of_row(sha256, sha1.hexdigest()):
        raise DamagedFile("other bytes than the row")
    if listed and not file.has_sum:
        raise DamagedFile("other bytes than the list")
    return size
