"""What a rehearsal of a restore counts as lost, and which ones alerts hear of."""

import datetime
import errno
import json
import os
import shutil
import sys
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cms.management import backup_notes, backup_reading, backups, clusters, restoring
from cms.management.backup_reading import BackupBroken
from cms.operations import queries
from tests.factories.backups import CONTENT
from tests.factories.certificates import certificate_of
from tests.rules.test_backups_are_checked import flip_a_byte

pytestmark = pytest.mark.django_db


def test_a_rehearsal_counts_a_file_that_is_newer_than_the_copies_and_names_one_lost_before(
    folder, certificate
):
    # given a file that was lost before the last copy, and one written after it
    lost = certificate_of()
    lost.file.save("lost.pdf", ContentFile(CONTENT))
    storages["private"].delete(lost.file.name)
    backups.back_up(folder)
    newer = certificate_of()
    newer.file.save("newer.pdf", ContentFile(CONTENT))
    storages["private"].delete(newer.file.name)  # the place of a rehearsal is empty
    moment = datetime.datetime.fromisoformat(backup_reading.read_backup(folder).manifest["moment"])

    to_the_end = restoring.finish(folder, rehearsal=True)
    for_good = restoring.finish(folder)
    to_the_copies = restoring.finish(folder, restored_to=moment, rehearsal=True)

    [problem] = to_the_end["problems"]
    assert f"training.Certificate {lost.pk} " in problem
    assert problem.endswith("which is in no backup, for it was lost before")
    assert to_the_end["files"]["not_copied_yet"] == 1
    assert "written after the copy of" in restoring.in_words(to_the_end)
    assert "1 (not looked for: " in restoring.in_words(to_the_end)
    for report in (for_good, to_the_copies):
        assert any(
            one == f"lost file: training.Certificate {newer.pk} names private/{newer.file.name},"
            " which is in no backup"
            for one in report["problems"]
        )


def test_a_file_that_the_backup_could_not_read_is_lost_to_a_rehearsal(folder, certificate):
    unreadable = certificate_of()
    unreadable.file.save("broken.pdf", ContentFile(CONTENT))
    place = Path(storages["private"].path(unreadable.file.name))
    place.unlink()
    place.mkdir()
    backups.back_up(folder)
    place.rmdir()

    [problem] = restoring.finish(folder, rehearsal=True)["problems"]

    assert problem.endswith("which is in no backup, for it couldn't be read")


@pytest.mark.parametrize("typed", ["configuration", "folder"])
def test_a_mistyped_rehearsal_is_not_noted(folder, tmp_path, typed):
    words = {
        "config": tmp_path / "no-such.conf",
        "backup": folder if typed == "configuration" else tmp_path / "another",
    }
    backup_notes.note("last_rehearsal", {"at": "2026-11-01T12:00:00+00:00", "is_fine": True})
    told = StringIO()

    with pytest.raises(CommandError, match="Not everything is in order"):
        call_command("restore", str(tmp_path / "place"), stdout=told, **words)

    assert "Not noted as a rehearsal" in told.getvalue()
    assert queries.backups().rehearsal_at == datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def programs(monkeypatch):
    """A folder of programs that stand before the system's, for the user postgres, too."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-rehearsal-"))
    home.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:{os.environ['PATH']}")
    monkeypatch.setattr(clusters, "SECONDS_TO_BEGIN", 0.2)
    yield home
    shutil.rmtree(home)


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def run_restore(folder, programs):
    """Restore with a `pgbackrest` that answers so; returns what was told."""
    config = programs / "pgbackrest.conf"
    config.write_text("[global]\nrepo1-path=/none\n[main]\npg1-path=/none\n")

    def run(verify: str, restored: str, **words) -> str:
        write_program(
            programs / "pgbackrest", f'case "$*" in *verify) {verify};; *) {restored};; esac'
        )
        told = StringIO()
        with pytest.raises(CommandError, match="Not everything is in order"):
            call_command(
                "restore",
                str(programs / "place"),
                stdout=told,
                **{"backup": folder, "config": config} | words,
            )
        return told.getvalue()

    return run


@pytest.fixture
def rehearse(run_restore):
    """A rehearsal; returns what was told, and whether it was noted."""
    backup_notes.note("last_rehearsal", {"at": "2026-11-01T12:00:00+00:00", "is_fine": True})

    def run(verify: str, restored: str, **words) -> tuple[str, bool]:
        told = run_restore(verify, restored, **words)
        assert ("Not noted" in told) == bool(queries.backups().rehearsal_passed)
        return told, not queries.backups().rehearsal_passed

    return run


VERIFIED = "echo status: ok"
NO_SUCH_SET = 'echo "ERROR: [075]: unable to find backup set with stop time less than"; exit 75'
EARLIER = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize("words", [{}, {"at": EARLIER, "label": "20261101-000000F"}])
@pytest.mark.parametrize(
    ("verify", "restore", "problem"),
    [
        ("echo 'ERROR: [041]: unable to open'; exit 41", VERIFIED, "unable to open"),
        ("echo 'WARN: checksum invalid: 1'", VERIFIED, "repository broken"),
        (VERIFIED, "echo 'ERROR: [025]: No space left on device'; exit 25", "No space left"),
        (VERIFIED, "true", "PG_VERSION"),  # nothing was restored
    ],
    ids=["the passphrase is lost", "damaged", "the disk is full", "no cluster"],
)
def test_a_rehearsal_that_can_not_be_done_is_noted(rehearse, verify, restore, problem, words):
    """Whatever moment was chosen: the site's page said *in order* for a hundred days."""
    told, is_noted = rehearse(verify, restore, **words)

    assert is_noted
    assert problem in told


