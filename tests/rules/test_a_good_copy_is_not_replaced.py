"""A copy of a backup is replaced by nothing but bytes that its list or its row knows, and what is damaged
is told by each run until somebody has seen to it.
"""

import errno
import hashlib
import shutil
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from wagtail.documents import get_document_model

from cms.management import (
    backup_reading,
    backups,
    bringing_back,
    restoring,
    stored_files,
)
from tests.factories.backups import CONTENT
from tests.factories.certificates import certificate_of
from tests.rules.test_backups_are_checked import DAY

pytestmark = pytest.mark.django_db
PRIVATE = storages["private"]


def store(name: str, content: bytes, storage=PRIVATE) -> None:
    storage.delete(name)
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


def test_a_copy_of_an_earlier_file_of_that_name_is_told_and_made_anew_by_verify(folder):
    """Earlier releases gave names of pages' files again."""
    document = a_document(b"first words")
    path = f"default/{document.file.name}"
    backups.back_up(folder)
    store(document.file.name, b"other words", default_storage)
    document.file_hash = hashlib.sha1(b"other words", usedforsecurity=False).hexdigest()
    document.save()
    default_storage.delete(document.file.name)
    assert "other bytes than the row" in problems(folder)[0]  # brought back from the copy
    store(document.file.name, b"other words", default_storage)

    call_command("back_up", folder, verify=True)

    assert (folder / "files" / path).read_bytes() == b"other words"
    assert problems(folder) == []


def test_a_row_s_wrong_sha_1_alone_is_no_damage(folder):
    """It chooses between two, as Wagtail writes it for forms alone."""
    a_document(b"first words", file_hash="0" * 40)
    backups.back_up(folder)

    manifest = backups.back_up(folder, verify=True)

    assert (manifest["damaged"], manifest["mended"]) == ({}, {})


def in_place_of(copy: Path, what: str) -> None:
    copy.unlink()
    if what == "link":
        copy.symlink_to(copy.name)  # to itself
    else:
        copy.mkdir()
        (copy / "something").write_text("")


