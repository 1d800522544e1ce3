"""A person says yes: hours that go end, the new ones begin; or they set the files aside."""

import datetime
from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from courses.agenda.models import ClassHour
from courses.people.models import Person, SchoolClass
from courses.people.services import teachings
from courses.timetables.enums import HourChangeKind, TimetableState, WordKind
from courses.timetables.exceptions import (
    ChangedMeanwhile,
    DayIsOver,
    NothingToApply,
    TimetableNotWaiting,
)
from courses.timetables.models import HourChange, TimetableImport, TimetableWord, hour_as_kept
from courses.timetables.rules.comparing import TimetableDiff
from courses.timetables.services.comparing import WaitingTimetable, waiting
from courses.timetables.services.holding import close, held_import

IN_ONE_STATEMENT = 500
WAITS = datetime.timedelta(days=14)

type Touched = tuple[set[SchoolClass], set[Person]]


def apply(
    one: TimetableImport, *, by: Person, shown: str, now: datetime.datetime | None = None
) -> Touched:
    """Write what was shown, in one transaction. Returns whose timetables changed.

    `shown`: the fingerprint of the changes on the page. Holds the school, its classes and the
    import until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(one.pk)
        if not one.is_waiting:
            raise TimetableNotWaiting
        if refusal := why_not_from(one.since, now):
            raise refusal
        compared = waiting(one)
        diff = compared.diff
        if diff.fingerprint != shown:
            raise ChangedMeanwhile
        if diff.is_empty:
            raise NothingToApply
        _write(one, diff, by)
        _remember(compared, now)
        close(one, TimetableState.APPLIED, by, now, counts=diff.counts)
    return touched([*diff.new, *diff.ended, *(hour for hour, _place in diff.places)])


def why_not_from(day: datetime.date, now: datetime.datetime) -> DayIsOver | None:
    return DayIsOver(day=day) if day < timezone.localdate(now) else None


def touched(hours: list[ClassHour]) -> Touched:
    given = [hour.teaching for hour in hours]
    return {one.school_class for one in given}, {one.teacher for one in given}


def _write(one: TimetableImport, diff: TimetableDiff, by: Person) -> None:
    """What ends first: an hour of the same lesson may begin on that day."""
    changes = []
    gone = [hour for hour in diff.ended if hour.since >= diff.since]
    ended = [hour for hour in diff.ended if hour.since < diff.since]
    for hour in diff.ended:
        changes.append(_change(one, HourChangeKind.ENDED, hour, hour_as_kept(hour)))
    for change in changes[:]:
        if change.hour in gone:
            change.hour = None
    ClassHour.objects.filter(pk__in=[hour.pk for hour in gone]).delete()
    for hour in ended:
        hour.until = diff.since
    ClassHour.objects.bulk_update(ended, ["until"], IN_ONE_STATEMENT)
    for hour, place in diff.places:
        changes.append(_change(one, HourChangeKind.PLACE, hour, {"was": hour.place, "is": place}))
        hour.place = place
    places = [hour for hour, _place in diff.places]
    ClassHour.objects.bulk_update(places, ["place"], IN_ONE_STATEMENT)
    by_hand = [hour for hour in diff.same if not hour.is_from_file]
    ClassHour.objects.filter(pk__in=[hour.pk for hour in by_hand]).update(is_from_file=True)
    changes += [_change(one, HourChangeKind.SAME, hour, {}) for hour in by_hand]
    teachings.give_teachings(diff.begun)
    changes += [
        HourChange(
            timetable_import=one,
            kind=HourChangeKind.TEACHING,
            teaching=given,
            before={"teacher_id": given.teacher_id},
        )
        for given in diff.begun
    ]
    for hour in diff.new:
        hour.teaching = hour.teaching  # saved after the hour was made: its key is taken over
    ClassHour.objects.bulk_create(diff.new, IN_ONE_STATEMENT)
    changes += [_change(one, HourChangeKind.NEW, hour, hour_as_kept(hour)) for hour in diff.new]
    HourChange.objects.bulk_create(changes, IN_ONE_STATEMENT)


def _change(
    one: TimetableImport, kind: HourChangeKind, hour: ClassHour, before: dict
) -> HourChange:
    return HourChange(
        timetable_import=one, kind=kind, hour=hour, teaching=hour.teaching, before=before
    )


def _remember(compared: WaitingTimetable, now: datetime.datetime) -> None:
    """Words that these files used are kept longer."""
    words: dict[WordKind, set[str]] = {kind: set() for kind in WordKind}
    for said in compared.said:
        words[WordKind.SUBJECT].add(said.subject)
        words[WordKind.CLASS].add(said.school_class)
        words[WordKind.TEACHER].update(said.teachers)
    for kind, found in words.items():
        TimetableWord.objects.filter(school=compared.one.school, kind=kind, word__in=found).update(
            used_at=now
        )


def set_aside(
    one: TimetableImport, *, by: Person | None, now: datetime.datetime | None = None
) -> None:
    """Nothing of it is applied. Raises `TimetableNotWaiting`."""
    with transaction.atomic():
        one = held_import(one.pk)
        if not one.is_waiting:
            raise TimetableNotWaiting
        close(one, TimetableState.REFUSED, by, now or timezone.now())


def sweep(now: datetime.datetime) -> int:
    """Set aside what has waited for two weeks. May run twice."""
    late = TimetableImport.objects.filter(state=TimetableState.WAITING, received_at__lt=now - WAITS)
    for one in late:
        with suppress(TimetableNotWaiting):  # somebody said yes, or another tick was first
            set_aside(one, by=None, now=now)
    return len(late)