@pytest.mark.parametrize(
    ("words", "is_typed"),
    [({}, False), ({"at": "end"}, False), ({"at": EARLIER}, True), ({"label": "x"}, True)],
)
def test_a_moment_that_no_backup_has_is_noted_unless_it_was_typed(rehearse, words, is_typed):
    told, is_noted = rehearse(VERIFIED, NO_SUCH_SET, **words)

    assert "unable to find backup set" in told
    assert is_noted != is_typed


FORKED = "target timeline 1 forked from backup timeline 2, which is before backup lsn"
NOT_REACHED = "FATAL:  recovery ended before configured recovery target was reached"
OF_ANOTHER_RELEASE = "The restored database is of another release than this code"


def refusal_of_another_release(folder) -> str:
    migrations = MigrationRecorder(connection)
    migrations.record_applied("training", "9999_of_another_release")
    with pytest.raises(BackupBroken) as refused:
        restoring.finish(folder)
    migrations.record_unapplied("training", "9999_of_another_release")
    return str(refused.value)


@pytest.fixture
def restored_cluster(folder, programs, monkeypatch):
    """Writes the programs of a restored cluster and of its site, which is of another release; returns
    how pgBackRest makes its data folder. Without `opens` it ends at once, with that line in its log.
    """

    def write(data: Path, *, opens: bool) -> str:
        ends = f'echo "{NOT_REACHED}" >"$4"'
        begins = 'touch "$2/postmaster.pid"' if opens else ends
        write_program(
            programs / "pg_ctl", f'case "$*" in *stop) rm "$2/postmaster.pid";; *) {begins};; esac'
        )
        write_program(
            programs / "psql",
            'case "$*" in *in_recovery*) echo f;; *file_settings*) echo primary_conninfo;; esac',
        )
        refusal = programs / "refusal"
        refusal.write_text(f"CommandError: {refusal_of_another_release(folder)}\n")
        write_program(programs / "python", f"cat {refusal}; exit 1")
        monkeypatch.setattr(sys, "executable", str(programs / "python"))
        return f"echo 0 >{data}/PG_VERSION"  # of a version that isn't installed

    return write


@pytest.mark.parametrize("words", [{"at": EARLIER}, {}], ids=["typed", "not typed"])
@pytest.mark.parametrize("wrong", ["timeline", "target", "release"])
def test_a_moment_that_the_backups_lead_past_is_noted_unless_it_was_typed(
    rehearse, restored_cluster, programs, wrong, words
):
    restored = restored_cluster(programs / "place" / "postgres", opens=wrong == "release")
    if wrong == "timeline":
        restored = f"echo 'ERROR: [058]: {FORKED}'; exit 58"

    told, is_noted = rehearse(VERIFIED, restored, **words)

    sentences = {"timeline": FORKED, "target": NOT_REACHED, "release": OF_ANOTHER_RELEASE}
    assert sentences[wrong] in told
    assert is_noted == (not words)


