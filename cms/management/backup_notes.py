"""What the operator's page and the metrics read of backups: a file of the site, `BACKUPS_FILE`, with the
last of each kind.
"""

import datetime
import fcntl
import json
import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

logger = logging.getLogger(__name__)


def write_whole(path: Path, text: str) -> None:
    """Who reads at the same time finds the old text or the new one."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text)
    part.replace(path)


def last_good_backup() -> str | None:
    """When the last backup ended well (ISO 8601), if one did."""
    return _noted().get("last_good_backup", {}).get("at")


def note_backup(entry: dict[str, Any]) -> None:
    """Write down the last backup and, apart from it, when the last one ended well: one that fails
    takes the place of the former alone.
    """
    entry = {"at": timezone.now().isoformat()} | entry
    note("last_backup", entry)
    if entry["is_fine"]:
        note("last_good_backup", {"at": entry["at"]})


def note_database_backup() -> None:
    """Write down when pgBackRest last ended a backup of the database without an error, and what is
    wrong with the newest one or the repository, where its file says so.

    The file has pgBackRest's JSON, and behind it how the unit ended, in systemd's word: a backup
    that failed leaves nothing in the repository. One in which damaged pages are found ends with 0
    all the same (2.55): its `error` counts.
    """
    kind, path = "last_database_backup", Path(settings.DATABASE_BACKUPS_FILE)
    try:
        text = path.read_text()
    except OSError as error:
        logger.warning(
            "when the database was last backed up isn't known: %s: %s", path, error.strerror
        )
        return
    try:
        told, end = json.JSONDecoder().raw_decode(text)
        ended = text[end:].strip()
        made = sorted(
            (one["timestamp"]["stop"], one["label"], bool(one["error"]))
            for stanza in told
            for one in stanza["backup"]
        )
        problems = [
            f"pgBackRest, stanza {stanza['name']}: {stanza['status']['message']}"
            for stanza in told
            if stanza["status"]["code"]
        ]
    except (ValueError, KeyError, TypeError):
        problem = f"what pgBackRest says in {path} isn't understood"
        logger.error("backup of the database: %s", problem)
        last_good = {key: at for key, at in _noted().get(kind, {}).items() if key == "at"}
        note(kind, {"is_fine": False, "error": problem} | last_good)
        return
    if ended not in ("", "success"):
        problems.append(f"pgBackRest's last run failed ({ended}); the unit's log says why")
    if made and made[-1][2]:
        problems.append(f"pgBackRest found damaged pages of the database in {made[-1][1]}")
    entry: dict[str, Any] = {"is_fine": not problems, "error": "; ".join(problems)}
    if good := [stop for stop, _label, has_error in made if not has_error]:
        entry["at"] = datetime.datetime.fromtimestamp(good[-1], datetime.UTC).isoformat()
    for problem in problems:
        logger.error("backup of the database: %s", problem)
    note(kind, entry)


def note(kind: str, entry: dict[str, Any]) -> None:
    """Write down the last backup or rehearsal for the operator's page. Holds a lock on the file's
    folder meanwhile: a backup and a rehearsal may end at the same time.
    """
    path = Path(settings.BACKUPS_FILE)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        write_whole(path, json.dumps(_noted() | {kind: entry}, indent=1, ensure_ascii=False))
    finally:
        os.close(folder)


def _noted() -> dict[str, Any]:
    try:
        entries = json.loads(Path(settings.BACKUPS_FILE).read_text())
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}
