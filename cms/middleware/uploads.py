"""Files that arrive without a login."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoLargeFilesWithoutLogin(FileUploadHandler):
    """Reads past the files of a large form that comes without a login: none reaches a disk.

    `WholeFormsMiddleware` reads each form before the CSRF check and before any view, so eight forms
    of 100 MB from anybody had filled 757 MB of the temporary folder. The fields are kept, for a text
    whose login has expired. No page takes files from visitors.

    Stands before the handlers that keep files. Large is what these would write to a disk: more
    than `FILE_UPLOAD_MAX_MEMORY_SIZE`, 2.5 MB.
    """

    skips = False

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        person = getattr(self.request, "user", None)
        self.skips = content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE and not (
            person and person.is_authenticated
        )

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.skips:
            self.request.has_skipped_files = True  # type: ignore[union-attr]  # for `kept_text`
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # to the next handler

    def file_complete(self, file_size: int) -> None:
        return None
