"""The files that rows name, each in its storage; and a copy of one."""

import contextlib
import errno
import hashlib
import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

PIECE_BYTES = 1 << 20
ROWS_AT_ONCE = 2_000


class UnreadableFile(Exception):
    """A stored file that is there and can't be read; the message is the system's."""


@dataclass(frozen=True)
class NamedFile:
    """A stored file and the row that names it. `sha256` is the row's own, where it has one; `sha1` is
    Wagtail's `file_hash`.
    """

    storage_name: str
    name: str
    row: str
    sha256: str = ""
    sha1: str = ""

    @property
    def has_sum(self) -> bool:
        return bool(self.sha256 or self.sha1)

    def is_of_row(self, sha256: str, sha1: str) -> bool:
        """Whether bytes with these sums are those of the row. Of two that it knows, ours counts."""
        return sha256 == self.sha256 if self.sha256 else sha1 == self.sha1

    def refuse_odd_name(self) -> None:
        """Raises `UnreadableFile` for a name that leads elsewhere, or that no line of a list can have."""
        name = self.name
        if (
            {"\n", "\0"} & set(name)
            or name.startswith(("/", "../"))
            or name in (".", "..")
            or posixpath.normpath(name) != name
        ):
            raise UnreadableFile("no name of a stored file")

    @property
    def path(self) -> str:
        return f"{self.storage_name}/{self.name}"

    @property
    def storage(self) -> Storage:
        return storages[self.storage_name]


def file_fields() -> list[models.FileField]:
    return [
        column
        for model in apps.get_models()
        for column in model._meta.local_concrete_fields
        if isinstance(column, models.FileField)
    ]


def named_files() -> Iterator[NamedFile]:
    """Each file that a row names, row by row: a file of several rows comes several times.

    A model whose rows know the SHA-256 of a file says so: `file_sums = {"file": "sha256"}`.
    """
    private = storages["private"]
    for column in file_fields():
        storage_name = "private" if column.storage == private else "default"
        sums = _columns_of_sums(column)
        rows = column.model._base_manager.exclude(**{column.name: ""}).order_by("pk")
        rows = rows.exclude(**{f"{column.name}__isnull": True})
        last = None
        while lot := list(
            (rows if last is None else rows.filter(pk__gt=last)).values_list(
                "pk", column.name, *sums.values()
            )[:ROWS_AT_ONCE]
        ):
            for pk, name, *known in lot:
                row = f"{column.model._meta.label} {pk}"
                yield NamedFile(storage_name, name, row, **dict(zip(sums, known, strict=True)))
            last = lot[-1][0]


def _columns_of_sums(column: models.FileField) -> dict[str, str]:
    """Fields of `NamedFile` and the columns that have them."""
    found = {}
    if ours := getattr(column.model, "file_sums", {}).get(column.name):
        found["sha256"] = ours
    names = {one.name for one in column.model._meta.concrete_fields}
    if column.name == "file" and "file_hash" in names:
        found["sha1"] = "file_hash"
    return found


def still_names(file: NamedFile) -> bool:
    """Whether its row does: both may have been deleted while others were looked at."""
    model = apps.get_model(file.row.split()[0])
    names = Q()
    for column in file_fields():
        if column.model is model:
            names |= Q(**{column.name: file.name})
    return model._base_manager.filter(names, pk=file.row.split(maxsplit=1)[1]).exists()


def is_bucket(storage: Storage) -> bool:
    return hasattr(storage, "entries")


@dataclass(frozen=True)
class Entry:
    """A line of a storage's list."""

    name: str
    bytes: int


def entries_of(storage: Storage) -> Iterator[Entry]:
    """All that a storage has. Raises `OSError`."""
    if is_bucket(storage):
        yield from (Entry(*entry) for entry in storage.entries())  # type: ignore[attr-defined]  # ours
        return
    root = Path(storage.path(""))
    for folder, _folders, names in root.walk():
        for name in names:
            path = folder / name
            with contextlib.suppress(OSError):  # deleted meanwhile, or broken
                yield Entry(path.relative_to(root).as_posix(), path.stat().st_size)


def stored_bytes(file: NamedFile) -> int:
    """How long it is in its storage. Raises `FileNotFoundError` and `UnreadableFile`, also for a folder,
    which has a length on a disk.
    """
    with _asked():
        if not is_bucket(file.storage) and Path(file.storage.path(file.name)).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        return file.storage.size(file.name)


def first_byte(file: NamedFile) -> bytes:
    """Raises `FileNotFoundError` and `UnreadableFile`."""
    with _asked(), file.storage.open(file.name, "rb") as stored:
        return stored.read(1)


def stored_sum(file: NamedFile) -> str:
    """SHA-256 of what is stored. Raises `FileNotFoundError` and `UnreadableFile`."""
    digest = hashlib.sha256()
    for piece in _pieces(file.storage, file.name):
        digest.update(piece)
    return digest.hexdigest()


@contextlib.contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableFile(error.strerror or type(error).__name__) from error


def beside(path: Path, ending: str) -> Path:
    """Another file of its folder, with a short name: the path's own may have as many bytes as a disk takes."""
    return path.with_name(f".{hashlib.sha256(path.name.encode()).hexdigest()[:16]}.{ending}")


def copy_from(storage: Storage, name: str, to: Path) -> tuple[str, int]:
    """Copy a stored file to a path, whole or not at all. Returns its SHA-256 and bytes.

    Raises `FileNotFoundError` and `UnreadableFile` for the stored file, other `OSError`s for the copy.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    part = beside(to, "part")
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as copy:
            for piece in _pieces(storage, name):
                digest.update(piece)
                size += len(piece)
                copy.write(piece)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(to)
    return digest.hexdigest(), size


def store_copy(storage: Storage, name: str, copy: Path) -> bool:
    """Store a copy under this name, whole or not at all: a bucket does so itself, in a folder the file
    is renamed once it is whole. False if the name was taken meanwhile. Raises `OSError`.
    """
    begun = name if is_bucket(storage) else part_of(name)
    with copy.open("rb") as content:
        try:
            saved = storage.save(begun, content)
        except BaseException:  # no room: what was begun would count as there
            storage.delete(begun)
            raise
    if saved == name:
        return True
    if saved == begun and not storage.exists(name):
        Path(storage.path(saved)).rename(storage.path(name))
        return True
    storage.delete(saved)
    return False


def part_of(name: str) -> str:
    """The name of a file until it is whole."""
    return beside(Path(name), "part").as_posix()


def delete_part(storage: Storage, name: str) -> None:
    """Delete what a run that was killed while it stored this file left in a folder."""
    if not is_bucket(storage):
        storage.delete(part_of(name))


def _pieces(storage: Storage, name: str) -> Iterator[bytes]:
    with _asked(), storage.open(name, "rb") as source:
        while piece := source.read(PIECE_BYTES):
            yield piece
