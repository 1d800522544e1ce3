"""What a rehearsal of a restore counts as lost, and which ones alerts hear of."""

import datetime
import json
import os
import shutil
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError

from cms.management import backup_notes, backup_reading, backups, clusters, restoring
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
def rehearse(folder, monkeypatch):
    """A rehearsal with a `pgbackrest` that answers so; returns what was told, and whether it was noted."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-rehearsal-"))
    home.chmod(0o755)  # the user postgres runs it
    config, program = home / "pgbackrest.conf", home / "pgbackrest"
    config.write_text("[global]\nrepo1-path=/none\n[main]\npg1-path=/none\n")
    monkeypatch.setenv("PATH", f"{home}:{os.environ['PATH']}")
    monkeypatch.setattr(clusters, "SECONDS_TO_BEGIN", 0.2)
    backup_notes.note("last_rehearsal", {"at": "2026-11-01T12:00:00+00:00", "is_fine": True})

    def run(verify: str, restore: str, **words) -> tuple[str, bool]:
        program.write_text(f'#!/bin/sh\ncase "$*" in *verify) {verify};; *) {restore};; esac\n')
        program.chmod(0o755)
        told = StringIO()
        with pytest.raises(CommandError, match="Not everything is in order"):
            call_command(
                "restore",
                str(home / "place"),
                stdout=told,
                **{"backup": folder, "config": config} | words,
            )
        assert ("Not noted" in told.getvalue()) == bool(queries.backups().rehearsal_passed)
        return told.getvalue(), not queries.backups().rehearsal_passed

    yield run
    shutil.rmtree(home)


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
        "made_at": "2026-11-30T21:00:00+00:00",
        "is_fine": True,
        "restored_to": "2026-11-30T20:00:00+00:00",
        "cluster": {"seconds": 3, "last_transaction": "2026-11-30 14:59:00.25-05"},
        "problems": [],
    }

    text = restoring.in_words(report)
    assert "All times: Europe/Paris" in text
    assert "Restore of 2026-11-30 22:00:00+01:00: in order" in text
    assert "restored to 2026-11-30 21:00:00+01:00 in" in text
    assert "Last transaction in it: 2026-11-30 20:59:00.250000+01:00" in text

    report["cluster"]["last_transaction"] = ""
    report["restored_to"] = "the end of the archive"
    text = restoring.in_words(report)
    assert "Last transaction in it: none after the backup" in text
    assert "restored to the end of the archive" in text
