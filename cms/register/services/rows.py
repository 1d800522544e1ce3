"""Rows go with everything that hangs on them, and with their files."""

from collections.abc import Iterable

from django.db import models, router, transaction
from django.db.models.deletion import Collector
from django.db.models.fields.files import FieldFile

from courses.documents import services as documents


def delete(rows: models.QuerySet) -> tuple[int, int]:
    """Delete the rows and their cascade in one transaction; after it, their files that no other row
    shows.

    Gives (rows of the model, files). Raises `ProtectedError` where another row still needs one of
    them.
    """
    found = list(rows)
    if not found:
        return 0, 0
    with transaction.atomic():
        collector = Collector(using=router.db_for_write(rows.model))
        collector.collect(found)
        files = list(_files_of(collector))
        _total, by_model = collector.delete()
        documents.forget(files)
    return by_model.get(rows.model._meta.label, len(found)), len(files)


def _files_of(collector: Collector) -> Iterable[FieldFile]:
    groups = [*collector.data.items(), *((fast.model, fast) for fast in collector.fast_deletes)]
    for model, instances in groups:
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.FileField)
        ]
        if names:
            yield from (
                getattr(row, name) for row in instances for name in names if getattr(row, name)
            )
