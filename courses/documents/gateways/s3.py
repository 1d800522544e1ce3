"""Private storage in S3 or a compatible service, by django-storages.

Errors are raised as `OSError`, as those of a disk are.
"""

from collections.abc import Callable
from functools import wraps

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

NOT_FOUND = {"404", "NoSuchKey", "NotFound"}


def like_a_disk(method: Callable) -> Callable:
    """Decorator: raise botocore's errors as `OSError`, a missing file as `FileNotFoundError`."""

    @wraps(method)
    def asked(*args, **kwargs):
        try:
            return method(*args, **kwargs)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            raise (FileNotFoundError if code in NOT_FOUND else OSError)(str(error)) from error
        except BotoCoreError as error:
            raise OSError(str(error)) from error

    return asked


class PrivateBucket(S3Storage):
    """A bucket without public URLs: files are served by guarded views alone."""

    _save = like_a_disk(S3Storage._save)
    _open = like_a_disk(S3Storage._open)
    delete = like_a_disk(S3Storage.delete)
    exists = like_a_disk(S3Storage.exists)
    size = like_a_disk(S3Storage.size)
    listdir = like_a_disk(S3Storage.listdir)
    get_modified_time = like_a_disk(S3Storage.get_modified_time)

    def url(self, *args, **kwargs):
        raise ValueError("private files have no address")
