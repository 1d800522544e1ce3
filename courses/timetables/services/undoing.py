"""A timetable that was applied is taken back, as long as its hours are as it left them."""

import datetime
from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.models import ClassHour
from courses.documents.values import public_id
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.models.classes import holds_between
from courses.people.services import teachings
from courses.timetables.enums import HourChangeKind, TimetableState
from courses.timetables.exceptions import ChangedSinceApplied, TimetableNotUndone
from courses.timetables.models import HourChange, TimetableImport, hour_as_kept, hour_from
from courses.timetables.queries import last_applied
from courses.timetables.rules.comparing import HoursBeside
from courses.timetables.services.applying import IN_ONE_STATEMENT, Touched, touched
from courses.timetables.services.holding import held_import

FOR = datetime.timedelta(days=30)  # then `HourChange` goes: register
WITH = ("teaching__school_class", "teaching__subject", "teaching__teacher")


def may_undo(one: TimetableImport, now: datetime.datetime) -> bool:
    """As far as the import itself says."""
    if one.state != TimetableState.APPLIED or one.closed_at is None or now - one.closed_at > FOR:
        return False
    last = last_applied(one.school)
    return last is not None and last.pk == one.pk


def undo(one: TimetableImport, *, by: Person, now: datetime.datetime | None = None) -> Touched:
    """Before its first day as if it had never been; later from today on: the past isn't changed.
    Returns whose timetables changed.

    Holds the school, its classes and the import until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(one.pk)
        if not may_undo(one, now):
            raise TimetableNotUndone
        changes = list(one.changes.select_related(*(f"hour__{part}" for part in WITH), *WITH))
        day = max(one.since, timezone.localdate(now))
        made = _as_left(changes)
        restored = [
            _restored(change, day) for change in changes if change.kind == HourChangeKind.ENDED
        ]
        back = [hour for hour in restored if hour is not None]
        _take_out(made, day)
        _put_back(one, back, day)
        for change in changes:
            if change.kind == HourChangeKind.PLACE and change.hour:
                change.hour.place = change.before["was"]
                change.hour.save(update_fields=["place"])
        same = [c.hour for c in changes if c.kind == HourChangeKind.SAME and c.hour]
        ClassHour.objects.filter(pk__in=[hour.pk for hour in same]).update(is_from_file=False)
        _end_teachings(changes, day, by)
        one.state, one.told_by = TimetableState.UNDONE, by
        one.save(update_fields=["state", "told_by"])
        log(
            instance=one.school,
            action="timetables.undone",
            user=by,
            data={"import": one.public_id},
        )
    roomed = [c.hour for c in changes if c.kind == HourChangeKind.PLACE and c.hour]
    return touched([*made, *back, *roomed])


def _as_left(changes: list[HourChange]) -> list[ClassHour]:
    """The hours that it began. Raises `ChangedSinceApplied`."""
    for change in changes:
        hour = change.hour
        if change.kind == HourChangeKind.NEW:
            is_so = hour is not None and hour_as_kept(hour) == change.before
        elif change.kind == HourChangeKind.PLACE:
            is_so = hour is not None and hour.place == change.before["is"]
        elif change.kind == HourChangeKind.ENDED:
            since = change.timetable_import.since
            is_gone = hour_from(change.before).since >= since
            is_so = hour is None if is_gone else hour is not None and hour.until == since
        else:
            is_so = True
        if not is_so:
            raise ChangedSinceApplied
    return [change.hour for change in changes if change.kind == HourChangeKind.NEW and change.hour]


def _restored(change: HourChange, day: datetime.date) -> ClassHour | None:
    """The hour as it goes on from that day: the row itself, or another one where days lie between.
    None where it would be over by then. Raises `ChangedSinceApplied`.
    """
    before = hour_from(change.before)
    if before.until and before.until <= day:
        return None
    if change.hour and change.hour.until == day:
        change.hour.until = before.until
        return change.hour
    if change.teaching is None:
        raise ChangedSinceApplied
    before.teaching = change.teaching
    if change.hour:
        before.public_id = public_id()
    before.since = max(before.since, day)
    return before


def _take_out(hours: list[ClassHour], day: datetime.date) -> None:
    unborn = [hour for hour in hours if hour.since >= day]
    begun = [hour for hour in hours if hour.since < day]
    ClassHour.objects.filter(pk__in=[hour.pk for hour in unborn]).delete()
    for hour in begun:
        hour.until = day
    ClassHour.objects.bulk_update(begun, ["until"], IN_ONE_STATEMENT)


def _put_back(one: TimetableImport, hours: list[ClassHour], day: datetime.date) -> None:
    """Raises `ChangedSinceApplied` where somebody put another hour there meanwhile."""
    there = ClassHour.objects.filter(
        holds_between(day, datetime.date.max), teaching__school_class__school=one.school
    ).exclude(pk__in=[hour.pk for hour in hours if hour.pk])
    beside = HoursBeside(there.select_related(*WITH))
    if any(beside.why_not(hour) for hour in hours):
        raise ChangedSinceApplied
    ClassHour.objects.bulk_update([hour for hour in hours if hour.pk], ["until"], IN_ONE_STATEMENT)
    ClassHour.objects.bulk_create([hour for hour in hours if not hour.pk], IN_ONE_STATEMENT)


def _end_teachings(changes: list[HourChange], day: datetime.date, by: Person) -> None:
    """What the import began ends; one on which something hangs stays, and so does one that another
    teacher has taken over.
    """
    for change in changes:
        given = change.teaching
        if change.kind != HourChangeKind.TEACHING or given is None:
            continue
        is_handed_over = given.teacher_id != change.before["teacher_id"]
        if is_handed_over or given.hours.filter(holds_between(day, datetime.date.max)).exists():
            continue
        if given.stand_ins.filter(last_day__gte=day).exists():
            continue
        with suppress(Refusal):
            teachings.end_teaching(teaching=given, until=day, by=by)
