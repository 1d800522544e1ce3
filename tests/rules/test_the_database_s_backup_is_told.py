"""What pgBackRest and its unit leave tells how the last backup of the database ended."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

from cms.operations import queries

pytestmark = pytest.mark.django_db


def told_by_pgbackrest(*backups, code=0, message="ok"):
    """What `pgbackrest --output=json info` says (2.55), in short: days of 1970, with an error or not."""
    made = [
        {"label": f"day{day}", "timestamp": {"stop": day * 86400 - 86400}, "error": has_error}
        for day, has_error in backups
    ]
    status = {"code": code, "message": message}
    return json.dumps([{"name": "main", "backup": made, "status": status}])


@pytest.mark.parametrize(
    ("text", "day", "failed", "words"),
    [
        (told_by_pgbackrest((2, False), (3, False)), 3, False, ""),
        (told_by_pgbackrest((2, False), (3, True)), 2, True, "found damaged pages"),
        (told_by_pgbackrest((2, True), (3, False)), 3, False, ""),
        (told_by_pgbackrest((2, True)), None, True, "in day2"),
        (told_by_pgbackrest(code=2, message="no valid backups"), None, True, "no valid backups"),
        (told_by_pgbackrest((2, False)) + "\n success\n", 2, False, ""),
        (told_by_pgbackrest((2, False)) + " exit-code\n", 2, True, "last run failed (exit-code)"),
        ("null\n success\n", None, True, "isn't understood"),
        ("", None, True, "isn't understood"),
    ],
    ids=[
        "two",
        "the newest damaged",
        "an older damaged",
        "all damaged",
        "none",
        "the unit ended well",
        "the unit failed",
        "not asked",
        "not JSON",
    ],
)
def test_the_last_backup_of_the_database_without_an_error_is_told(
    folder, settings, tmp_path, text, day, failed, words
):
    settings.DATABASE_BACKUPS_FILE = tmp_path / "info.json"
    settings.DATABASE_BACKUPS_FILE.write_text(text)

    call_command("back_up", folder)

    found = queries.backups()
    at = found.database_at
    assert (at and (at.year, at.month, at.day)) == (day and (1970, 1, day))
    assert found.database_failed is failed
    assert words in found.database_failed_words


@pytest.mark.parametrize(
    ("ended", "asked", "failed"),
    [
        ("success", 0, False),
        ("exit-code", 0, True),
        ("timeout", 0, True),
        ("signal", 0, True),
        ("success", 1, True),
    ],
    ids=["well", "it failed", "it took too long", "it was killed", "pgBackRest can't be asked"],
)
def test_what_the_unit_leaves_tells_how_the_backup_ended(
    folder, settings, tmp_path, ended, asked, failed
):
    """The night's failure is told with the next hour's `back_up`, not once the last one is old."""
    unit = Path(settings.BASE_DIR) / "deploy" / "backup" / "passerelle-database@.service"
    [command] = re.findall(r"^ExecStopPost=/bin/sh -c '(.*)'$", unit.read_text(), re.MULTILINE)
    pgbackrest = tmp_path / "pgbackrest"
    pgbackrest.write_text(
        f"#!/bin/sh\n[ {asked} = 0 ] && echo '{told_by_pgbackrest((2, False))}'\nexit {asked}\n"
    )
    pgbackrest.chmod(0o755)
    settings.DATABASE_BACKUPS_FILE = tmp_path / "info.json"

    subprocess.run(
        [
            "/bin/sh",
            "-c",
            command.replace("/var/lib/passerelle-database", str(tmp_path)).replace("$$", "$"),
        ],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SERVICE_RESULT": ended},
        check=True,
    )
    call_command("back_up", folder)

    assert queries.backups().database_failed is failed


def test_a_file_that_is_not_understood_keeps_the_date_of_the_last_good_backup(
    folder, settings, tmp_path
):
    settings.DATABASE_BACKUPS_FILE = tmp_path / "info.json"
    for text in (told_by_pgbackrest((2, False)), "null"):
        settings.DATABASE_BACKUPS_FILE.write_text(text)
        call_command("back_up", folder)

    assert queries.backups().database_at.day == 2
    assert queries.backups().database_failed
