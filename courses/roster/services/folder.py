"""Sets that come into a school's folder on the server: by SFTP, say, each night.

The folder is `settings.ROSTER_FOLDER`/UAI. A set is received like one that a person chose, then its
archive is removed: it holds much that is never kept.
"""

import datetime
import hashlib
import io
import logging
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.exceptions import Refusal
from courses.jobs import services as jobs
from courses.mail import services as outbox
from courses.people.models import Organisation, Person
from courses.people.permissions import leads
from courses.people.queries.students import keepers_of
from courses.roster import queries, rules, tasks
from courses.roster.enums import ImportState, Letters
from courses.roster.exceptions import (
    AnotherDirectory,
    ArchiveIsBroken,
    CantBeTaken,
    DeltaSaidAlready,
    ImportWaits,
    NewerWaits,
    NotAnArchive,
    NotWaiting,
    SameArchive,
)
from courses.roster.models import AcademySet, RosterFolder, RosterImport
from courses.roster.services import applying, receiving
from courses.roster.services.other_directories import asked_students
from courses.roster.services.parts import SchoolPart, digest_of
from courses.roster.services.reading import is_delta_set
from courses.roster.values import MOST_BYTES

RESTS = datetime.timedelta(minutes=2)  # without a byte: it is whole, or was renamed into place
COMES = datetime.timedelta(hours=1)  # one that can't be opened is tried again for so long
TAKEN = ".taken"
# Not what a program writes while a file comes: “.in.set.zip”, “set.zip.part”.
CLAIMED = re.compile(r"(\.\d+\.taken)+$")
IS_ARCHIVE = re.compile(r"(?i)[^.].*\.zip(\.\d+\.taken)?").fullmatch


class DeltaWaits(ImportWaits):
    """A delta set goes on from the one before: it never takes its place."""


logger = logging.getLogger(__name__)


def set_folder(
    *,
    school: Organisation,
    by: Person,
    recipients: Iterable[Person],
    applies_by_itself: bool,
    now: datetime.datetime,
) -> RosterFolder:
    """From now on the school takes what comes into its folder. `recipients`: those of its keepers
    who get an email.
    """
    with transaction.atomic():
        wish = {"by": by, "applies_by_itself": applies_by_itself}
        folder, _made = RosterFolder.objects.update_or_create(
            school=school, defaults=wish, create_defaults=wish | {"since": now}
        )
        folder.recipients.set(recipients)
    return folder


def leave_folder(school: Organisation) -> None:
    """What comes into the folder stays there. A set that waits goes on waiting."""
    RosterFolder.objects.filter(school=school).delete()


def folder_of(school: Organisation) -> Path | None:
    """Where its sets come in. None on a site without such folders, or for a school without UAI."""
    if not settings.ROSTER_FOLDER or not school.uai:
        return None
    return Path(settings.ROSTER_FOLDER) / school.uai


def look(now: datetime.datetime) -> int:
    """Give the worker each school in whose folder an archive rests. May run twice. Says how many."""
    taken = RosterFolder.objects.select_related("school").order_by("pk")
    schools = [(one.pk,) for one in taken if archives_of(one.school, now)]
    return jobs.enqueue_missing(tasks.take_from_folder, schools, now=now)


def archives_of(school: Organisation, now: datetime.datetime) -> list[Path]:
    """Those of its folder that rest, the oldest first."""
    folder = folder_of(school)
    return archives_in(folder, now) if folder else []


def archives_in(folder: Path, now: datetime.datetime) -> list[Path]:
    """Those that rest, the oldest first: files of their own, no links. A folder that can't be read
    is the trouble of its school alone.
    """
    found = []
    with suppress(FileNotFoundError):
        try:
            for entry in os.scandir(folder):
                if IS_ARCHIVE(entry.name) and entry.is_file(follow_symlinks=False):
                    found.append((entry.stat(follow_symlinks=False).st_mtime, Path(entry.path)))
        except PermissionError:
            logger.error("The folder %s can't be read", folder.name)
    rested = (now - RESTS).timestamp()
    return [path for changed_at, path in sorted(found) if changed_at <= rested]


