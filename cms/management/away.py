"""Whether a storage is away, or the disk of backups: many files one after the other can't be read, and of
other folders none can either.
"""

import contextlib
import posixpath
from collections import Counter
from dataclasses import dataclass, field

from cms.management.backup_reading import Backup, BackupBroken, open_file
from cms.management.stored_files import NamedFile, UnreadableFile, first_byte, named_files

UNREADABLE_IN_A_ROW = 20
ASKED_A_FOLDER = 2


@dataclass
class UnreadableInARow:
    """How many files one after the other couldn't be read, but for those of `broken_folders`, which
    alone can't: each of these is told.
    """

    backup: Backup
    count: int = 0
    broken_folders: set[str] = field(default_factory=set)

    def is_away_after(self, file: NamedFile) -> bool:
        """Count this file, too. Asks others once there are UNREADABLE_IN_A_ROW."""
        folder = _first_folder(file)
        if folder in self.broken_folders:
            return False
        self.count += 1
        if self.count < UNREADABLE_IN_A_ROW:
            return False
        if self._can_read_another_folder_than(file):
            self.broken_folders.add(folder)
            self.count = 0
            return False
        return True

    def _can_read_another_folder_than(self, file: NamedFile) -> bool:
        asked: Counter[str] = Counter()
        for other in named_files():
            folder = _first_folder(other)
            if (
                other.storage_name != file.storage_name
                or posixpath.dirname(other.name) == posixpath.dirname(file.name)
                or asked[folder] == ASKED_A_FOLDER
            ):
                continue
            asked[folder] += 1
            if self._can_read(other):
                return True
        return False

    def _can_read(self, file: NamedFile) -> bool:
        """Whether its storage and the disk of backups answer: that there is no such file is an answer."""
        try:
            file.refuse_odd_name()
            with contextlib.suppress(FileNotFoundError):
                first_byte(file)
            with (
                contextlib.suppress(FileNotFoundError, BackupBroken),
                open_file(self.backup.copy_of(file.path)) as copy,
            ):
                copy.read(1)
        except (OSError, UnreadableFile):
            return False
        return True


def _first_folder(file: NamedFile) -> str:
    return "/".join(file.path.split("/")[:2])
