"""A folder in the place of a bucket, which fails when it is told to."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PretendStorage(FileSystemStorage):
    """`settings.PRETEND_STORAGE_FAILS`: an OSError that each file meets on its way in and out;
    None, all is well.
    """

    def _save(self, name, content):
        self._may_fail()
        # Part of Django's documented way to write a storage, not of the stubs.
        return super()._save(name, content)  # type: ignore[misc]

    def _open(self, name, mode="rb"):
        self._may_fail()
        return super()._open(name, mode)  # type: ignore[misc]  # the same

    def _may_fail(self) -> None:
        if error := getattr(settings, "PRETEND_STORAGE_FAILS", None):
            raise error
