"""Names of stored files that are given once."""

import contextlib
import posixpath
from functools import partial
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.crypto import get_random_string

FOLDER_LENGTH = 8  # of 62 characters
MOST_CHARACTERS = 100  # of folders and name: `max_length` of Django's and Wagtail's columns
MOST_BYTES = 255  # of a name on a disk: ext4, XFS, NFS


class NamesGivenOnce:
    """Mixin for storages of files whose names come from people and libraries. Each upload gets a folder of
    its own, so that `guide.pdf` that replaces `guide.pdf` has another name: whoever keeps a file by its
    name, a browser or a backup, never keeps an earlier one. Who saves under a name has that name.
    """

    def generate_filename(self, filename) -> str:
        """Called for a file that a row is given, not for one that is brought back.

        Django cuts a name that is too long as well, but takes all behind its first dot for the ending:
        it found no name for `M. Dupont en classe virtuelle ….png` (`SuspiciousFileOperation`).
        """
        folder, name = posixpath.split(str(filename).replace("\\", "/"))
        own = get_random_string(FOLDER_LENGTH)
        made = super().generate_filename(f"{folder}/{own}/{name}")  # type: ignore[misc]
        folders, name = posixpath.split(made)
        return f"{folders}/{cut(name, MOST_CHARACTERS - len(folders) - 1)}"

    def delete(self, name) -> None:
        """Inside a transaction, delete the file after the commit: Wagtail's forms delete a replaced one
        before, and where the transaction fails, its row still names that one.
        """
        if transaction.get_connection().in_atomic_block:
            transaction.on_commit(partial(self.delete_now, name), robust=True)
        else:
            self.delete_now(name)

    def delete_now(self, name) -> None:
        super().delete(name)  # type: ignore[misc]


def cut(name: str, most_characters: int) -> str:
    """Cut the name before its last ending to so many characters, and to `MOST_BYTES`."""
    stem, ending = posixpath.splitext(name)
    stem = stem[: most_characters - len(ending)]
    room = MOST_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


class PagesFolder(NamesGivenOnce, FileSystemStorage):
    """Pictures and documents of pages, in a folder of this machine."""

    def size(self, name) -> int:
        """Of a file: a directory, whose size a disk tells as well, is `IsADirectoryError`."""
        if Path(self.path(name)).is_dir():
            raise IsADirectoryError(name)
        return super().size(name)

    def _save(self, name, content) -> str:
        """A file that can't be written to its end (no room) leaves nothing behind: no row names it."""
        try:
            return super()._save(name, content)  # type: ignore[misc]  # not in the stubs
        except BaseException:
            with contextlib.suppress(OSError):
                self.delete_now(name)
            raise

    def delete_now(self, name) -> None:
        super().delete_now(name)
        own = Path(name).parent
        if len(own.name) == FOLDER_LENGTH:
            # Gone already, where a file is deleted twice; NFS keeps a deleted file that is still read.
            with contextlib.suppress(OSError):
                Path(self.path(str(own))).rmdir()
