"""Storage in S3 or a compatible service, by django-storages.

Errors are raised as `OSError`, as those of a disk are, and a bucket that is silent is an error after
some seconds: botocore alone holds a thread for three minutes.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from courses.documents.gateways.names import NamesGivenOnce

NOT_FOUND = {"404", "NoSuchKey", "NotFound"}
# Seconds; read_timeout is for each piece that arrives. With these, django-storages leaves
# `signature_version` to us.
PATIENCE = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 2},
    signature_version="s3v4",
)


# Of a file that is read: the rest goes to a file in TMPDIR, deleted with it.
BYTES_IN_MEMORY = 2_000_000
# One stream in this thread, not ten threads for each file with 250 MB that wait to be written.
ONE_STREAM = TransferConfig(use_threads=False, multipart_threshold=1 << 30)


def like_a_disk(method: Callable) -> Callable:
    """Decorator: raise botocore's errors as `OSError`, a missing file as `FileNotFoundError`."""

    @wraps(method)
    def asked(*args, **kwargs):
        try:
            return method(*args, **kwargs)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            raise (FileNotFoundError if code in NOT_FOUND else OSError)(str(error)) from error
        except (BotoCoreError, RetriesExceededError) as error:
            raise OSError(str(error)) from error

    return asked


class Bucket(S3Storage):
    """Files in a bucket that never answers a browser: pages and guarded views serve them."""

    def get_default_settings(self):
        return super().get_default_settings() | {
            "client_config": PATIENCE,
            "max_memory_size": BYTES_IN_MEMORY,
            "transfer_config": ONE_STREAM,
        }

    @like_a_disk
    def _open(self, name, mode="rb"):
        """With its content: django-storages fetches that with the first read, when an answer's head has
        left and no error can be told any more.
        """
        file = super()._open(name, mode)
        file.open()
        return file

    _save = like_a_disk(S3Storage._save)
    delete = like_a_disk(S3Storage.delete)
    exists = like_a_disk(S3Storage.exists)
    size = like_a_disk(S3Storage.size)
    listdir = like_a_disk(S3Storage.listdir)
    get_modified_time = like_a_disk(S3Storage.get_modified_time)

    def entries(self, folder: str = "") -> Iterator[tuple[str, int]]:
        """Name and bytes of each file, or of those in a folder, a thousand by a request."""
        prefix = f"{folder}/" if folder else ""
        pages = iter(self.bucket.objects.filter(Prefix=prefix).pages())
        while page := like_a_disk(next)(pages, None):
            for one in page:
                yield one.key, one.size


class PrivateBucket(Bucket):
    """Files of people: no address at all."""

    def url(self, *args, **kwargs):
        raise ValueError("private files have no address")


class PagesBucket(NamesGivenOnce, Bucket):
    """Pictures and documents of pages, with the addresses that they have on a disk."""

    def url(self, name, *args, **kwargs):
        return f"{settings.MEDIA_URL}{quote(name)}"
