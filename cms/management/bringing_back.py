"""Files that a restored database names: those that the storage lacks are brought back from the copies,
and each is read to its end.
"""

import hashlib

from cms.management.backup_reading import Backup, BackupBroken, sum_of_file
from cms.management.copies import UNREADABLE_IN_A_ROW
from cms.management.stored_files import PIECE_BYTES, NamedFile, delete_part, named_files, store_copy

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
    lost_before, unreadable = backup.manifest["lost"], backup.manifest.get("unreadable", {})
    seen: set[str] = set()
    in_a_row = 0
    for file in named_files():
        if file.path in seen and not file.sha256:
            continue
        seen.add(file.path)
        counts["named"] += 1
        try:
            counts["brought_back"] += _fetch(backup, file)
            counts["bytes"] += _read(backup, file)
        except FileNotFoundError:
            if file.path in lost_before:
                why = ", for it was lost before"
            elif file.path in unreadable:
                why = ", for it couldn't be read"
            elif file.storage.exists(file.name):
                problems.append(
                    f"damaged file: {file.row} names {file.path}, a link that leads nowhere: move it away"
                )
                continue
            elif newer_are_elsewhere and file.path not in backup.sums:
                counts["not_copied_yet"] += 1
                continue
            else:
                why = ""
            problems.append(f"lost file: {file.row} names {file.path}, which is in no backup{why}")
        except DamagedFile as error:
            problems.append(f"damaged file: {file.row} names {file.path}, {error}")
        except (OSError, BackupBroken) as error:
            why = getattr(error, "strerror", None) or str(error)
            problems.append(f"unreadable file or copy: {file.row} names {file.path}: {why}")
            in_a_row += 1
            if in_a_row == UNREADABLE_IN_A_ROW:
                problems.append(
                    f"{in_a_row} files or copies one after the other can't be read, so those that follow"
                    " weren't looked at: is their storage away, or the disk of backups?"
                )
                break
            continue
        else:
            counts["checked_by_row"] += bool(file.sha256)
            counts["newer"] += file.path not in backup.sums
        in_a_row = 0
    return counts


class DamagedFile(Exception):
    """What is wrong with a file's bytes, as the end of a sentence."""


def _fetch(backup: Backup, file: NamedFile) -> bool:
    """Bring the file back if the storage doesn't have it; True if it did.

    Raises `FileNotFoundError`, and `DamagedFile` for a copy that isn't as it was: nothing is put
    into the storage then.
    """
    delete_part(file.storage, file.name)
    if file.storage.exists(file.name):
        return False
    copy = backup.copy_of(file.path)
    if file.path not in backup.sums:
        raise FileNotFoundError
    if sum_of_file(copy) != backup.sums[file.path].hex():
        raise DamagedFile("whose copy isn't as it was: it isn't brought back")
    if not store_copy(file.storage, file.name, copy):
        raise DamagedFile("for which the storage took another name")
    return True


def _read(backup: Backup, file: NamedFile) -> int:
    """Bytes of the stored file, read to its end. Raises `DamagedFile` if it isn't of its kind, or not what
    its row says; where the row knows no sum, what the list says.
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
    if file.has_sum:
        if not file.is_of_row(digest.hexdigest(), sha1.hexdigest()):
            raise DamagedFile("other bytes than the row")
    elif file.path in backup.sums and digest.digest() != backup.sums[file.path]:
        raise DamagedFile("other bytes than the list")
    return size
