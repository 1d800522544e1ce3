"""A backup tells of a stored file that is lost after it was copied, until it is back; and of a release
that isn't the one whose rows were counted.
"""

import datetime
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from wagtail.documents import get_document_model

from cms.management import backup_reading, backups, copies, databases
from cms.management.commands.restore import Command
from cms.management.stored_files import stored_bytes
from cms.operations import queries
from tests.factories.backups import CONTENT

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def a_document(content: bytes):
    return get_document_model().objects.create(
        title="Plan", file=ContentFile(content, name="plan-of-the-spring.txt")
    )


def in_storage(certificate, content: bytes) -> None:
    storages["private"].delete(certificate.file.name)
    storages["private"].save(certificate.file.name, ContentFile(content))


def test_a_file_lost_after_its_copy_is_told_once_a_night_and_then_each_hour(folder, certificate):
    path, now = f"private/{certificate.file.name}", timezone.now()
    storages["private"].delete(certificate.file.name)

    lost = [
        list(backups.back_up(folder, now=now + hours * HOUR)["lost"]) for hours in (1, 21, 22, 23)
    ]
    in_storage(certificate, CONTENT)
    found = backups.back_up(folder, now=now + 24 * HOUR)["lost"]

    assert lost == [[], [path], [path], [path]]
    assert found == {}
    assert path in backup_reading.read_backup(folder, now + 24 * HOUR).sums


def test_a_page_s_file_lost_after_its_copy_is_told(folder):
    document, now = a_document(b"first words"), timezone.now()
    backups.back_up(folder, now=now)
    default_storage.delete_now(document.file.name)

    lost = backups.back_up(folder, now=now + 21 * HOUR)["lost"]

    assert list(lost) == [f"default/{document.file.name}"]


def test_the_night_s_look_asks_for_no_file_that_the_lists_of_the_storages_have(folder, monkeypatch):
    """One question for each of a million files takes hours."""
    document, now = a_document(b"first words"), timezone.now()
    backups.back_up(folder, now=now)
    default_storage.delete_now(document.file.name)
    a_document(b"other words")
    backups.back_up(folder, now=now)
    asked = []
    monkeypatch.setattr(
        copies, "stored_bytes", lambda file: asked.append(file.path) or stored_bytes(file)
    )

    backups.back_up(folder, now=now + 21 * HOUR)

    assert set(asked) == {f"default/{document.file.name}"}


def test_a_stored_file_of_another_length_than_its_copy_is_damaged(folder, certificate):
    path = f"private/{certificate.file.name}"
    in_storage(certificate, CONTENT + b"\n")

    with pytest.raises(CommandError, match="not all is in order"):
        call_command("back_up", folder, count=True)

    assert list(backup_reading.read_backup(folder).manifest["damaged"]) == [path]
    assert queries.backups().failed_at is not None
    assert list(backups.back_up(folder)["damaged"]) == [path]  # by each run, until it is mended
    assert (folder / "files" / path).read_bytes() == CONTENT


def test_a_page_s_file_that_replaces_one_of_the_same_name_has_another(folder):
    """Wagtail deletes the first file before it stores the second one."""
    document = a_document(b"first words")
    first = document.file.name
    backups.back_up(folder)
    default_storage.delete_now(first)
    document.file = ContentFile(b"other words", name="plan-of-the-spring.txt")
    document.save()

    manifest = backups.back_up(folder)

    assert document.filename == "plan-of-the-spring.txt"
    assert document.file.name != first
    assert (manifest["copied"], list(manifest["gone"])) == (1, [f"default/{first}"])
    copies = folder / "files" / "default"
    assert (copies / document.file.name).read_bytes() == b"other words"
    assert (copies / first).read_bytes() == b"first words"  # for a restore to the moment before


def test_a_page_s_file_that_is_cut_in_place_does_not_replace_its_copy(folder):
    document, now = a_document(b"first words"), timezone.now()
    backups.back_up(folder, now=now)
    Path(document.file.path).write_bytes(b"")

    manifest = backups.back_up(folder, now=now + 21 * HOUR)

    assert list(manifest["damaged"]) == [f"default/{document.file.name}"]
    copy = folder / "files" / "default" / document.file.name
    assert copy.read_bytes() == b"first words"