def take(pk: int, now: datetime.datetime) -> int:
    """Receive what rests in the folder, archive by archive, as long as no other set of the school
    stands in the way. May run twice. Says how many were looked at.
    """
    folder = RosterFolder.objects.select_related("school", "by").filter(pk=pk).first()
    if folder is None:
        return 0
    looked_at = 0
    for path in archives_of(folder.school, now):
        try:
            claimed = claim(path)
            data = read_archive(claimed)
            if not _receive(folder, claimed, data, now):
                continue
            claimed.unlink(missing_ok=True)
            looked_at += 1
        except FileNotFoundError:  # another worker was first
            continue
        except DeltaWaits:  # it stays, too; a complete set behind it says all
            continue
        except (ImportWaits, NotWaiting):  # it stays until that one is over
            break
        except OSError as error:
            logger.error("An archive of %s can't be taken: %s", folder.school.uai, error.strerror)
            _say_refused(folder, CantBeTaken(), path, now)
    return looked_at


def claim(path: Path) -> Path:
    """Rename it before it is read: what can't be removed is never received, and a newer one of the
    same name isn't removed unread. Raises `OSError`.
    """
    if path.suffix == TAKEN:  # by a worker that was killed
        return path
    return path.rename(path.with_name(f"{path.name}.{path.lstat().st_ino}{TAKEN}"))


def read_archive(path: Path) -> bytes:
    """All of it, or one byte more than an archive may have. Raises `OSError`, also for a link."""
    with opened(path) as file:
        return file.read(MOST_BYTES + 1)


def opened(path: Path) -> io.BufferedReader:
    """Raises `OSError`, also for a link."""
    return open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def receive_for(
    folder: RosterFolder,
    data: bytes | SchoolPart,
    now: datetime.datetime,
    academy_set: AcademySet | None = None,
) -> None:
    """Receive a set in the place of one that came by itself and waits, and go on as the school
    wishes. Holds the school's row until commit. Raises a `Refusal`: then nothing is stored.
    """
    digest, day = digest_of(data), timezone.localdate(now)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=folder.school_id)
        waiting = RosterImport.objects.filter(school=folder.school, state=ImportState.WAITING)
        before = waiting.filter(by=None).first()
        if before is None or not rules.is_same_archive(before, digest, day=day):
            if before:
                if isinstance(data, bytes) and is_delta_set(data):
                    raise DeltaWaits
                applying.set_aside(before, by=None, now=now)
            one = receiving.receive(school=folder.school, data=data, by=None, now=now)
            if before and one.day < before.day:
                raise NewerWaits(day=one.day, last=before.day)
            one.academy_set = academy_set
            one.save(update_fields=["academy_set"])
            _go_on(folder, one, now)
        _forget_refusal(folder)


def _receive(folder: RosterFolder, path: Path, data: bytes, now: datetime.datetime) -> bool:
    """False if the archive is to stay for another try. Raises `ImportWaits` (`DeltaWaits`) or
    `NotWaiting` where another set of the school stands in the way.
    """
    try:
        receive_for(folder, data, now)
    except (SameArchive, DeltaSaidAlready):  # what a complete set said already is no trouble
        _forget_refusal(folder)
    except (ImportWaits, NotWaiting):
        raise
    except (NotAnArchive, ArchiveIsBroken) as refusal:
        if may_be_on_its_way(path, now):
            return False
        _say_refused(folder, refusal, path, now)
    except Refusal as refusal:
        _say_refused(folder, refusal, path, now)
    return True


