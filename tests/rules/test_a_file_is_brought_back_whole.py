"""`finish_restore` brings a file back whole or not at all, and says where the copy of one that it can't
bring back lies.
"""

import errno
import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError

from cms.management import backup_reading, backups, restoring
from cms.management.stored_files import part_of
from tests.factories.backups import CONTENT, PRIVATE, a_document, manifest_of, problems
from tests.factories.certificates import certificate_of

pytestmark = pytest.mark.django_db
NO_ROWS_COUNTED = ["No manifest with rows by table is as old as the restored moment."]


def killed_in_the_middle_of_a_file(folder: Path, monkeypatch) -> None:
    """By `kill -9`, after which no line runs that would delete anything."""

    def save_half(name, content):
        Path(PRIVATE.path(name)).write_bytes(content.read()[:5])
        raise SystemExit

    with monkeypatch.context() as storage:
        storage.setattr(PRIVATE, "_save", save_half)
        storage.setattr(PRIVATE, "delete", lambda name: None)
        with pytest.raises(SystemExit):
            restoring.finish(folder)


def test_a_file_is_whole_after_a_look_that_was_killed_in_its_middle(
    folder, certificate, monkeypatch
):
    PRIVATE.delete(certificate.file.name)
    place = Path(PRIVATE.path(certificate.file.name))
    killed_in_the_middle_of_a_file(folder, monkeypatch)
    part = Path(PRIVATE.path(part_of(certificate.file.name)))
    begun = part.read_bytes()

    told = problems(folder)

    assert begun == CONTENT[:5]
    assert told == []
    assert (place.read_bytes(), part.exists()) == (CONTENT, False)


def test_what_a_killed_look_left_goes_where_the_file_came_back_by_hand(folder, certificate):
    part = Path(PRIVATE.path(part_of(certificate.file.name)))
    part.write_bytes(CONTENT[:3])

    assert problems(folder) == []
    assert not part.exists()


def test_a_disk_that_is_full_while_files_are_brought_back_leaves_none_half(
    folder, certificate, monkeypatch
):
    PRIVATE.delete(certificate.file.name)
    real = PRIVATE._save

    def no_room(name, content):
        real(name, ContentFile(content.read()[:5]))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(PRIVATE, "_save", no_room)
        assert "No space left" in problems(folder)[0]
        assert not Path(PRIVATE.path(part_of(certificate.file.name))).exists()

    assert problems(folder) == []
    assert PRIVATE.open(certificate.file.name).read() == CONTENT


def test_a_second_look_says_that_one_is_at_work_and_leaves_its_half_file(
    folder, certificate, monkeypatch
):
    PRIVATE.delete(certificate.file.name)
    real, told = PRIVATE._save, []

    def save_while_another_begins(name, content):
        saved = real(name, content)
        with pytest.raises(CommandError) as refused:
            call_command("finish_restore", folder)
        told.append(str(refused.value).partition(":")[0])
        return saved

    with monkeypatch.context() as storage:
        storage.setattr(PRIVATE, "_save", save_while_another_begins)
        assert problems(folder) == []

    assert told == ["Another finish_restore is at work on this site"]
    assert PRIVATE.open(certificate.file.name).read() == CONTENT
    assert problems(folder) == []


def without_list(folder: Path) -> None:
    """As a run leaves copies that broke off before it wrote its list."""
    backups._write_list(backup_reading.Backup(folder), "empty.sha256")
    [newest] = backup_reading.manifests_in(folder)
    newest.unlink()
    backups._write_manifest(
        folder,
        newest.name,
        manifest_of(list="empty.sha256", list_sha256=hashlib.sha256(b"").hexdigest()),
    )


def test_a_copy_in_no_list_comes_back_if_its_row_knows_it(folder, certificate):
    without_list(folder)
    PRIVATE.delete(certificate.file.name)

    assert problems(folder) == NO_ROWS_COUNTED
    assert PRIVATE.open(certificate.file.name).read() == CONTENT


def test_a_copy_in_no_list_that_no_row_knows_is_told_with_its_place(folder, certificate):
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    document = a_document(b"first words")
    backups.back_up(folder)
    backup_reading.manifests_in(folder)[0].unlink()
    without_list(folder)
    default_storage.delete_now(document.file.name)

    [problem, _no_rows] = sorted(problems(folder), key=NO_ROWS_COUNTED.__contains__)

    copy = folder / "files" / "default" / document.file.name
    assert problem == (
        f"lost file: wagtaildocs.Document {document.pk} names default/{document.file.name}, which is in"
        f" no list; a copy, of a run that broke off, lies at {copy}: look at it; `manage.py back_up` lists"
        " it, and then this brings it back"
    )
    rehearsed = restoring.finish(folder, rehearsal=True)  # it came after the manifest
    assert (rehearsed["problems"], rehearsed["files"]["not_copied_yet"]) == (NO_ROWS_COUNTED, 1)
    backups.back_up(folder)
    assert problems(folder) == []
    assert default_storage.open(document.file.name).read() == b"first words"


def test_a_file_that_could_not_be_read_before_is_told_so(folder, certificate):
    PRIVATE.delete(certificate.file.name)
    late = certificate_of()
    late.file.save("late.pdf", ContentFile(CONTENT))
    place = Path(PRIVATE.path(late.file.name))
    place.unlink()
    place.mkdir()
    backups.back_up(folder)
    place.rmdir()

    assert problems(folder) == [
        f"lost file: training.Certificate {late.pk} names private/{late.file.name}, which is in no"
        " backup, for it couldn't be read"
    ]


def test_each_row_of_a_file_is_compared_with_it(folder, certificate):
    """The second row has another sum than the first: what is stored can't be right for both."""
    other = certificate_of()
    type(certificate).objects.filter(pk=other.pk).update(
        file=certificate.file.name, sha256="0" * 64
    )

    [problem] = problems(folder)

    assert problem.startswith(f"damaged file: training.Certificate {other.pk} names ")
