"""Sets that come into a school's folder on the server: by SFTP, say, each night.

The folder is `settings.ROSTER_FOLDER`/UAI. A set is received like one that a person chose, then its
archive is removed: it holds much that is never kept.
"""

import datetime
import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from courses.exceptions import Refusal
from courses.jobs import services as jobs
from courses.mail import services as outbox
from courses.people.models import Organisation, Person
from courses.people.queries import keepers_of
from courses.roster import queries, rules, tasks
from courses.roster.enums import OPEN, ImportState, Letters
from courses.roster.exceptions import ArchiveTooLarge, SameArchive
from courses.roster.models import RosterFolder, RosterImport
from courses.roster.services import applying, receiving
from courses.roster.values import MOST_BYTES

RESTS = datetime.timedelta(minutes=2)  # without a byte: it is whole, or was renamed into place

logger = logging.getLogger(__name__)


def set_folder(
    *,
    school: Organisation,
    by: Person,
    told: Iterable[Person],
    applies_by_itself: bool,
    now: datetime.datetime,
) -> RosterFolder:
    """From now on the school takes what comes into its folder. `told`: those of its keepers who get
    an email.
    """
    with transaction.atomic():
        folder, _made = RosterFolder.objects.update_or_create(
            school=school,
            defaults={"by": by, "since": now, "applies_by_itself": applies_by_itself},
        )
        folder.told.set(told)
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
    """Those that rest, the oldest first."""
    folder, found = folder_of(school), []
    for path in folder.glob("*.[zZ][iI][pP]") if folder else ():
        try:
            changed_at = path.stat().st_mtime
        except FileNotFoundError:  # another machine was first
            continue
        if changed_at <= (now - RESTS).timestamp():
            found.append((changed_at, path))
    return [path for _changed_at, path in sorted(found)]


def take(pk: int, now: datetime.datetime) -> int:
    """Receive what rests in the folder, archive by archive, as long as no other set of the school
    stands in the way. May run twice. Says how many were received.
    """
    folder = RosterFolder.objects.select_related("school", "by").filter(pk=pk).first()
    if folder is None:
        return 0
    received = 0
    for path in archives_of(folder.school, now):
        if _stands_in_the_way(folder.school):
            break
        try:
            data = _read(path)
        except FileNotFoundError:
            continue
        received += _receive(folder, path.name, data, now)
        path.unlink(missing_ok=True)
    return received


def _read(path: Path) -> bytes:
    """All of it, or one byte more than an archive may have."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _stands_in_the_way(school: Organisation) -> bool:
    """A set that a person chose, or one that the worker is at. One that came into the folder and
    waits makes way for a newer one.
    """
    held = RosterImport.objects.filter(school=school, state__in=OPEN)
    return held.exclude(by=None, state=ImportState.WAITING).exists()


def _receive(folder: RosterFolder, name: str, data: bytes, now: datetime.datetime) -> bool:
    digest = hashlib.sha256(data).hexdigest()
    try:
        if len(data) > MOST_BYTES:
            raise ArchiveTooLarge(most=MOST_BYTES // 1024**2)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=folder.school_id)
            waiting = RosterImport.objects.filter(school=folder.school, state=ImportState.WAITING)
            if before := waiting.filter(by=None).first():
                if before.digest == digest:
                    return False
                applying.set_aside(before, by=None, now=now)
            one = receiving.receive(school=folder.school, data=data, by=None, now=now)
            _say_what_came(folder, one, now)
    except SameArchive:
        return False
    except Refusal as refusal:
        _say_refused(folder, refusal, digest, now)
        return False
    return True


def _say_what_came(folder: RosterFolder, one: RosterImport, now: datetime.datetime) -> None:
    folder.refusal, folder.refused_at = None, None
    folder.save(update_fields=["refusal", "refused_at"])
    if one.state != ImportState.WAITING:
        return
    page = queries.import_page(one)
    may_go_on = folder.applies_by_itself and _keeps(folder.by, folder.school)
    if may_go_on and rules.may_apply_by_itself(page.losses, page.same_perhaps):
        applying.say_yes(one, by=folder.by, now=now)
        return
    for person in _told(folder):
        key = f"roster.set_waits:{one.public_id}:{person.public_id}"
        outbox.post(Letters.SET_WAITS, about=one, to=person, key=key)


def _say_refused(
    folder: RosterFolder, refusal: Refusal, digest: str, now: datetime.datetime
) -> None:
    """On the school's page, and by email once for one archive."""
    logger.warning("An archive of %s was refused: %s", folder.school.uai, type(refusal).__name__)
    with transaction.atomic():
        folder.refusal, folder.refused_at = refusal.as_kept(), now
        folder.save(update_fields=["refusal", "refused_at"])
        for person in _told(folder):
            key = f"roster.set_refused:{folder.pk}:{digest[:16]}:{person.public_id}"
            outbox.post(Letters.SET_REFUSED, about=folder, to=person, key=key)


def _keeps(person: Person, school: Organisation) -> bool:
    return keepers_of(school).filter(pk=person.pk).exists()


def _told(folder: RosterFolder) -> list[Person]:
    """Who was chosen and still keeps the school's students; if nobody does, all who do."""
    keepers = keepers_of(folder.school)
    return list(keepers.filter(pk__in=folder.told.all())) or list(keepers)
