"""How the site runs: what waits, what is late, what ran last. Numbers alone, nobody's rows.

The operator's page and the metrics read the same functions.
"""

import datetime
import json
import platform
import sqlite3
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import django
from cryptography import x509
from django.conf import settings
from django.db import connection
from django.db.models import Max, Sum
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from cms.operations.values import (
    BACKUP_WITHIN,
    DATABASE_BACKUP_WITHIN,
    REHEARSAL_WITHIN,
    Backups,
    Figure,
    KeyLine,
    SavedLine,
)
from cms.register.models import ErasedCount
from cms.register.queries import coming_nights
from cms.today.models import Heartbeat
from courses.digest.enums import Hook
from courses.jobs.queries import job_lines, queue_states
from courses.jobs.values import PARIS, Backlog
from courses.launches import storage
from courses.mail.models import Letter
from courses.mail.queries import given_up, mail_delay

DAY = datetime.timedelta(days=1)


def backlogs(now: datetime.datetime) -> list[Backlog]:
    """What waits, as each product says it."""
    return [one for answer in hooks.get_hooks(Hook.BACKLOG) for one in answer(now)]


def tried_in_vain() -> int:
    """Letters that wait for another try."""
    return Letter.objects.waiting().filter(attempts__gt=0).count()


# Retention


def next_erasing(now: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """The night that goes on or comes next: from when to when."""
    ends_at = coming_nights(now)[0]
    return ends_at.astimezone(PARIS).replace(hour=settings.ERASING_HOURS[0]), ends_at


def last_erased() -> tuple[datetime.date, int] | None:
    """The last day on which something was erased because its time was over, and how many rows."""
    day = ErasedCount.objects.aggregate(day=Max("day"))["day"]
    if day is None:
        return None
    return day, ErasedCount.objects.filter(day=day).aggregate(rows=Sum("rows"))["rows"]


# Replication, backups, versions, keys


def synchronous_standbys() -> int | None:
    """Standbys that PostgreSQL waits for at a commit. None where the role isn't granted
    pg_read_all_stats, which docs/operations.md tells to grant together with the first standby: other
    roles see `sync_state` as NULL.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum'))"
            " FROM pg_stat_replication HAVING pg_has_role('pg_read_all_stats', 'USAGE')"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def backups() -> Backups:
    """From `backups.json`; all unknown without the file, or where it can't be read:

    `{"last_backup": {"at": ISO 8601, "is_fine": true}, "last_good_backup": {"at": ISO 8601},
    "last_database_backup": {"at": ISO 8601}, "last_rehearsal": {"at": ISO 8601, "is_fine": true}}`
    """
    try:
        told = json.loads(Path(settings.BACKUPS_FILE).read_text())
    except (OSError, ValueError):
        return Backups()
    if not isinstance(told, dict):
        return Backups()
    passed = _part(told, "last_rehearsal").get("is_fine")
    last, good = _part(told, "last_backup"), _part(told, "last_good_backup")
    has_failed = last.get("is_fine") is False
    database = _part(told, "last_database_backup")
    return Backups(
        # A file of an earlier release has the last one alone.
        backup_at=_instant(good) or (None if has_failed else _instant(last)),
        failed_at=_instant(last) if has_failed else None,
        failed_because=tuple(_reasons(last)) if has_failed else (),
        failed_words=tuple(
            str(last[name])
            for name in ("archive_problem", "error")
            if has_failed and last.get(name)
        ),
        database_at=_instant(database),
        database_failed=database.get("is_fine") is False if database else None,
        database_failed_words=str(database.get("error") or ""),
        rehearsal_at=_instant(_part(told, "last_rehearsal")),
        rehearsal_passed=passed if isinstance(passed, bool) else None,
    )


def saved_lines(told: Backups, now: datetime.datetime) -> dict[str, SavedLine]:
    """Age of what was saved, by what it is. The database's backup is pgBackRest's: left out with
    SQLite, which has none, unless one is known.
    """
    lines = {
        "files": SavedLine(told.backup_at, BACKUP_WITHIN, now, "Backup"),
        "rehearsal": SavedLine(told.rehearsal_at, REHEARSAL_WITHIN, now, "Rehearsal"),
    }
    if told.database_at or connection.vendor == "postgresql":
        lines["database"] = SavedLine(
            told.database_at, DATABASE_BACKUP_WITHIN, now, "DatabaseBackup"
        )
    return lines


def _reasons(backup: dict) -> Iterator[str]:
    """What a backup that failed found wrong with files."""
    lost, damaged, unreadable, copies = (
        _number(backup, name) for name in ("lost", "damaged", "unreadable", "broken_copies")
    )
    if lost:
        yield ngettext("%(number)d file is lost", "%(number)d files are lost", lost) % {
            "number": lost
        }
    if damaged:
        yield ngettext(
            "%(number)d file isn’t what its row says",
            "%(number)d files aren’t what their rows say",
            damaged,
        ) % {"number": damaged}
    if unreadable:
        yield ngettext(
            "%(number)d file can’t be read", "%(number)d files can’t be read", unreadable
        ) % {"number": unreadable}
    if copies:
        yield ngettext(
            "%(number)d copy of a file that no row names any more is damaged or lost",
            "%(number)d copies of files that no row names any more are damaged or lost",
            copies,
        ) % {"number": copies}


def _number(part: dict, name: str) -> int:
    number = part.get(name)
    return number if isinstance(number, int) else 0


def _part(told: dict, name: str) -> dict:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _instant(part: dict) -> datetime.datetime | None:
    try:
        at = parse_datetime(str(part.get("at", "")))
    except ValueError:
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=datetime.UTC)


def versions() -> dict[str, str]:
    """By name, as a fault is reported with them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0]}"
    else:
        database = f"SQLite {sqlite3.sqlite_version}"
    return {
        "Passerelle": _own_version(),
        "Django": django.get_version(),
        "Wagtail": version("wagtail"),
        "Python": platform.python_version(),
        _("Database"): database,
    }


