"""Backups after a run whose machine's clock was wrong: nothing that is kept for 35 days goes early, and the
runs that follow count.
"""

import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from cms.management import backup_reading, backups, restoring
from cms.management.backup_reading import BackupBroken
from tests.factories.backups import CONTENT
from tests.factories.certificates import certificate_of
from tests.rules.test_backups_are_checked import DAY

pytestmark = pytest.mark.django_db
PRIVATE = storages["private"]
HOUR = datetime.timedelta(hours=1)


def manifests(folder: Path) -> set[Path]:
    return set(backup_reading.manifests_in(folder))


def move_away(manifest: Path) -> None:
    for path in (manifest, manifest.with_name(f"{manifest.name}.sha256")):
        path.rename(path.parents[2] / path.name)


@pytest.mark.parametrize("days", [3, 20, 34, 400])
def test_a_clock_far_ahead_for_some_hours_deletes_nothing(folder, certificate, days):
    now = timezone.now() + 34 * DAY
    copy = folder / "files" / "private" / certificate.file.name
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    for day in range(33, 0, -1):  # no row names the copy
        backups.back_up(folder, count=False, now=now - day * DAY)
    backups.back_up(folder, now=now + HOUR)
    made = manifests(folder)

    for hour in range(3):
        backups.back_up(folder, count=False, now=now + days * DAY + hour * HOUR)

    assert copy.exists()
    assert made < manifests(folder)
    for one in manifests(folder) - made:
        move_away(one)
    assert list(backups.back_up(folder, now=now + 2 * HOUR)["gone"]) == [
        f"private/{certificate.file.name}"
    ]


@pytest.mark.parametrize(("runs", "ahead"), [(2, 5), (3, 2), (24, 5)])
def test_several_runs_of_a_clock_some_hours_ahead_can_all_be_moved_away(folder, runs, ahead):
    now = timezone.now() + 31 * HOUR
    for hour in range(30, 0, -1):
        backups.back_up(folder, count=False, now=now - hour * HOUR)
    made = manifests(folder)
    for run in range(runs):
        backups.back_up(folder, count=False, now=now + ahead * HOUR + run * HOUR / 60)

    for one in manifests(folder) - made:
        move_away(one)

    assert backups.back_up(folder, now=now)["lost"] == {}


def test_copies_go_a_day_after_backups_rested_for_long(folder, certificate):
    now, copy = timezone.now(), folder / "files" / "private" / certificate.file.name
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    backups.back_up(folder, now=now)

    backups.back_up(folder, now=now + 60 * DAY)
    assert copy.exists()

    backups.back_up(folder, now=now + 61 * DAY)
    assert not copy.exists()


@pytest.mark.parametrize("ahead", [HOUR, 400 * DAY], ids=["an hour", "400 days"])
def test_a_manifest_of_the_future_is_refused_until_it_is_moved_away(
    folder, certificate, ahead, tmp_path
):
    backups.back_up(folder, now=timezone.now() + ahead)
    late = certificate_of()
    late.file.save("late.pdf", ContentFile(CONTENT))

    with pytest.raises(CommandError, match="Set the clock"):
        call_command("back_up", folder)
    with pytest.raises(CommandError, match="Set the clock"):
        call_command("finish_restore", folder)
    with pytest.raises(BackupBroken, match="Set the clock"):
        backup_reading.read_backup(folder)  # as `restore` does before anything else

    move_away(backup_reading.manifests_in(folder)[-1])
    call_command("back_up", folder)
    PRIVATE.delete(late.file.name)
    assert restoring.finish(folder)["problems"] == []
    assert PRIVATE.open(late.file.name).read() == CONTENT


@pytest.mark.parametrize("whose", ["the database", "back_up"])
def test_one_clock_that_was_ahead_is_enough_to_refuse(folder, whose):
    """A manifest's moment is the database's, its name that of the machine that made it."""
    [path] = backup_reading.manifests_in(folder)
    ahead, manifest = timezone.now() + HOUR, backup_reading.read_manifest(path)
    if whose == "the database":
        backups._write_manifest(folder, path.name, manifest | {"moment": ahead.isoformat()})
    else:
        backups._write_manifest(folder, f"{backup_reading.stamp(ahead)}.json", manifest)

    with pytest.raises(BackupBroken, match="Set the clock"):
        backups.back_up(folder)


def test_clocks_that_differ_by_minutes_are_no_reason(folder):
    backups.back_up(folder, now=timezone.now() + HOUR / 12)

    assert backups.back_up(folder)["lost"] == {}


def test_the_run_that_came_last_is_restored_where_the_clock_went_back_by_minutes(folder):
    now = timezone.now()
    backups.back_up(folder, now=now + HOUR / 12)
    late = certificate_of()
    late.file.save("late.pdf", ContentFile(CONTENT))

    for minute in range(2):
        backups.back_up(folder, now=now + minute * HOUR / 60)
    PRIVATE.delete(late.file.name)

    assert len(manifests(folder)) == 4
    assert restoring.finish(folder)["problems"] == []
    assert PRIVATE.open(late.file.name).read() == CONTENT
