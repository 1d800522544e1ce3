"""Values of the operator's figures."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from courses.dates import waited

# How old each may be: the limits of the alerts BackupOld, DatabaseBackupOld and RehearsalOld in
# deploy/alerts.yml, which tests/rules/test_metrics.py compares.
BACKUP_WITHIN = datetime.timedelta(hours=26)
DATABASE_BACKUP_WITHIN = datetime.timedelta(hours=50)
REHEARSAL_WITHIN = datetime.timedelta(days=100)


@dataclass(frozen=True)
class Figure:
    """One figure for Prometheus."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Backups:
    """What `backups.json` tells. None: not known."""

    backup_at: datetime.datetime | None = None  # of the last one that ended well
    failed_at: datetime.datetime | None = None  # of the last one, if it failed
    failed_because: tuple[str, ...] = ()
    failed_words: tuple[str, ...] = ()  # English, of PostgreSQL, pgBackRest or the system
    database_at: datetime.datetime | None = None  # pgBackRest's last one without an error
    database_failed: bool | None = None  # its newest one, or its repository
    database_failed_words: str = ""
    rehearsal_at: datetime.datetime | None = None
    rehearsal_passed: bool | None = None


@dataclass(frozen=True)
class SavedLine:
    """When something was last saved or rehearsed, and how old it may be."""

    at: datetime.datetime | None  # None: not known
    within: datetime.timedelta
    now: datetime.datetime
    alert: str  # its alerts begin with that word, and so do the parts of docs/runbook.md

    @property
    def when_too_old(self) -> str:
        return f"{self.alert}Old"

    @property
    def when_unknown(self) -> str:
        return f"{self.alert}Unknown"

    @property
    def age(self) -> datetime.timedelta | None:
        return self.now - self.at if self.at else None

    @property
    def age_words(self) -> str:
        """Of an age that reads as what is allowed, 26 hours and a half, that it is more."""
        words = waited(self.age or datetime.timedelta())
        if self.is_too_old and words == waited(self.within):
            return _("more than %(age)s") % {"age": words}
        return words

    @property
    def is_too_old(self) -> bool:
        return self.age is not None and self.age > self.within


@dataclass(frozen=True)
class KeyLine:
    """A key that lies outside the database. `since` and `until` are None where nobody can know."""

    title: str
    setting: str
    is_set: bool
    since: datetime.date | None = None
    until: datetime.date | None = None
    coming: datetime.date | None = None  # the next one begins
