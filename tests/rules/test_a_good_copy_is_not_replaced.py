"""A copy of a backup is replaced by nothing but bytes that its list or its row knows, and what is damaged
is told by each run until somebody has seen to it.
"""

import hashlib
import shutil
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from wagtail.documents import get_document_model

from cms.management import backup_reading, backups, stored_files
from cms.operations import queries
from tests.factories.backups import CONTENT, PRIVATE, a_document, cut, flip, problems, store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("harm", [cut, flip, Path.unlink], ids=["cut", "flipped", "lost"])
@pytest.mark.parametrize("look", ["count", "verify"])
def test_a_file_and_its_copy_that_are_both_damaged_are_told_by_each_run(
    folder, certificate, harm, look
):
    path = f"private/{certificate.file.name}"
    store(certificate.file.name, CONTENT[:8])
    harm(folder / "files" / path)

    first = backups.back_up(folder, **{look: True})
    second = backups.back_up(folder)

    assert (list(first["damaged"]), list(second["damaged"])) == ([path], [path])
    assert backup_reading.read_backup(folder).sums[path] == hashlib.sha256(CONTENT).digest()
    store(certificate.file.name, CONTENT)
    assert backups.back_up(folder)["damaged"] == {}
    assert problems(folder) == []


@pytest.mark.parametrize("harm", [cut, Path.unlink], ids=["cut", "lost"])
def test_a_damaged_copy_of_a_file_without_a_sum_is_made_anew_of_the_bytes_of_its_list(folder, harm):
    document = a_document(b"first words")
    backups.back_up(folder)
    copy = folder / "files" / "default" / document.file.name
    harm(copy)

    manifest = backups.back_up(folder, count=True)

    assert list(manifest["mended"]) == [f"default/{document.file.name}"]
    assert (manifest["damaged"], copy.read_bytes()) == ({}, b"first words")


def test_a_stored_file_that_is_right_after_all_is_taken_by_its_path(folder):
    """A document without a sum of its own: nobody but a person can tell which bytes are right."""
    document = a_document(b"first words")
    path = f"default/{document.file.name}"
    backups.back_up(folder)
    store(document.file.name, b"better words", default_storage)
    assert list(backups.back_up(folder, count=True)["damaged"]) == [path]
    assert problems(folder) == [
        f"damaged file: wagtaildocs.Document {document.pk} names {path}, other bytes than the list"
    ]

    call_command("back_up", folder, take=[path])

    assert (folder / "files" / path).read_bytes() == b"better words"
    assert problems(folder) == []
    with pytest.raises(CommandError, match="no row names that"):
        call_command("back_up", folder, take=["private/elsewhere.pdf"])
    assert queries.backups().failed_at is None  # what was typed is no failed backup


@pytest.mark.parametrize("damaged", [CONTENT[:7], b"#" + CONTENT[1:]], ids=["cut", "flipped"])
def test_a_certificate_damaged_before_its_first_copy_is_copied_once_it_is_right(
    tmp_path, certificate, damaged
):
    folder, path = tmp_path / "backup", f"private/{certificate.file.name}"
    store(certificate.file.name, damaged)
    told = [list(backups.back_up(folder)["damaged"]) for _ in range(2)]
    store(certificate.file.name, CONTENT)
    assert problems(folder) == []

    manifest = backups.back_up(folder)

    assert told == [[path], [path]]
    assert (list(manifest["mended"]), manifest["damaged"]) == ([path], {})
    assert (folder / "files" / path).read_bytes() == CONTENT


def test_a_copy_of_an_earlier_file_of_that_name_is_made_anew_by_verify(folder):
    """Earlier releases gave names of pages' files again."""
    document = a_document(b"first words")
    path = f"default/{document.file.name}"
    backups.back_up(folder)
    store(document.file.name, b"other words", default_storage)
    document.file_hash = hashlib.sha1(b"other words", usedforsecurity=False).hexdigest()
    document.save()

    call_command("back_up", folder, verify=True)

    assert (folder / "files" / path).read_bytes() == b"other words"
    assert problems(folder) == []


def test_of_two_sums_of_a_row_the_sha_256_counts():
    file = stored_files.NamedFile("private", "a", "row 1", sha256="ours", sha1="wagtail's")

    assert file.is_of_row("ours", "another")
    assert not file.is_of_row("another", "wagtail's")


