"""A backup that breaks off, finds files it can't read, or finds its disk away."""

import fcntl
import json
import os
import threading
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from cms.management import away, backup_notes, backup_reading, backups, clusters, copies, restoring
from cms.management.commands.restore import ONLY_FOR_GOOD
from cms.management.stored_files import beside
from cms.operations import queries
from cms.register.wagtail_hooks import erase_what_is_over
from tests.factories.backups import CONTENT
from tests.factories.certificates import certificate_of
from tests.factories.effects import ThenDo
from tests.rules.test_backups_are_checked import DAY, flip_a_byte

pytestmark = pytest.mark.django_db


def no_row_names(certificate):
    type(certificate).objects.filter(pk=certificate.pk).update(file="")


def put_folder_in_place_of(certificate):
    """Opening it is an error of the system, as a broken sector is."""
    storage = storages["private"]
    storage.delete(certificate.file.name)
    Path(storage.path(certificate.file.name)).mkdir()


@pytest.fixture
def unreadable(certificate):
    put_folder_in_place_of(certificate)
    yield certificate
    Path(storages["private"].path(certificate.file.name)).rmdir()


def test_a_damaged_copy_of_a_lost_file_stays(folder, certificate):
    """It is the last there is."""
    copy = folder / "files" / "private" / certificate.file.name
    storages["private"].delete(certificate.file.name)
    flip_a_byte(copy)

    made = backups.back_up(folder, verify=True)

    assert list(made["lost"]) == [f"private/{certificate.file.name}"]
    assert copy.exists()


@pytest.mark.parametrize("how", ["flipped", "lost"])
def test_a_damaged_copy_that_no_row_names_is_told_as_long_as_it_is_kept(
    folder, certificate, how, capsys
):
    """A restore to a moment at which a row named it needs it."""
    copy = folder / "files" / "private" / certificate.file.name
    no_row_names(certificate)
    backups.back_up(folder)
    flip_a_byte(copy) if how == "flipped" else copy.unlink()

    for look in ({"verify": how == "flipped", "count": how == "lost"}, {}):
        with pytest.raises(CommandError, match="not all is in order"):
            call_command("back_up", folder, **look)

    assert f"damaged copy: private/{certificate.file.name}, which no row names since" in (
        capsys.readouterr().err
    )
    assert queries.backups().failed_because == (
        "1 copy of a file that no row names any more is damaged or lost",
    )
    later = [backups.back_up(folder, now=timezone.now() + days * DAY) for days in (34, 35, 36)]
    assert later[-1]["broken_copies"] == {}


def test_a_file_that_can_not_be_read_is_named_and_others_are_copied(tmp_path, unreadable, capsys):
    other = certificate_of()
    other.file.save("other.pdf", ContentFile(CONTENT))

    with pytest.raises(CommandError):
        call_command("back_up", tmp_path / "backup")

    path = f"private/{unreadable.file.name}"
    assert f"unreadable file: training.Certificate {unreadable.pk} names {path}" in (
        capsys.readouterr().err
    )
    made = backup_reading.read_backup(tmp_path / "backup")
    assert list(made.sums) == [f"private/{other.file.name}"]
    assert list(made.manifest["unreadable"]) == [path]
    assert not list((tmp_path / "backup").rglob("*.part"))
    assert queries.backups().failed_because == ("1 file can’t be read",)
    storages["private"].delete(other.file.name)


def test_unreadable_files_among_those_that_are_copied_are_not_a_storage_that_is_away(
    tmp_path, unreadable, monkeypatch
):
    monkeypatch.setattr(away, "UNREADABLE_IN_A_ROW", 2)
    for name in ("between.pdf", "another.pdf"):
        certificate_of().file.save(name, ContentFile(CONTENT))
    another = type(unreadable).objects.latest("pk")
    put_folder_in_place_of(another)

    first, hour_later = (backups.back_up(tmp_path / "backup") for _ in range(2))

    assert len(first["unreadable"]) == len(hour_later["unreadable"]) == 2
    Path(storages["private"].path(another.file.name)).rmdir()


def test_a_file_that_can_be_read_by_the_second_look_is_no_unreadable_one(
    tmp_path, certificate, monkeypatch
):
    storage = storages["private"]
    put_folder_in_place_of(certificate)

    def mend():
        Path(storage.path(certificate.file.name)).rmdir()
        storage.save(certificate.file.name, ContentFile(CONTENT))

    monkeypatch.setattr(copies.logger, "handlers", [ThenDo(mend)])

    made = backups.back_up(tmp_path / "backup")

    assert (made["unreadable"], made["copied"]) == ({}, 1)


