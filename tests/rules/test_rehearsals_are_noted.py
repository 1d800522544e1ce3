"""What a rehearsal of a restore counts as lost, and which ones alerts hear of."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError

from cms.management import backup_notes, backups, restoring
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
    moment = datetime.datetime.fromisoformat(backups.read_backup(folder).manifest["moment"])

    to_the_end = restoring.finish(folder, rehearsal=True)
    for_good = restoring.finish(folder)
    to_the_copies = restoring.finish(folder, restored_to=moment, rehearsal=True)

    [problem] = to_the_end["problems"]
    assert f"training.Certificate {lost.pk} " in problem
    assert problem.endswith("which is in no backup, for it was lost before")
    assert to_the_end["files"]["not_copied_yet"] == 1
    assert "written after the copy of" in restoring.in_words(to_the_end)
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