def test_a_row_s_wrong_sha_1_alone_is_no_damage(folder):
    """It chooses between two, as Wagtail writes it for forms alone."""
    a_document(b"first words", file_hash="0" * 40)
    backups.back_up(folder)

    manifest = backups.back_up(folder, verify=True)

    assert (manifest["damaged"], manifest["mended"]) == ({}, {})
    assert problems(folder) == []


def test_all_rows_are_looked_at_however_many(folder, monkeypatch):
    monkeypatch.setattr(stored_files, "ROWS_AT_ONCE", 2)
    documents = [a_document(b"words") for _ in range(5)]

    backups.back_up(folder)

    kept = backup_reading.read_backup(folder).sums
    assert all(f"default/{one.file.name}" in kept for one in documents)


def test_a_file_that_is_named_again_and_lost_is_told_at_once(folder, certificate):
    """Between, no row named it: a restore, or somebody who took a deletion back."""
    name, model = certificate.file.name, type(certificate)
    model.objects.filter(pk=certificate.pk).update(file="")
    backups.back_up(folder)
    PRIVATE.delete(name)
    model.objects.filter(pk=certificate.pk).update(file=name)

    assert list(backups.back_up(folder)["lost"]) == [f"private/{name}"]


def test_verify_names_a_stored_file_that_is_lost(folder, certificate):
    PRIVATE.delete(certificate.file.name)

    assert list(backups.back_up(folder, count=False, verify=True)["lost"]) == [
        f"private/{certificate.file.name}"
    ]


def test_a_name_as_long_as_a_disk_takes_is_copied_and_made_anew(folder):
    name = "documents/x/" + "𐆐" * 62 + ".txt"  # 252 bytes
    default_storage.save(name, ContentFile(b"first words"))
    get_document_model().objects.create(title="Plan", file=name)
    backups.back_up(folder)
    copy = folder / "files" / "default" / name
    cut(copy)

    assert list(backups.back_up(folder, count=True)["mended"]) == [f"default/{name}"]
    assert copy.read_bytes() == b"first words"
    default_storage.delete_now(name)


def test_taking_a_file_that_is_lost_keeps_its_copy(folder, certificate):
    path = f"private/{certificate.file.name}"
    PRIVATE.delete(certificate.file.name)

    taken = [list(backups.back_up(folder, take=[path])["lost"]) for _ in range(2)]

    assert taken == [[path], [path]]
    assert problems(folder) == []
    assert PRIVATE.open(certificate.file.name).read() == CONTENT


def test_what_no_row_names_is_not_taken_and_stays(folder, certificate):
    path = f"private/{certificate.file.name}"
    type(certificate).objects.filter(pk=certificate.pk).update(file="")

    with pytest.raises(CommandError, match="no row names that"):
        call_command("back_up", folder, take=[path], count=True)

    assert (folder / "files" / path).read_bytes() == CONTENT
    assert path in backups.back_up(folder, count=True)["gone"]


def test_a_broken_copy_of_a_deleted_file_is_told_until_it_is_back(folder, certificate):
    copy = folder / "files" / "private" / certificate.file.name
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    backups.back_up(folder)
    copy.unlink()
    told = [list(backups.back_up(folder, count=True)["broken_copies"]) for _ in range(2)]

    copy.write_bytes(CONTENT)

    assert told == [[f"private/{certificate.file.name}"]] * 2
    assert backups.back_up(folder)["broken_copies"] == {}


def test_a_flipped_file_is_told_until_it_is_back_also_once_its_copy_is(folder, certificate):
    path = f"private/{certificate.file.name}"
    store(certificate.file.name, b"#" + CONTENT[1:])
    cut(folder / "files" / path)
    backups.back_up(folder, count=True)
    (folder / "files" / path).write_bytes(CONTENT)

    told = [list(backups.back_up(folder)["damaged"]) for _ in range(2)]
    store(certificate.file.name, CONTENT)

    assert told == [[path], [path]]
    assert backups.back_up(folder)["damaged"] == {}


def test_copies_whose_list_is_lost_are_listed_and_not_replaced(folder):
    document, same = a_document(b"first words"), a_document(b"same words")
    path = f"default/{document.file.name}"
    backups.back_up(folder)
    shutil.rmtree(folder / "manifests")
    store(document.file.name, b"FIRST words", default_storage)

    told = [backups.back_up(folder) for _ in range(2)]

    assert [list(one["damaged"]) for one in told] == [[path], [path]]
    assert (folder / "files" / path).read_bytes() == b"first words"
    assert f"default/{same.file.name}" in backup_reading.read_backup(folder).sums
