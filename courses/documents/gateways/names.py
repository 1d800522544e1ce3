"""Names of stored files that are given once."""

import contextlib
import posixpath
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.utils.crypto import get_random_string

FOLDER_LENGTH = 8  # of 62 characters


class NamesGivenOnce:
    """Mixin for storages of files whose names come from people and libraries. Each upload gets a folder of
    its own, so that `guide.pdf` that replaces `guide.pdf` has another name: whoever keeps a file by its
    name, a browser or a backup, never keeps an earlier one. Who saves under a name has that name.
    """

    def generate_filename(self, filename) -> str:
        """Called for a file that a row is given, not for one that is brought back."""
        folder, name = posixpath.split(str(filename).replace("\\", "/"))
        own = get_random_string(FOLDER_LENGTH)
        return super().generate_filename(posixpath.join(folder, own, name))  # type: ignore[misc]


class PagesFolder(NamesGivenOnce, FileSystemStorage):
    """Pictures and documents of pages, in a folder of this machine."""

    def delete(self, name) -> None:
        super().delete(name)
        folders = Path(name).parent.parts
        if folders and len(folders[-1]) == FOLDER_LENGTH and len(folders) > 1:
            with contextlib.suppress(OSError):  # others are in it
                Path(self.path(posixpath.join(*folders))).rmdir()
