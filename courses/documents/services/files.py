"""Stored files of rows, people's and pages': kept with their row, deleted without one."""

import contextlib
import datetime
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.core.files.storage import Storage, default_storage, storages
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from courses.writable import may_be_committed

logger = logging.getLogger(__name__)

# A file is stored before its row, and its row is written within seconds.
ORPHAN_AFTER = datetime.timedelta(days=1)
ASKED_AT_ONCE = 500


@contextlib.contextmanager
def kept_if_done(file: FieldFile) -> Iterator[None]:
    """The file that was just stored is deleted again if what is done with it fails.

    Not where the answer of the database was lost, or the process ends: its row may be committed.
    `remove_orphans` takes what has none, after a day.
    """
    try:
        yield
    except Exception as error:
        if not may_be_committed(error):
            with contextlib.suppress(OSError):
                file.storage.delete(str(file.name))
        raise


def forget(files: Iterable[FieldFile]) -> None:
    """After the commit, delete those that no row shows: rows of copies and of later versions lie
    over the same stored file.

    Called inside the transaction that deletes the rows: outside of one they would still be there.
    """
    named: dict[models.FileField, dict[str, Storage]] = defaultdict(dict)
    for file in files:
        named[file.field][str(file.name)] = file.storage

    def remove() -> None:
        for field, storages_of in named.items():
            for names in _in_lots(iter(storages_of)):
                for name in sorted(names - _known([field], names)):
                    with contextlib.suppress(OSError):
                        storages_of[name].delete(name)

    transaction.on_commit(remove, robust=True)


def is_lost(file: FieldFile) -> bool:
    """Whether its row names it and the storage doesn't have it any more.

    A storage that doesn't answer hasn't lost it.
    """
    try:
        return bool(file) and not file.storage.exists(str(file.name))
    except OSError:
        return False


def remove_orphans(now: datetime.datetime) -> int:
    """Delete what lies in the storages, private and of pages, for more than a day and belongs to no
    row: a process was killed, or a transaction failed, in between.

    Looks only into folders that a file field of an installed model writes to. Returns how many
    files went.
    """
    return sum(_remove_orphans_of(one, now) for one in (storages["private"], default_storage))


def _remove_orphans_of(storage: Storage, now: datetime.datetime) -> int:
    fields = _fields_of(storage)
    removed = 0
    for folder in sorted({_folder_of(field) for field in fields}):
        for names in _in_lots(_names_under(storage, folder)):
            for name in sorted(names - _known(fields, names)):
                with contextlib.suppress(FileNotFoundError):  # just replaced
                    if storage.get_modified_time(name) < now - ORPHAN_AFTER:
                        storage.delete(name)
                        removed += 1
    return removed


def report_lost_files() -> int:
    """Log an error for each row that names a file which the private storage doesn't have. Returns
    how many files are lost.

    Nothing is changed: a backup or a mount may bring the file back. Reads the folder of each file
    field once, and asks for a file by name only if it isn't there.
    """
    storage = storages["private"]
    lost = 0
    for field in _fields_of(storage):
        stored = set(_names_under(storage, _folder_of(field)))
        rows = field.model._base_manager.exclude(**{field.name: ""})
        for pk, name in rows.values_list("pk", field.name).iterator():
            if name not in stored and not storage.exists(name):
                logger.error(
                    "lost file: %s %s names %s, which isn't in the private storage",
                    field.model._meta.label,
                    pk,
                    name,
                )
                lost += 1
    return lost


def _fields_of(storage: Storage) -> list[models.FileField]:
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [
        field
        for field in fields
        if isinstance(field, models.FileField) and field.storage == storage
    ]


def _folder_of(field: models.FileField) -> str:
    """The first folder of its files' names: `certificates` for `certificates/%Y`."""
    row = field.model.from_db(None, [field.attname], [""])  # new, it would ask for its collection
    return field.generate_filename(row, "any").split("/")[0]


def _names_under(storage: Storage, folder: str) -> Iterator[str]:
    if hasattr(storage, "entries"):
        # A bucket: one request for a thousand files, not one for the folder of each.
        for name, _bytes in storage.entries(folder):
            yield name
        return
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield f"{folder}/{name}"
    for inside in folders:
        yield from _names_under(storage, f"{folder}/{inside}")


def _in_lots(names: Iterator[str]) -> Iterator[set[str]]:
    lot: set[str] = set()
    for name in names:
        lot.add(name)
        if len(lot) == ASKED_AT_ONCE:
            yield lot
            lot = set()
    yield lot


def _known(fields: list[models.FileField], names: set[str]) -> set[str]:
    """Those that a row of any of these fields names."""
    return {
        name
        for field in fields
        for name in field.model._base_manager.filter(**{f"{field.name}__in": names}).values_list(
            field.name, flat=True
        )
    }
