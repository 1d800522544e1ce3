"""Sets of a whole académie: each school that takes sets by itself gets its part, with its own yes.

They come into the folder of all schools' folders, or by command. Nothing is stored before the whole
archive was read; a worker that is killed then goes on with the schools that have no part yet.
"""

import datetime
import hashlib
import io
import logging
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Upper
from django.utils import timezone

from courses.exceptions import Refusal
from courses.jobs import services as jobs
from courses.mail import services as outbox
from courses.people.models import Organisation, Person
from courses.roster import rules, tasks
from courses.roster.enums import ImportState, Letters
from courses.roster.exceptions import (
    AnotherDirectory,
    ArchiveIsBroken,
    CantBeTaken,
    ImportWaits,
    NotAnArchive,
    NotWaiting,
)
from courses.roster.exceptions.academies import (
    NoSchoolOfOurs,
    OlderAcademySet,
    PartMissing,
    PartWaits,
    SameAcademySet,
)
from courses.roster.models import AcademySet, RosterFolder, RosterImport, SchoolRefusal
from courses.roster.services import folder as folders
from courses.roster.services import other_directories
from courses.roster.services.academy_archive import (
    AcademyArchive,
    AcademyParts,
    directory_of,
    read_parts,
)
from courses.roster.services.parts import SchoolPart

logger = logging.getLogger(__name__)


def look(now: datetime.datetime) -> int:
    """Give the worker the sets that rest in the folder. May run twice. Says whether there are any."""
    if not settings.ROSTER_FOLDER or not folders.archives_in(Path(settings.ROSTER_FOLDER), now):
        return 0
    return jobs.enqueue_missing(tasks.take_academy_sets, [()], now=now)


def take(now: datetime.datetime) -> int:
    """Receive what rests in the folder, archive by archive, and remove it. May run twice."""
    looked_at = 0
    for path in folders.archives_in(Path(settings.ROSTER_FOLDER), now):
        name = folders.shown_name(path)
        try:
            claimed = folders.claim(path)
            with folders.opened(claimed) as file:
                receive(file, name=name, by=None, now=now)
        except FileNotFoundError:  # another worker was first
            continue
        except OSError as error:
            logger.error("A set of the académie can't be taken: %s", error.strerror)
            _keep_refused(name, CantBeTaken(), now)
            continue
        except (NotAnArchive, ArchiveIsBroken) as refusal:
            if folders.may_be_on_its_way(claimed, now):
                continue
            _keep_refused(name, refusal, now)
        except SameAcademySet:
            pass
        except Refusal as refusal:
            _keep_refused(name, refusal, now)
        claimed.unlink(missing_ok=True)
        looked_at += 1
    return looked_at


def receive(
    file: io.BufferedReader, *, name: str, by: Person | None, now: datetime.datetime | None = None
) -> AcademySet:
    """Read the archive, then give each school that takes sets its part, each in one transaction.

    Raises a `Refusal` of the whole set: then nothing is stored. A set of which some schools have
    their part already gives it to the others.
    """
    now = now or timezone.now()
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    before = AcademySet.objects.filter(digest=digest, refusal__isnull=True).first()
    if before and before.closed_at and not _without_part(before).exists():
        raise SameAcademySet(day=timezone.localdate(before.closed_at))
    takers = RosterFolder.objects.annotate(uai=Upper("school__uai")).order_by("school")
    takers = takers.exclude(uai=None)
    uais = list(takers.values_list("uai", flat=True))
    guarded = takers.filter(school__with_guardians=True).values_list("uai", flat=True)
    with AcademyArchive(file) as archive:
        files = directory_of(archive.names, with_guardians=guarded.exists())
        if refusal := _why_not_this_day(files.day, timezone.localdate(now)):
            raise refusal
        parts = read_parts(archive, files, digest, set(uais), set(guarded))
    one = _keep(AcademySet(digest=digest, by=by, file=name, day=files.day), parts, now)
    for uai in uais:
        _give(one, uai, parts.of_school.pop(uai, None) or parts.refused.get(uai), now)
    one.closed_at = timezone.now()
    one.save(update_fields=["closed_at"])
    return one


