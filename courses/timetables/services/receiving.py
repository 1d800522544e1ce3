"""Files are read and kept until a person says yes; nothing of the timetable is written."""

import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.queries import SchoolDays, last_day_of_class, school_days
from courses.exceptions import Refusal
from courses.people.models import Organisation, Person, today
from courses.people.models.classes import school_year
from courses.people.rules.memberships import why_not_there
from courses.timetables.enums import EventFault, LeftOutKind, TimetableState
from courses.timetables.exceptions import (
    FilesTooLarge,
    NoHourInside,
    NotACalendar,
    OneTableAlone,
    TimetableTooLarge,
    TimetableWaits,
    TooManyHours,
)
from courses.timetables.models import StagedHour, TimetableImport
from courses.timetables.queries import next_monday
from courses.timetables.rules.folding import covered_by, fold
from courses.timetables.services.calendar_file import CalendarReader
from courses.timetables.services.comparing import waiting
from courses.timetables.services.holding import close
from courses.timetables.services.table_file import read_hours
from courses.timetables.values import (
    MOST_BYTES,
    MOST_FILES,
    MOST_HOURS,
    MOST_TOGETHER,
    SaidFile,
    SaidHour,
)

MEGABYTE = 1024 * 1024
IN_ONE_STATEMENT = 500

type NamedFile = tuple[str, bytes]


def receive(
    *,
    school: Organisation,
    files: list[NamedFile],
    by: Person,
    now: datetime.datetime | None = None,
) -> TimetableImport:
    """Read the files and keep what they say; the timetable isn't touched. Files whose regular hours
    are all there are over at once.

    Holds the school's row until commit. Raises a `Refusal`: then nothing is kept.
    """
    now = now or timezone.now()
    said = read_files(files, school_days(school))
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=school.pk)
        if refusal := why_not_there(held):
            raise refusal
        if TimetableImport.objects.filter(school=school, state=TimetableState.WAITING).exists():
            raise TimetableWaits
        one = TimetableImport.objects.create(
            school=school,
            by=by,
            received_at=now,
            since=_proposed_day(said),
            files=[file.as_kept() for file in said],
        )
        StagedHour.objects.bulk_create(
            [_staged(one, n, hour) for n, file in enumerate(said) for hour in file.hours],
            IN_ONE_STATEMENT,
        )
        log(instance=school, action="timetables.receive", user=by, data={"files": len(said)})
        compared = waiting(one).diff
        is_there = compared.same and all(
            left_out.kind == LeftOutKind.RARE for left_out in compared.left_out
        )  # of all else something can be chosen, if only an earlier day
        if compared.is_empty and is_there and not compared.by_hand:
            close(one, TimetableState.NOTHING, by, now, counts=compared.counts)
    return one


def _proposed_day(said: list[SaidFile]) -> datetime.date:
    """Next Monday; of files of the next school year alone their first date, so that they neither
    end nor replace an hour of this one.
    """
    monday = next_monday(today())
    days = [file.begins for file in said]
    first = min((day for day in days if day), default=monday)
    is_next_year = None not in days and school_year(first) > school_year(monday)
    return first if is_next_year else monday


def why_not_read(sizes: list[tuple[str, int]]) -> Refusal | None:
    """`sizes`: names and bytes, known before a file is in memory."""
    for name, size in sizes:
        if size > MOST_BYTES:
            return TimetableTooLarge(name=name, most=MOST_BYTES // MEGABYTE)
    if len(sizes) > MOST_FILES or sum(size for _name, size in sizes) > MOST_TOGETHER:
        return FilesTooLarge(most=MOST_TOGETHER // MEGABYTE, files=MOST_FILES)
    return None


def read_files(files: list[NamedFile], days: SchoolDays) -> list[SaidFile]:
    """Raises a `Refusal` that names the file."""
    if refusal := why_not_read([(name, len(data)) for name, data in files]):
        raise refusal
    tables = [name for name, data in files if _is_table(name, data)]
    if tables and len(files) > 1:
        raise OneTableAlone
    lines: dict = {}
    said = [
        _read_table(name, data) if tables else _read_calendar(name, data, days, lines)
        for name, data in files
    ]
    if sum(len(file.hours) for file in said) > MOST_HOURS:
        raise TooManyHours(most=MOST_HOURS)
    return said


def _is_table(name: str, data: bytes) -> bool:
    """By its content, where the name doesn't say it."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper() == b"BEGIN:VCALENDAR":
        return False
    if name.lower().endswith((".csv", ".txt")):
        return True
    raise NotACalendar(name=name)


def _read_table(name: str, data: bytes) -> SaidFile:
    return read_hours(data, name, last_day_of_class=last_day_of_class(today()))


def _read_calendar(name: str, data: bytes, days: SchoolDays, lines: dict) -> SaidFile:
    reader = CalendarReader(name, lines)
    reader.read(data)
    said = SaidFile(
        name,
        covered_by(reader.events),
        faults=reader.faults,
        events=reader.count,
    )
    fold(said, reader.events, days)
    if not said.hours:
        most = reader.faults.most_common(1)
        why = EventFault(most[0][0]).label if most else ""
        raise NoHourInside(name=name, why=why)
    return said


def _staged(one: TimetableImport, n: int, hour: SaidHour) -> StagedHour:
    return StagedHour(
        timetable_import=one,
        file=n,
        weekday=hour.weekday,
        begins=hour.begins,
        ends=hour.ends,
        rhythm=hour.rhythm,
        subject=hour.subject,
        teachers=list(hour.teachers),
        school_class=hour.school_class,
        place=hour.place,
        since=hour.since,
        until=hour.until,
        is_regular=hour.is_regular,
        seen=hour.seen,
        of=hour.of,
    )
