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
from django.db.models import Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Upper
from django.utils import timezone

from courses.exceptions import Refusal
from courses.jobs import services as jobs
from courses.people.models import Organisation, Person
from courses.roster import rules, tasks
from courses.roster.enums import ImportState
from courses.roster.exceptions import (
    AnotherDirectory,
    ArchiveIsBroken,
    CantBeTaken,
    ImportWaits,
    NewerWaits,
    NoSchoolOfOurs,
    NotAnArchive,
    NotWaiting,
    OlderAcademySet,
    OlderSet,
    SameAcademySet,
    SameArchive,
    SchoolNotInside,
)
from courses.roster.models import AcademySet, RosterFolder, RosterImport, SchoolRefusal
from courses.roster.services import folder as folders
from courses.roster.services.academy_archive import (
    AcademyArchive,
    AcademyParts,
    directory_of,
    read_parts,
)
from courses.roster.services.parts import SchoolPart

WAITS = (ImportWaits, NotWaiting)  # another day, or once that set is over, the part may come
# Nothing that somebody at the school has to know of each night.
UNTOLD = (*WAITS, SameArchive, AnotherDirectory, OlderSet, NewerWaits, SchoolNotInside)

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
    uais = list(takers.exclude(uai=None).values_list("uai", flat=True))
    with AcademyArchive(file) as archive:
        files = directory_of(archive.names)
        if refusal := _why_not_this_day(files.day, timezone.localdate(now)):
            raise refusal
        parts = read_parts(archive, files, digest, set(uais))
    one = _keep(before or AcademySet(digest=digest, by=by, file=name, day=files.day), parts, now)
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


def _keep(one: AcademySet, parts: AcademyParts, now: datetime.datetime) -> AcademySet:
    """The set's own row. Raises `NoSchoolOfOurs`."""
    here = set(
        Organisation.objects.schools().annotate(upper=Upper("uai")).values_list("upper", flat=True)
    )
    if here.isdisjoint(parts.uais):
        raise NoSchoolOfOurs
    one.uais, one.unknown = parts.uais, len(set(parts.uais) - here)
    one.received_at, one.closed_at = now, None
    one.save()
    return one


def _without_part(one: AcademySet) -> QuerySet[RosterFolder]:
    """The schools in the set that take sets, whose last set isn't their part of it."""
    sets = RosterImport.objects.filter(school=OuterRef("school")).exclude(state=ImportState.REFUSED)
    last = sets.exclude(state=ImportState.UNDONE).values("digest")[:1]
    takers = RosterFolder.objects.annotate(
        uai=Upper("school__uai"), last=Coalesce(Subquery(last), Value(""))
    )
    refused = [
        row.school_id
        for row in one.refusals.all()
        if not row.refusal["refusal"].endswith(tuple(kind.__name__ for kind in WAITS))
    ]
    return takers.filter(uai__in=one.uais).exclude(last=one.digest).exclude(school__in=refused)


def _give(
    one: AcademySet, uai: str, part: SchoolPart | Refusal | None, now: datetime.datetime
) -> None:
    """Receive a school's part, or keep why not; whoever is told of its sets is told."""
    folder = RosterFolder.objects.select_related("school", "by").filter(school__uai__iexact=uai)
    taker = folder.first()
    if taker is None:  # it takes none any more
        return
    try:
        if not isinstance(part, SchoolPart):
            raise part or SchoolNotInside(school=taker.school.name, uai=uai)
        with transaction.atomic():
            folders.receive_for(taker, part, now, academy_set=one)
            one.refusals.filter(school=taker.school).delete()
    except Refusal as refusal:
        with transaction.atomic():
            kept = {"refusal": refusal.as_kept()}
            SchoolRefusal.objects.update_or_create(
                academy_set=one, school=taker.school, defaults=kept
            )
            if not isinstance(refusal, UNTOLD):
                folders.say_part_refused(taker, one, refusal, now)


def _keep_refused(name: str, refusal: Refusal, now: datetime.datetime) -> None:
    """Shown on the page of the académie's sets, once for a file and reason that comes again."""
    logger.warning("A set of the académie was refused: %s", type(refusal).__name__)
    last = AcademySet.objects.first()
    if last and (last.file, last.refusal) == (name, refusal.as_kept()):
        last.received_at = last.closed_at = now
        last.save(update_fields=["received_at", "closed_at"])
        return
    AcademySet.objects.create(file=name, refusal=refusal.as_kept(), received_at=now, closed_at=now)