def _why_not_this_day(day: datetime.date, today: datetime.date) -> Refusal | None:
    last = AcademySet.objects.filter(refusal__isnull=True).aggregate(day=Max("day"))["day"]
    if last and day < last:
        return OlderAcademySet(day=day, last=last)
    return rules.why_not_this_day(day, today=today)


def _keep(new: AcademySet, parts: AcademyParts, now: datetime.datetime) -> AcademySet:
    """The set's own row: one for an archive, also where two read it at once. Raises
    `NoSchoolOfOurs`.
    """
    here = set(
        Organisation.objects.schools().annotate(upper=Upper("uai")).values_list("upper", flat=True)
    )
    if here.isdisjoint(parts.uais):
        raise NoSchoolOfOurs
    first = {"by": new.by, "file": new.file, "day": new.day}
    latest = {
        "uais": parts.uais,
        "unknown": len(set(parts.uais) - here),
        "received_at": now,
        "closed_at": None,
    }
    one, _made = AcademySet.objects.update_or_create(
        digest=new.digest, refusal__isnull=True, defaults=latest, create_defaults=first | latest
    )
    return one


def _without_part(one: AcademySet) -> QuerySet[RosterFolder]:
    """The schools in the set that take sets, and may get a part that they don't have."""
    takers = RosterFolder.objects.annotate(uai=Upper("school__uai")).filter(uai__in=one.uais)
    refused = [
        row.school_id
        for row in one.refusals.select_related("school")
        if not _may_be_over(row.why_not, row.school)
    ]
    return takers.exclude(school__in=_parts(one).values("school")).exclude(school__in=refused)


def _parts(one: AcademySet) -> QuerySet[RosterImport]:
    """Those that count: what was set aside or undone comes again with the same archive."""
    return one.imports.exclude(state__in=[ImportState.REFUSED, ImportState.UNDONE])


def _may_be_over(refusal: Refusal, school: Organisation) -> bool:
    """Whether the same archive may bring the part by now."""
    if isinstance(refusal, AnotherDirectory):
        return other_directories.is_chosen(school, refusal.values["now"])
    return isinstance(refusal, PartWaits)


def _give(
    one: AcademySet, uai: str, part: SchoolPart | Refusal | None, now: datetime.datetime
) -> None:
    """Receive a school's part, unless it has it, or keep why not; whoever is told of its sets is
    told.
    """
    folder = RosterFolder.objects.select_related("school", "by").filter(school__uai__iexact=uai)
    taker = folder.first()
    if taker is None or _parts(one).filter(school=taker.school).exists():
        return
    try:
        if not isinstance(part, SchoolPart):
            raise part or PartMissing
        with transaction.atomic():
            folders.receive_for(taker, part, now, academy_set=one)
            one.refusals.filter(school=taker.school).delete()
    except (ImportWaits, NotWaiting):
        _keep_school_refusal(one, taker, PartWaits(), now)
    except Refusal as refusal:
        _keep_school_refusal(one, taker, refusal, now)


def _keep_school_refusal(
    one: AcademySet, taker: RosterFolder, refusal: Refusal, now: datetime.datetime
) -> None:
    with transaction.atomic():
        kept = {"refusal": refusal.as_kept()}
        SchoolRefusal.objects.update_or_create(academy_set=one, school=taker.school, defaults=kept)
        if rules.is_told_of_a_part(refusal):
            folders.say_part_refused(taker, one, refusal, now)


def _keep_refused(name: str, refusal: Refusal, now: datetime.datetime) -> None:
    """On the page of the académie's sets, and by email to the registrars: once for a file and reason
    that comes again before another set is read.
    """
    logger.warning("A set of the académie was refused: %s", type(refusal).__name__)
    refused = AcademySet.objects.filter(file=name, refusal=refusal.as_kept())
    if read := AcademySet.objects.filter(refusal__isnull=True).first():
        refused = refused.filter(received_at__gt=read.received_at)
    with transaction.atomic():
        if refused.update(received_at=now, closed_at=now):
            return
        one = AcademySet.objects.create(
            file=name, refusal=refusal.as_kept(), received_at=now, closed_at=now
        )
        for person in Person.objects.registrars():
            key = f"roster.academy_set_refused:{one.public_id}:{person.public_id}"
            outbox.post(Letters.ACADEMY_SET_REFUSED, about=one, to=person, key=key)
