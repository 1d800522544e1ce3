"""A site with one file, its backup, and what may become of both."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from wagtail.documents import get_document_model

from cms.management import backups, restoring
from tests.factories.certificates import certificate_of

CONTENT = b"%PDF-1.7 a certificate"
PRIVATE = storages["private"]


@pytest.fixture
def certificate(settings, tmp_path):
    """Drawn, in a site whose files lie in folders of the test's own."""
    if connection.vendor != "sqlite":
        pytest.skip("a snapshot can't be taken inside the test's transaction there")
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    settings.BACKUPS_FILE = settings.VAR_DIR / "backups.json"
    settings.ERASED_FILE = tmp_path / "erased.txt"
    settings.ERASED_FILE.write_text("")
    made = certificate_of()
    made.file.save("one.pdf", ContentFile(CONTENT), save=False)
    made.sha256 = hashlib.sha256(CONTENT).hexdigest()
    made.save()
    yield made
    storages["private"].delete(made.file.name)


def manifest_of(**entries):
    """As `back_up` writes one of a site without files and without counted rows."""
    return {
        "moment": "2026-11-25T01:30:00+00:00",
        "is_quiet": True,
        "tables": None,
        "keys": {},
        "lost": {},
        "list": "x.sha256",
        "list_sha256": "0",
        **entries,
    }


@pytest.fixture
def folder(tmp_path, certificate):
    """A backup with the certificate."""
    backups.back_up(tmp_path / "backup")
    return tmp_path / "backup"


def store(name: str, content: bytes, storage=PRIVATE) -> None:
    Path(storage.path(name)).unlink(missing_ok=True)
    storage.save(name, ContentFile(content))


def a_document(content: bytes, **row):
    file = ContentFile(content, name="plan.txt")
    return get_document_model().objects.create(title="Plan", file=file, **row)


def problems(folder: Path) -> list[str]:
    return restoring.finish(folder)["problems"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:7])


def flip(path: Path) -> None:
    path.write_bytes(b"#" + path.read_bytes()[1:])


def in_place_of(copy: Path, what: str) -> None:
    copy.unlink()
    if what == "link":
        copy.symlink_to(copy.name)  # to itself
    else:
        copy.mkdir()
        (copy / "something").write_text("")