def test_a_storage_that_is_away_ends_the_backup(tmp_path, unreadable, monkeypatch):
    monkeypatch.setattr(away, "UNREADABLE_IN_A_ROW", 1)

    with pytest.raises(CommandError, match="couldn't be read, the last with: Is a directory"):
        call_command("back_up", tmp_path / "backup")

    assert "UnreadableFile" in queries.backups().failed_words[0]


def test_an_empty_mount_point_is_no_new_backup(folder, tmp_path):
    call_command("back_up", folder)
    good = queries.backups().backup_at
    mount_point = tmp_path / "mount"
    mount_point.mkdir()

    with pytest.raises(CommandError, match="Is its disk mounted"):
        call_command("back_up", mount_point)

    assert list(mount_point.iterdir()) == []
    assert queries.backups().backup_at == good
    assert "Is its disk mounted" in queries.backups().failed_words[0]

    call_command("back_up", mount_point, first=True)
    assert queries.backups().failed_at is None


def test_a_missing_mount_point_is_refused_and_noted(folder, tmp_path):
    call_command("back_up", folder)

    with pytest.raises(CommandError, match="Is its disk mounted"):
        call_command("back_up", tmp_path / "mount" / "files")

    assert not (tmp_path / "mount").exists()
    assert "Is its disk mounted" in queries.backups().failed_words[0]


def test_a_full_disk_of_backups_is_told_in_one_sentence(folder, certificate):
    late = certificate_of()
    late.file.save("late.pdf", ContentFile(CONTENT))
    copy = folder / "files" / "private" / late.file.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    beside(beside(copy, "new"), "part").symlink_to("/dev/full")

    with pytest.raises(CommandError, match=r"broke off.*No space left on device") as told:
        call_command("back_up", folder)

    assert "\n" not in str(told.value)
    assert list(copy.parent.glob("*.part")) == []
    assert queries.backups().failed_words == ("OSError: No space left on device",)
    assert f"private/{late.file.name}" not in backup_reading.read_backup(folder).sums
    storages["private"].delete(late.file.name)


def test_a_list_of_the_erased_that_is_missing_is_begun_by_the_first_backup(
    folder, settings, tmp_path, capsys
):
    """`PASSERELLE_ERASED_FILE` was set to another place since `start_site`."""
    settings.ERASED_FILE = tmp_path / "moved" / "erased.txt"

    call_command("back_up", folder)

    assert settings.ERASED_FILE.read_text() == ""
    assert restoring.finish(folder)["is_fine"]

    settings.ERASED_FILE = tmp_path / "moved" / "erased.txt" / "no folder"
    call_command("back_up", folder)
    assert "The list of the erased can't be written" in capsys.readouterr().err
    assert queries.backups().failed_at is None


def test_a_list_of_the_erased_that_a_restore_missed_is_begun_by_nobody(folder, settings, caplog):
    """Begun from a restored database it would know nobody who was erased since, and look whole."""
    settings.ERASED_FILE.unlink()
    mark = settings.ERASED_FILE.with_name("erased.txt.lost")
    at_noon, at_night = (timezone.now().replace(hour=hour) for hour in (12, 2))

    # a rehearsal says nothing of the database that serves
    [problem] = restoring.finish(folder, rehearsal=True)["problems"]
    assert not mark.exists()

    # given a restore that missed it: neither tick nor backup begin another
    assert restoring.finish(folder)["problems"] == [problem]
    for now in (at_noon, at_night):
        erase_what_is_over(now)
    call_command("back_up", folder)
    assert restoring.finish(folder)["problems"] == [problem]
    assert "isn't back" in caplog.text

    # when it is put back, or given up
    settings.ERASED_FILE.write_text("")
    erase_what_is_over(at_night)
    assert not mark.exists()
    settings.ERASED_FILE.unlink()
    erase_what_is_over(at_noon)
    assert restoring.finish(folder)["is_fine"]


def test_one_backup_at_a_time(folder):
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(CommandError, match="Another back_up is at work"):
            call_command("back_up", folder)


def no_room_for_manifests(part: Path, to: Path) -> None:
    if to.parent.name == "manifests":
        raise OSError("full")
    os.replace(part, to)