def test_a_cut_copy_is_made_anew_by_the_night_s_look(folder, certificate):
    copy, now = folder / "files" / "private" / certificate.file.name, timezone.now()
    copy.write_bytes(CONTENT[:7])

    manifest = backups.back_up(folder, now=now + 21 * HOUR)

    assert (manifest["damaged"], manifest["copied"], copy.read_bytes()) == ({}, 1, CONTENT)


def test_a_file_and_its_copy_that_are_both_cut_are_told(folder, certificate):
    path, now = f"private/{certificate.file.name}", timezone.now()
    (folder / "files" / path).write_bytes(CONTENT[:7])
    in_storage(certificate, CONTENT[:8])

    assert list(backups.back_up(folder, now=now + 21 * HOUR)["damaged"]) == [path]


def test_a_file_that_becomes_unreadable_is_told_by_each_run(folder, certificate):
    path, now = f"private/{certificate.file.name}", timezone.now()
    storages["private"].delete(certificate.file.name)
    Path(storages["private"].path(certificate.file.name)).symlink_to("one.pdf")  # to itself

    told = [list(backups.back_up(folder, now=now + h * HOUR)["unreadable"]) for h in (21, 22)]

    assert told == [[path], [path]]


def test_a_row_that_goes_with_its_file_meanwhile_has_lost_nothing(folder, certificate, monkeypatch):
    found = list(copies.named_files())
    monkeypatch.setattr(copies, "named_files", lambda: iter(found))
    storages["private"].delete(certificate.file.name)
    certificate.delete()

    assert backups.back_up(folder, count=True)["lost"] == {}


def test_a_row_that_names_another_file_by_now_has_lost_nothing(folder, certificate, monkeypatch):
    """As a photo that is taken again: its row goes on, the file of before goes."""
    found = list(copies.named_files())
    monkeypatch.setattr(copies, "named_files", lambda: iter(found))
    storages["private"].delete(certificate.file.name)
    type(certificate).objects.filter(pk=certificate.pk).update(file="certificates/another.pdf")

    assert backups.back_up(folder, count=True)["lost"] == {}


def test_a_lost_copy_of_a_file_that_is_there_is_made_anew(folder, certificate):
    copy = folder / "files" / "private" / certificate.file.name
    copy.unlink()

    manifest = backups.back_up(folder, count=True)

    assert (manifest["lost"], manifest["copied"], copy.read_bytes()) == ({}, 1, CONTENT)


def test_after_an_upgrade_rows_are_counted_at_once(folder):
    now = timezone.now()
    before = backups.back_up(folder, now=now + HOUR)
    MigrationRecorder(connection).record_applied("training", "9999_of_the_next_release")

    after = [backups.back_up(folder, now=now + hours * HOUR) for hours in (2, 3)]

    assert [one["tables"] is None for one in (before, *after)] == [True, False, True]


def test_a_rehearsal_takes_rows_of_its_own_release(folder):
    assert databases.migrations() == databases.migrations_of_code()
    assert Command().newest_moment(folder)

    MigrationRecorder(connection).record_applied("training", "9999_of_another_release")
    backups.back_up(folder, count=True)

    with pytest.raises(backup_reading.WrongChoice, match="is of another release"):
        Command().newest_moment(folder)


def test_without_room_for_the_notes_files_are_copied_all_the_same(settings, tmp_path, certificate):
    settings.BACKUPS_FILE = tmp_path / "away" / "backups.json"
    said = io.StringIO()

    with pytest.raises(CommandError):
        call_command("back_up", tmp_path / "backup", stderr=said)

    assert f"can't be written ({settings.BACKUPS_FILE}): No such file" in said.getvalue()
    copy = tmp_path / "backup" / "files" / "private" / certificate.file.name
    assert copy.read_bytes() == CONTENT
    assert len(backup_reading.manifests_in(tmp_path / "backup")) == 1
