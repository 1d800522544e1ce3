"""What goes from a backup's folder: copies, lists and manifests that are old, and what a run that broke off left."""

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from cms.management import backup_reading, backups, copies
from cms.management.stored_files import beside, copy_from
from tests.factories.backups import CONTENT, a_document
from tests.rules.test_backups_are_checked import DAY

pytestmark = pytest.mark.django_db


def test_a_list_half_written_on_a_full_disk_leaves_the_manifest_before(folder, certificate):
    backups.back_up(folder)
    (folder / "lists" / "99990101T000000.000000Z.sha256.part").write_text("")

    backups.back_up(folder)
    newest = backup_reading.manifests_in(folder)[-1]
    newest.unlink()

    assert not list(folder.glob("lists/*.part"))
    assert backup_reading.read_backup(folder).sums


def test_folders_of_copies_go_with_the_last_copy(folder, certificate):
    now, document = timezone.now(), a_document(b"first words")
    backups.back_up(folder, now=now)
    document.delete()
    backups.back_up(folder, now=now)

    for days in (34, 36):
        backups.back_up(folder, now=now + days * DAY)

    assert not (folder / "files" / "default").exists()


def test_what_broken_runs_left_among_manifests_goes(folder):
    for name in ("20200101T000000.000000Z.json.sha256", "20200101T000000.000000Z.json.part"):
        (folder / "manifests" / name).write_text("")

    backups.back_up(folder)

    assert len(list((folder / "manifests").iterdir())) == 4


def test_a_copy_that_no_list_has_is_deleted_once_no_row_names_it(tmp_path, certificate):
    path = f"private/{certificate.file.name}"
    copy = tmp_path / "backup" / "files" / path
    # given a run that broke off after copying, and another in the middle of a file
    copy_from(storages["private"], certificate.file.name, copy)
    part = beside(copy, "part")
    part.write_bytes(CONTENT[:3])

    backups.back_up(tmp_path / "backup")
    assert copy.exists()
    assert not part.exists()

    copy_of_another = copy.with_name("another.pdf")
    copy_of_another.write_bytes(CONTENT)
    backups.back_up(tmp_path / "backup", count=True)
    assert copy.exists()
    assert not copy_of_another.exists()


def test_old_manifests_and_lists_go(folder):
    now = timezone.now()

    for days in (33, 34, 35, 36):
        backups.back_up(folder, now=now + days * DAY)

    # The folder's first manifest is older than 35 days by then; lists are of two days.
    assert len(backup_reading.manifests_in(folder)) == 4
    assert len(list(folder.glob("manifests/*.json.sha256"))) == 4
    assert len(list(folder.glob("lists/*"))) == 3


def test_old_copies_go_before_new_ones_come(folder, certificate, monkeypatch):
    """Their room may be what a full disk lacks."""
    now, copy = timezone.now(), folder / "files" / "private" / certificate.file.name
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    for days in (0, 34):
        backups.back_up(folder, now=now + days * DAY)
    a_document(b"first words")
    was_there = []
    monkeypatch.setattr(
        copies,
        "copy_from",
        lambda *args: was_there.append(copy.exists()) or copy_from(*args),
    )

    manifest = backups.back_up(folder, now=now + 36 * DAY)

    assert (was_there, manifest["gone"], manifest["copied"]) == ([False], {}, 1)


@pytest.mark.parametrize("look", [{"count": True}, {"count": False, "verify": True}])
def test_a_copy_in_no_list_stays_while_a_row_names_its_file(tmp_path, certificate, look):
    """Of a run that broke off, of a file that is lost since and one of no row."""
    copy = tmp_path / "backup" / "files" / "private" / certificate.file.name
    copy_from(storages["private"], certificate.file.name, copy)
    copy_of_another = copy.with_name("another.pdf")
    copy_of_another.write_bytes(CONTENT)
    storages["private"].delete(certificate.file.name)

    backups.back_up(tmp_path / "backup", **look)

    assert (copy.exists(), copy_of_another.exists()) == (True, False)


def test_the_last_copy_stays_while_it_can_not_be_read_and_is_in_no_list(
    tmp_path, certificate, monkeypatch
):
    copy = tmp_path / "backup" / "files" / "private" / certificate.file.name
    copy_from(storages["private"], certificate.file.name, copy)
    storages["private"].delete(certificate.file.name)

    def refused(path):
        raise PermissionError

    monkeypatch.setattr(copies, "sum_of_file", refused)
    backups.back_up(tmp_path / "backup", count=True)

    assert copy.read_bytes() == CONTENT