@pytest.mark.parametrize("what", ["link", "folder"])
def test_one_copy_that_can_not_be_read_keeps_no_other_from_being_brought_back(
    folder, certificate, what
):
    other = certificate_of()
    other.file.save("other.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    for one in (certificate, other):
        PRIVATE.delete(one.file.name)
    in_place_of(folder / "files" / "private" / certificate.file.name, what)

    [problem] = problems(folder)

    assert f"training.Certificate {certificate.pk} names private/{certificate.file.name}" in problem
    assert PRIVATE.open(other.file.name).read() == CONTENT
    store(certificate.file.name, CONTENT)
    assert list(backups.back_up(folder, count=True)["mended"]) == [
        f"private/{certificate.file.name}"
    ]
    assert problems(folder) == []


def test_a_stored_folder_in_place_of_a_file_keeps_no_other_from_being_looked_at(
    folder, certificate
):
    other = certificate_of()
    other.file.save("zz.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    PRIVATE.delete(certificate.file.name)
    PRIVATE.delete(other.file.name)
    Path(PRIVATE.path(certificate.file.name)).mkdir()

    [problem] = problems(folder)

    assert problem.startswith("unreadable file or copy: ")
    assert PRIVATE.exists(other.file.name)
    Path(PRIVATE.path(certificate.file.name)).rmdir()


def test_a_look_that_can_read_nothing_ends_and_says_so(folder, certificate, monkeypatch):
    monkeypatch.setattr(bringing_back, "UNREADABLE_IN_A_ROW", 1)
    other = certificate_of()
    other.file.save("other.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    PRIVATE.delete(certificate.file.name)
    Path(PRIVATE.path(certificate.file.name)).mkdir()

    assert problems(folder)[-1].endswith("is their storage away, or the disk of backups?")
    Path(PRIVATE.path(certificate.file.name)).rmdir()


def test_a_list_half_written_on_a_full_disk_leaves_the_manifest_before(folder, certificate):
    backups.back_up(folder)
    (folder / "lists" / "99990101T000000.000000Z.sha256.part").write_text("")

    backups.back_up(folder)
    newest = backup_reading.manifests_in(folder)[-1]
    newest.unlink()

    assert len(list((folder / "lists").iterdir())) == 2
    assert backup_reading.read_backup(folder).sums


def test_folders_of_copies_go_with_the_last_copy(folder, certificate):
    now, document = timezone.now(), a_document(b"first words")
    backups.back_up(folder, now=now)
    document.delete()
    backups.back_up(folder, now=now)

    for days in (34, 36):
        backups.back_up(folder, now=now + days * DAY)

    assert not (folder / "files" / "default").exists()


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


def test_unreadable_files_between_others_end_no_look(folder, certificate, monkeypatch):
    monkeypatch.setattr(bringing_back, "UNREADABLE_IN_A_ROW", 2)
    sound, broken = certificate_of(), certificate_of()
    sound.file.save("sound.pdf", ContentFile(CONTENT))
    broken.file.save("broken.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    for one in (certificate, broken):
        PRIVATE.delete(one.file.name)
        Path(PRIVATE.path(one.file.name)).mkdir()

    told = problems(folder)

    assert [one.partition(":")[0] for one in told] == ["unreadable file or copy"] * 2
    for one in (certificate, broken):
        Path(PRIVATE.path(one.file.name)).rmdir()


def test_a_name_as_long_as_a_disk_takes_is_copied_and_made_anew(folder):
    name = "documents/x/" + "𐆐" * 62 + ".txt"  # 252 bytes
    default_storage.save(name, ContentFile(b"first words"))
    get_document_model().objects.create(title="Plan", file=name)
    backups.back_up(folder)
    copy = folder / "files" / "default" / name
    cut(copy)

    assert list(backups.back_up(folder, count=True)["mended"]) == [f"default/{name}"]
    assert copy.read_bytes() == b"first words"
    default_storage.delete(name)


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


def test_a_copy_whose_place_is_a_folder_is_made_anew_by_taking_its_file(folder):
    document = a_document(b"first words")
    path = f"default/{document.file.name}"
    backups.back_up(folder)
    in_place_of(folder / "files" / path, "folder")

    call_command("back_up", folder, take=[path])

    assert (folder / "files" / path).read_bytes() == b"first words"


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

    assert problems(folder) == []
    assert PRIVATE.open(certificate.file.name).read() == CONTENT


@pytest.mark.parametrize("where", ["copy", "folder"])
def test_a_copy_that_can_not_be_deleted_stops_no_later_run(folder, certificate, where):
    now, copy = timezone.now(), folder / "files" / "private" / certificate.file.name
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    backups.back_up(folder, now=now)
    copy.unlink()
    if where == "copy":
        copy.mkdir()
    else:
        copy.parent.rmdir()
        copy.parent.write_text("")

    manifest = [backups.back_up(folder, now=now + days * DAY) for days in (34, 36)][-1]

    assert (manifest["gone"], manifest["broken_copies"]) == ({}, {})


def test_a_folder_that_became_a_file_keeps_no_other_from_being_copied(folder, certificate):
    copy = folder / "files" / "private" / certificate.file.name
    copy.unlink()
    copy.parent.rmdir()
    copy.parent.write_text("")
    document = a_document(b"first words")

    manifest = backups.back_up(folder, count=True)

    assert list(manifest["unreadable"]) == [f"private/{certificate.file.name}"]
    assert f"default/{document.file.name}" in backup_reading.read_backup(folder).sums


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


def test_a_link_that_leads_nowhere_is_no_lost_file(folder, certificate):
    PRIVATE.delete(certificate.file.name)
    place = Path(PRIVATE.path(certificate.file.name))
    place.symlink_to("nowhere")

    [problem] = problems(folder)

    assert "a link that leads nowhere: move it away" in problem
    place.unlink()
    assert problems(folder) == []


def test_what_broken_runs_left_among_manifests_goes(folder):
    for name in ("20200101T000000.000000Z.json.sha256", "20200101T000000.000000Z.json.part"):
        (folder / "manifests" / name).write_text("")

    backups.back_up(folder)

    assert len(list((folder / "manifests").iterdir())) == 4
