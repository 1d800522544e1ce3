"""Files of a form that aren't kept: those of nobody, and those that find no room."""

import contextlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest


def skip_file(request: HttpRequest | None, error: Exception | None = None) -> SkipFile:
    """Mark the request, for `kept_text`; return the exception by which a handler passes over a file.

    `error`: why the file of somebody who may send it wasn't taken. `WholeFormsMiddleware` refuses the
    form for it once all fields are read.
    """
    request.has_skipped_files = True  # type: ignore[union-attr]
    if error:
        request.files_error = error  # type: ignore[union-attr]
    return SkipFile()


class NoLargeFilesWithoutLogin(FileUploadHandler):
    """Reads past the files of a large form that comes without a login: none reaches a disk.

    `WholeFormsMiddleware` reads each form before the CSRF check and before any view, so eight forms
    of 100 MB from anybody had filled 757 MB of the temporary folder. The fields are kept, for a text
    whose login has expired. No page takes files from visitors. While the database can't be asked
    who sends them, nobody's are taken.

    Stands before the handlers that keep files. Large is what these would write to a disk: more
    than `FILE_UPLOAD_MAX_MEMORY_SIZE`, 2.5 MB.
    """

    skips = False
    error: Exception | None = None

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        if content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            person = getattr(self.request, "user", None)
            try:
                self.skips = not (person and person.is_authenticated)
            except (DatabaseError, InterfaceError) as error:
                self.skips, self.error = True, error

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.skips:
            raise skip_file(self.request, self.error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # to the next handler

    def file_complete(self, file_size: int) -> None:
        return None


class TemporaryFileIfRoom(TemporaryFileUploadHandler):
    """Django's own handler of large files ends the reading of a form where the temporary folder is
    full, fails or can't be written: the fields behind the file are lost. This one passes over the
    file, and over those behind it.
    """

    file: TemporaryUploadedFile

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if hasattr(self.request, "files_error"):
            raise skip_file(self.request)
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            raise self._without_file(error) from error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            raise self._without_file(error) from error

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """What is still in the file's buffer is written here."""
        try:
            return super().file_complete(file_size)
        except OSError as error:
            self._without_file(error)
            return None

    def _without_file(self, error: OSError) -> SkipFile:
        """Closing writes the buffer once more, and fails once more; the file is removed all the same."""
        if file := self.__dict__.pop("file", None):
            with contextlib.suppress(OSError):
                file.close()
        return skip_file(self.request, error)