@cache
def _own_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return project["project"]["version"]


def keys(today: datetime.date) -> list[KeyLine]:
    """Keys outside of the database, as docs/operations.md lists them, with their age where they carry
    it: never a value.
    """
    lines = [
        KeyLine(title, f"PASSERELLE_{name}", bool(getattr(settings, name)))
        for title, name in (
            (_("Sessions and links in emails"), "SECRET_KEY"),
            (_("Apps of the second step"), "SECOND_FACTOR_KEY"),
            (_("Codes at resources"), "PSEUDONYM_KEY"),
        )
    ]
    days = storage.days_of_keys(settings.LTI_KEYS, today)
    coming = [day for day in days if day > today]
    begun = [day for day in days if day <= today]
    lines.append(
        KeyLine(
            _("LTI launches"),
            "PASSERELLE_LTI_KEYS",
            bool(days),
            since=max(begun, default=None),
            coming=min(coming, default=None),
        )
    )
    certificates = list(_saml_certificates())
    none = KeyLine(_("Logins by SAML"), "PASSERELLE_SAML_CERT", False)
    return [*lines, *(certificates or [none])]


def _saml_certificates() -> Iterator[KeyLine]:
    names = (
        (_("Logins by SAML"), "PASSERELLE_SAML_CERT"),
        (_("Logins by SAML, the next one"), "PASSERELLE_SAML_NEXT_CERT"),
    )
    for (title, name), (_key, file) in zip(names, settings.SAML_KEYS, strict=True):
        if not file:
            continue
        try:
            certificate = x509.load_pem_x509_certificate(Path(file).read_bytes())
        except (OSError, ValueError):
            yield KeyLine(title, name, False)
        else:
            yield KeyLine(
                title,
                name,
                True,
                since=certificate.not_valid_before_utc.date(),
                until=certificate.not_valid_after_utc.date(),
            )


# Prometheus


def figures(now: datetime.datetime) -> Iterator[Figure]:
    """What the database knows of the whole site, for one target of Prometheus."""
    for queue in queue_states():
        label = {"queue": queue.name}
        yield Figure("passerelle_queue_jobs", "Jobs that could begin now.", queue.jobs, label)
        yield Figure(
            "passerelle_queue_oldest_seconds",
            "How long the oldest of them has waited.",
            queue.wait(now).total_seconds(),
            label,
        )
    for backlog in backlogs(now):
        label = {"what": backlog.name}
        yield Figure("passerelle_backlog", "Things that wait.", backlog.number, label)
        yield Figure(
            "passerelle_backlog_oldest_seconds",
            "How long the oldest of them has waited.",
            backlog.wait(now).total_seconds(),
            label,
        )
    delay = mail_delay(now) or datetime.timedelta()
    yield Figure(
        "passerelle_mail_delay_seconds",
        "By how much emails are late, as pages say it; 0 while they are in time.",
        delay.total_seconds(),
    )
    yield Figure(
        "passerelle_letters_tried_in_vain", "Letters that wait for another try.", tried_in_vain()
    )
    yield Figure(
        "passerelle_letters_given_up", "Letters given up in the last 24 hours.", given_up(now)
    )
    for beat in Heartbeat.objects.filter(name__in=["tick", "worker"]).order_by("name"):
        yield Figure(
            "passerelle_heartbeat_timestamp_seconds",
            "When worker and tick were last at work.",
            beat.at.timestamp(),
            {"process": beat.name},
        )
    for line in job_lines(hooks.get_hooks(Hook.TICK), now):
        label = {"name": line.name}  # not "job", which Prometheus sets itself
        at = line.succeeded_at.timestamp() if line.succeeded_at else 0
        yield Figure(
            "passerelle_periodic_success_timestamp_seconds",
            "When the job last succeeded.",
            at,
            label,
        )
        yield Figure(
            "passerelle_periodic_failed", "1: its last run failed.", float(line.has_failed), label
        )
        yield Figure(
            "passerelle_periodic_overdue",
            "1: it should have run by now.",
            float(line.is_overdue),
            label,
        )
    yield from _figures_of_backups()
    if (standbys := synchronous_standbys()) is not None:
        yield Figure(
            "passerelle_synchronous_standbys",
            "Standbys that have a commit before it is confirmed.",
            standbys,
        )


def _figures_of_backups() -> Iterator[Figure]:
    told = backups()
    if told.backup_at:
        yield Figure(
            "passerelle_backup_timestamp_seconds",
            "When the last backup that ended well did so.",
            told.backup_at.timestamp(),
        )
    if told.backup_at or told.failed_at:
        yield Figure(
            "passerelle_backup_failed",
            "1: the last backup failed.",
            float(told.failed_at is not None),
        )
    if told.database_at:
        yield Figure(
            "passerelle_database_backup_timestamp_seconds",
            "When the last backup of the database without an error ended.",
            told.database_at.timestamp(),
        )
    if told.database_failed is not None:
        yield Figure(
            "passerelle_database_backup_failed",
            "1: pgBackRest says of its newest backup of the database, or of its repository, that something is wrong.",
            float(told.database_failed),
        )
    if told.rehearsal_at:
        yield Figure(
            "passerelle_rehearsal_timestamp_seconds",
            "When a restore was last rehearsed.",
            told.rehearsal_at.timestamp(),
        )
        yield Figure(
            "passerelle_rehearsal_failed",
            "1: the last rehearsal found something missing.",
            float(told.rehearsal_passed is False),
        )