def _go_on(folder: RosterFolder, one: RosterImport, now: datetime.datetime) -> None:
    """Apply it, or tell that it waits."""
    if one.state != ImportState.WAITING:
        return
    if applies_by_itself(folder) and _may_be_applied(folder, one, now):
        applying.say_yes(one, by=folder.by, now=now)
        return
    for person in _recipients(folder):
        key = f"roster.set_waits:{one.public_id}:{person.public_id}"
        outbox.post(Letters.SET_WAITS, about=one, to=person, key=key)


def _may_be_applied(folder: RosterFolder, one: RosterImport, now: datetime.datetime) -> bool:
    """True if nobody has to look at it first."""
    page = queries.import_page(one)
    return (
        rules.may_apply_by_itself(
            one,
            page.losses,
            page.same_perhaps
            + page.teachers_same_perhaps
            + page.guardians_same_perhaps
            + len(asked_students(one)),
        )
        and queries.follows_this_year(folder.school, now)
        and (not page.of_teachers or _may_bring(folder, one.known_teachers))
        and (not page.of_guardians or _may_bring(folder, one.known_guardians))
        and (not page.of_families or leads(folder.by, folder.school))
    )


def _may_bring(folder: RosterFolder, known: int) -> bool:
    """By a leader's wish, and after a first set of such people to which a person said yes."""
    return bool(known) and leads(folder.by, folder.school)


def applies_by_itself(folder: RosterFolder) -> bool:
    """As long as who wished it so keeps the school's students: it is their yes."""
    return folder.applies_by_itself and keepers_of(folder.school).filter(pk=folder.by_id).exists()


def _forget_refusal(folder: RosterFolder) -> None:
    folder.refusal, folder.refused_at = None, None
    folder.save(update_fields=["refusal", "refused_at"])


def _say_refused(
    folder: RosterFolder, refusal: Refusal, path: Path, now: datetime.datetime
) -> None:
    about = path.lstat()
    file = f"{path.name}:{about.st_size}:{about.st_mtime_ns}"
    mark = hashlib.sha256(file.encode(errors="replace")).hexdigest()
    _tell_refused(folder, refusal.as_kept() | {"file": shown_name(path)}, mark, now)


def say_part_refused(
    folder: RosterFolder, one: AcademySet, refusal: Refusal, now: datetime.datetime
) -> None:
    """Of a set of the whole académie. That it is of another directory is told once, not each night."""
    kept = refusal.as_kept()
    mark = one.digest
    if isinstance(refusal, AnotherDirectory):
        mark = hashlib.sha256(repr(kept).encode()).hexdigest()
    _tell_refused(folder, kept | {"file": one.file, "of_academy": True}, mark, now)


def _tell_refused(folder: RosterFolder, kept: dict, mark: str, now: datetime.datetime) -> None:
    """On the school's page, and by email, once for one file."""
    logger.warning("An archive of %s was refused: %s", folder.school.uai, kept["refusal"])
    with transaction.atomic():
        folder.refusal, folder.refused_at = kept, now
        folder.save(update_fields=["refusal", "refused_at"])
        for person in _recipients(folder):
            key = f"roster.set_refused:{folder.pk}:{mark[:16]}:{person.public_id}"
            details = {"refusal": folder.refusal}
            outbox.post(Letters.SET_REFUSED, about=folder, to=person, key=key, details=details)


def shown_name(path: Path) -> str:
    """What it was called when it came."""
    name = CLAIMED.sub("", path.name)
    return "".join(c if c.isprintable() else "�" for c in name)[:80]


def may_be_on_its_way(path: Path, now: datetime.datetime) -> bool:
    """True if a file that can't be opened changed within the hour."""
    return (now - COMES).timestamp() < path.stat().st_mtime


def _recipients(folder: RosterFolder) -> list[Person]:
    """Who was chosen and still keeps the school's students; if nobody does, all who do."""
    keepers = keepers_of(folder.school)
    return list(keepers.filter(pk__in=folder.recipients.all())) or list(keepers)
