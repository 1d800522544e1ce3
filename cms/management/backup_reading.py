"""A backup as it is read: its newest manifest and list. Another user may have put anything in the place of
a file, and who restores is root: links aren't followed, and nothing but a regular file is opened.
"""

import contextlib
import datetime
import hashlib
import json
import os
import stat
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils._os import safe_join

CLOCKS_DIFFER = datetime.timedelta(minutes=10)  # at most, of machines whose clocks are right
LONGEST_LINE = 5_000  # bytes: a sum and a name
# What is larger isn't read: root would hash a sparse file of terabytes for days. A manifest names the copies
# of 35 days that no row names any more (two million here), a list each copy (25 million).
LARGEST_MANIFEST = LARGEST_LIST = 4 << 30  # bytes: a manifest names all files that are lost or gone
# What each manifest has; other entries came with later releases.
ENTRIES: dict[str, type | tuple[type, ...]] = {
    "moment": str,
    "is_quiet": bool,
    "tables": (dict, type(None)),
    "keys": dict,
    "lost": dict,
    "list": str,
    "list_sha256": str,
}


class BackupBroken(Exception):
    """A backup that must not be restored; the message says what is wrong with it."""


class BackupDamaged(BackupBroken):
    """Bytes of a backup aren't as they were written."""


class WrongChoice(BackupBroken):
    """A path of the command line that isn't there, isn't empty or is no folder, or code of another release
    than the backups: it says nothing about these.
    """


@dataclass
class Backup:
    """The folder, as its newest manifest describes it. `sums` has the SHA-256 of each copy by path,
    `gone` since when no row names a copy (ISO 8601).
    """

    folder: Path
    manifest: dict[str, Any] = field(default_factory=dict)
    sums: dict[str, bytes] = field(default_factory=dict)

    @property
    def gone(self) -> dict[str, str]:
        return self.manifest.get("gone", {})

    @property
    def broken_copies(self) -> dict[str, str]:
        return self.manifest.get("broken_copies", {})

    @property
    def missed(self) -> set[str]:
        """Paths at which the last run found something wrong, or which no row named: each run looks there."""
        kinds = ("lost", "damaged", "unreadable", "gone")
        return {path for kind in kinds for path in self.manifest.get(kind, {})}

    def copy_of(self, path: str) -> Path:
        return Path(safe_join(self.folder / "files", path))

    def has_copy_of(self, path: str) -> bool:
        """False also where its folder can't be entered."""
        with contextlib.suppress(OSError):
            return self.copy_of(path).is_file()
        return False


def open_file(
    path: Path, *, below: Path | None = None, largest: int | None = None
) -> BufferedReader:
    """Open a regular file that another user may have put there, for as long as reading takes.

    No symbolic link is followed in the part of the path that is `below` a folder, unless said its last
    one. Nothing else is opened, not even to look at it: a device may act on that, and a FIFO would hold up
    root for ever. `largest`: bytes. Raises `BackupBroken` and `OSError`.
    """
    top = below or path.parent
    parts = path.relative_to(top).parts
    found = os.open(top, os.O_PATH | os.O_DIRECTORY)
    try:
        for part in parts:
            above = found
            found = os.open(part, os.O_PATH | os.O_NOFOLLOW, dir_fd=above)
            os.close(above)
        status = os.fstat(found)
        if not parts or ".." in parts or not stat.S_ISREG(status.st_mode):
            raise BackupBroken(f"{path} is no file.")
        if largest is not None and status.st_size > largest:
            raise BackupDamaged(
                f"{path} isn't as it was written: it has {status.st_size} bytes, and {largest} are the most."
            )
        return open(f"/proc/self/fd/{found}", "rb")
    except NotADirectoryError as error:  # a link in place of a folder, too
        raise BackupBroken(f"{path} is no file.") from error
    finally:
        os.close(found)