def test_a_manifest_has_its_sum_before_it_is_there(folder, monkeypatch):
    """A run that breaks off between the two must not leave a manifest without its sum."""
    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", no_room_for_manifests)
        with pytest.raises(OSError, match="full"):
            backups.back_up(folder)

    assert len(backup_reading.manifests_in(folder)) == 1
    assert len(list(folder.glob("manifests/*.json.sha256"))) == 2
    assert restoring.finish(folder)["is_fine"]


def test_a_file_that_comes_back_during_a_backup_is_not_lost(folder, certificate, monkeypatch):
    no_row_names(certificate)
    late = certificate_of()
    late.file.save("late.pdf", ContentFile(CONTENT))
    storage, name = storages["private"], late.file.name
    storage.delete(name)
    counted = backups.databases.rows_by_table

    def rows_by_table():
        """Between the first pass over the files and the second."""
        storage.save(name, ContentFile(CONTENT))
        return counted()

    monkeypatch.setattr(backups.databases, "rows_by_table", rows_by_table)
    made = backups.back_up(folder, count=True)

    assert made["lost"] == {}
    assert f"private/{name}" in backup_reading.read_backup(folder).sums
    storage.delete(name)


def test_the_key_of_saml_has_a_mark_too(settings, tmp_path):
    key = tmp_path / "saml.key"
    key.write_text("one key")
    settings.SAML_KEYS = [(str(key), ""), ("", "")]
    one = backups.key_marks()
    key.write_text("another key")
    other = backups.key_marks()

    assert "one key" not in str(one)
    assert [name for name in one if one[name] != other[name]] == ["PASSERELLE_SAML_KEY"]


def test_a_copy_for_which_the_storage_takes_another_name_is_not_brought_back(
    folder, certificate, monkeypatch
):
    storage, name = storages["private"], certificate.file.name
    storage.delete(name)
    answers = iter([False])  # the first; then another process stores a file of this name

    known = type(storage).exists

    def exists(storage, name):
        if next(answers, True):
            return known(storage, name)
        Path(storage.path(name)).write_bytes(CONTENT)
        return False

    with monkeypatch.context() as moment:
        moment.setattr(type(storage), "exists", exists)
        [problem] = restoring.finish(folder)["problems"]

    assert "the storage took another name" in problem
    assert len(list(Path(storage.path(name)).parent.glob("one*"))) == 1


def test_backups_json_loses_no_entry_when_two_write(certificate, settings):
    kinds = [f"kind {number}" for number in range(8)]
    threads = [
        threading.Thread(
            target=lambda kind=kind: [backup_notes.note(kind, {"at": str(n)}) for n in range(20)]
        )
        for kind in kinds
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    told = json.loads(settings.BACKUPS_FILE.read_text())
    assert told == {kind: {"at": "19"} for kind in kinds}


def test_a_rehearsal_reaches_no_bucket_and_no_cache_of_the_site():
    """Each setting by which production reaches storage or cache on another machine."""
    settings_text = "".join(
        (Path(backups.settings.BASE_DIR) / "cms" / "settings" / name).read_text()
        for name in ("storage.py", "production.py")
    )
    for name in ("PASSERELLE_S3_BUCKET", "PASSERELLE_S3_PAGES_BUCKET", "PASSERELLE_REDIS"):
        assert f'"{name}"' in settings_text
        assert name in ONLY_FOR_GOOD


def test_a_program_that_is_not_there_is_a_failure_with_its_name():
    """As root, `runuser` says so itself."""
    with pytest.raises(clusters.CommandFailed, match="no-such-program"):
        clusters.as_postgres(["no-such-program"])


@pytest.mark.parametrize("writes_after", [1.5])
def test_a_cluster_that_is_slow_to_begin_is_waited_for(tmp_path, writes_after):
    (tmp_path / "PG_VERSION").write_text("17\n")
    pid = tmp_path / "postmaster.pid"
    cluster = clusters.Cluster(tmp_path, tmp_path, "passerelle")
    began = time.monotonic()

    def begin_and_end():
        time.sleep(writes_after)
        pid.write_text(str(os.getpid()))
        time.sleep(1)
        pid.unlink()

    thread = threading.Thread(target=begin_and_end)
    thread.start()
    with pytest.raises(clusters.CommandFailed, match="didn't open"):
        cluster._wait()
    thread.join()

    assert writes_after + 1 <= time.monotonic() - began < clusters.SECONDS_TO_BEGIN
