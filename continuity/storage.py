"""Storage of people's files: a private place, under random names, served by guarded views alone."""

from django.core.files.storage import Storage, storages


def private() -> Storage:
    """The storage named `private` in the settings: a folder beside the database, or S3 by
    django-storages.
    """
    return storages["private"]