def sum_of_file(path: Path) -> str:
    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifests_in(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted((folder / "manifests").glob("*.json"))


def read_manifest(path: Path) -> dict[str, Any]:
    """Raises `BackupDamaged` if it isn't as it was written, or not as `back_up` writes one."""
    below = path.parents[1]
    try:
        with open_file(path.with_name(path.name + ".sha256"), below=below) as file:
            expected = file.read(LONGEST_LINE).decode().split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        expected = ""
    with open_file(path, below=below, largest=LARGEST_MANIFEST) as file:
        text = file.read(os.fstat(file.fileno()).st_size)
    if hashlib.sha256(text).hexdigest() != expected:
        raise BackupDamaged(f"The manifest {path} isn't as it was written: its SHA-256 differs.")
    try:
        manifest = json.loads(text)
    except ValueError as error:
        raise BackupDamaged(f"The manifest {path} can't be read: {error}.") from error
    if wrong := _wrong_entries(manifest):
        raise BackupDamaged(
            f"The manifest {path} isn't as `manage.py back_up` writes it: {', '.join(wrong)}"
            " isn't there, or is of another kind."
        )
    return manifest


def _wrong_entries(manifest: Any) -> list[str]:
    """Names of ENTRIES that a manifest lacks, or that can't be used: where one was made by hand."""
    if not isinstance(manifest, dict):
        return list(ENTRIES)
    wrong = [
        name for name, kind in ENTRIES.items() if not isinstance(manifest.get(name, ...), kind)
    ]
    if "moment" not in wrong and not _is_moment(manifest["moment"]):
        wrong.append("moment")
    return wrong


def _is_moment(text: str) -> bool:
    try:
        return datetime.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def stamp(moment: datetime.datetime) -> str:
    """How names of manifests and lists begin: they sort by time."""
    return moment.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def stamp_of_run(folder: Path, now: datetime.datetime) -> str:
    """`now`; or, where the clock went back since the newest run, a microsecond after that: the run that
    came last sorts last.
    """
    for newest in manifests_in(folder)[-1:]:
        if newest.name >= f"{stamp(now)}.json":
            now = datetime.datetime.fromisoformat(newest.stem).replace(tzinfo=datetime.UTC)
            now += datetime.timedelta.resolution
    return stamp(now)


def _refuse_one_of_the_future(path: Path, manifest: dict[str, Any], now: datetime.datetime) -> None:
    latest = now + CLOCKS_DIFFER
    moment = datetime.datetime.fromisoformat(manifest["moment"])
    if path.name > f"{stamp(latest)}.json" or moment > latest:
        raise BackupBroken(
            f"The newest manifest, {path}, is of {moment.isoformat()}, and this machine's clock says"
            f" {now.isoformat()}. Set the clock; where the manifest was written by one that was wrong,"
            " move it away (`mv`), with its .sha256."
        )


def read_backup(folder: Path, now: datetime.datetime | None = None) -> Backup:
    """The newest manifest and its list. Raises `BackupBroken`: there is none, it isn't as it was
    written, or it is later than `now`: the next ones would count for nothing until then.
    """
    found = manifests_in(folder)
    if not found:
        raise BackupBroken(f"{folder} has no manifest: `manage.py back_up` writes one.")
    manifest = read_manifest(found[-1])
    _refuse_one_of_the_future(found[-1], manifest, now or timezone.now())
    path = folder / "lists" / manifest["list"]
    if path.parent != folder / "lists":  # the name leads elsewhere
        raise BackupBroken(f"{path} is no file.")
    digest, sums = hashlib.sha256(), {}
    try:
        with open_file(path, below=folder, largest=LARGEST_LIST) as lines:
            while line := lines.readline(LONGEST_LINE):
                digest.update(line)
                one, _space, name = line.decode().rstrip("\n").partition("  ")
                sums[name] = bytes.fromhex(one)
        is_whole = digest.hexdigest() == manifest["list_sha256"]
    except (FileNotFoundError, ValueError):
        is_whole = False
    if not is_whole:
        raise BackupDamaged(f"The list {path} isn't as it was written: its SHA-256 differs.")
    return Backup(folder, manifest, sums)