def test_a_report_names_what_was_reset_before_the_site_was_refused(
    run_restore, restored_cluster, programs
):
    """The data folder stays, without the setting, and finish_restore by hand knows nothing of it."""
    data = programs / "17" / "main"
    restored = restored_cluster(data, opens=True)

    told = run_restore(VERIFIED, restored, for_good=data)

    assert OF_ANOTHER_RELEASE in told
    assert "Settings of the lost server that were reset: primary_conninfo." in told
    [kept] = (settings.VAR_DIR / "rehearsals").glob("*.json")
    assert json.loads(kept.read_text())["cluster"]["reset"] == ["primary_conninfo"]


@pytest.mark.parametrize("full", [OSError(errno.ENOSPC, "No space left on device"), None])
@pytest.mark.parametrize("name", ["place", "postgres"])
def test_a_folder_that_finds_no_room_is_noted_and_one_below_a_file_is_not(
    rehearse, programs, monkeypatch, full, name
):
    known = os.mkdir
    parent = programs if name == "place" else programs / "place"

    def mkdir(path, *args, **kwargs):
        if path == name:
            raise full or NotADirectoryError(errno.ENOTDIR, "Not a directory")
        return known(path, *args, **kwargs)

    monkeypatch.setattr(os, "mkdir", mkdir)

    told, is_noted = rehearse(VERIFIED, "true")

    assert not (parent / name).exists()
    assert ("No space left on device" in told, is_noted) == (bool(full), bool(full))


def test_a_mistyped_stanza_is_not_noted(rehearse):
    told, is_noted = rehearse(VERIFIED, "true", stanza="mian")

    assert not is_noted
    assert "has no [mian]" in told


def test_a_backup_folder_of_the_settings_that_is_away_is_noted(rehearse, settings, tmp_path):
    """Nobody typed it: its disk isn't mounted."""
    settings.BACKUP_FOLDER = str(tmp_path / "away")

    told, is_noted = rehearse(VERIFIED, "true", backup=None)

    assert is_noted
    assert "has no manifest" in told


def test_what_the_system_refuses_during_a_rehearsal_is_told_and_noted(rehearse, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/none")

    told, is_noted = rehearse(VERIFIED, "true")

    assert is_noted
    assert "The restore broke off: [Errno 2]" in told


def test_a_rehearsal_that_finds_a_damaged_backup_is_noted(folder, tmp_path):
    flip_a_byte(*folder.glob("lists/*.sha256"))

    with pytest.raises(CommandError, match="Not everything is in order"):
        call_command("restore", str(tmp_path / "place"), backup=folder, stdout=StringIO())

    entry = json.loads(settings.BACKUPS_FILE.read_text())["last_rehearsal"]
    assert not entry["is_fine"]


def test_a_report_tells_all_times_on_one_clock():
    report = {
        "made_at": "2026-11-30T21:00:00.123456+00:00",
        "is_fine": True,
        "restored_to": "2026-11-30T20:00:00+00:00",
        "cluster": {"seconds": 3, "last_transaction": "2026-11-30 14:59:00.25-05"},
        "problems": [],
    }

    text = restoring.in_words(report)
    assert "All times: Europe/Paris" in text
    assert "Restore of 2026-11-30 22:00:00+01:00: in order" in text
    assert "restored to 2026-11-30 21:00:00+01:00 in" in text
    assert "Last transaction in it: 2026-11-30 20:59:00+01:00" in text

    report["cluster"]["last_transaction"] = ""
    report["restored_to"] = "the end of the archive"
    text = restoring.in_words(report)
    assert "Last transaction in it: none after the backup" in text
    assert "restored to the end of the archive" in text


@pytest.mark.parametrize("which", ["place", "for_good"])
def test_a_restore_into_a_file_is_refused_in_a_sentence(folder, tmp_path, which):
    file = tmp_path / "file"
    file.write_text("mine")
    words = {"place": tmp_path / "place", "for_good": tmp_path / "postgres"} | {which: file}

    with pytest.raises(CommandError, match="is a file, no folder"):
        call_command("restore", words["place"], backup=folder, for_good=words["for_good"])
    assert file.read_text() == "mine"
