"""Which days have class, which week is A or B, and the dated hours of a timetable."""

import datetime
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import holidays
import vacances_scolaires_france
from django.db import models

from courses.agenda.enums import DayOff, Rhythm
from courses.agenda.models import ClassHour, Closure, SchoolCalendar
from courses.agenda.values import PARIS, Hours
from courses.dates import monday_of
from courses.people.models import Organisation, Person, Teaching
from courses.people.models.classes import classes_begin, end_of_school_year, holds

ZONE = "B"  # the académie of Normandie
ONE_DAY = datetime.timedelta(days=1)
ONE_WEEK = datetime.timedelta(weeks=1)


@functools.cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("FR", language="fr")


@functools.cache
def _school_holidays() -> Any:
    return vacances_scolaires_france.SchoolHolidayDates()


@functools.lru_cache(maxsize=4_000)
def public_day_off(day: datetime.date) -> tuple[DayOff, str] | None:
    """Sundays, bank holidays and the holidays of zone B, with their French name.

    Years that nobody has published yet have none.
    """
    if day.isoweekday() == 7:
        return DayOff.SUNDAY, ""
    if name := bank_holiday(day):
        return DayOff.BANK_HOLIDAY, name
    known = _school_holidays()
    if known.min_year <= day.year <= known.max_year and known.is_holiday_for_zone(day, ZONE):
        return DayOff.HOLIDAYS, known.data[day]["nom_vacances"]
    return None


def bank_holiday(day: datetime.date) -> str:
    """Its French name, also of one that is a Sunday; "" for any other day."""
    return (_bank_holidays().get(day) or "").replace("'", "’")


def apart_from_days_off[D](dates: Iterable[D], *, day_of: Callable[[D], datetime.date]) -> list[D]:
    """Those that are on no Sunday, no bank holiday and not in the holidays of zone B."""
    return [one for one in dates if public_day_off(day_of(one)) is None]


def in_holidays(day: datetime.date) -> bool:
    """The holidays of zone B (or a Sunday among them): no due date is proposed, nobody is reminded
    (case C5).
    """
    off = public_day_off(day)
    if off and off[0] == DayOff.SUNDAY:
        off = public_day_off(day - ONE_DAY)
    return bool(off and off[0] == DayOff.HOLIDAYS)


def last_day_of_class(day: datetime.date) -> datetime.date:
    """The last day before the summer holidays of the school year that the day is in; 4 July where
    nobody has published them yet.
    """
    year = end_of_school_year(day).year
    summer = datetime.date(year, 8, 20)
    if not in_holidays(summer):
        return datetime.date(year, 7, 4)
    while public_day_off(summer):
        summer -= ONE_DAY
    return summer


@dataclass(frozen=True)
class DatedHour:
    """An hour of the timetable on its day."""

    hour: ClassHour
    day: datetime.date

    @property
    def hours(self) -> Hours:
        return Hours(self.starts_at, self.ends_at)

    @property
    def starts_at(self) -> datetime.datetime:
        return datetime.datetime.combine(self.day, self.hour.begins, tzinfo=PARIS)

    @property
    def ends_at(self) -> datetime.datetime:
        return datetime.datetime.combine(self.day, self.hour.ends, tzinfo=PARIS)


@dataclass
class SchoolDays:
    """One school's year: why there is no class on a day, and A or B."""

    school: Organisation
    calendar: SchoolCalendar | None
    closures: list[Closure] = field(default_factory=list)

    def day_off(self, day: datetime.date) -> tuple[DayOff, str] | None:
        """Why there is no class on that day and its name or reason, or None."""
        for closure in self.closures:
            if closure.first_day <= day <= closure.last_day:
                return DayOff.CLOSURE, closure.reason
        return public_day_off(day)

    def has_class(self, day: datetime.date) -> bool:
        return self.day_off(day) is None

    def has_class_in_week(self, monday: datetime.date) -> bool:
        """From Monday to Friday."""
        return any(self.has_class(monday + n * ONE_DAY) for n in range(5))

    def next_day_with_class(self, day: datetime.date) -> datetime.date:
        """That day, or the first one after it that has class, within a quarter."""
        return next(
            (
                d
                for n in range(92)
                if self.has_class(d := day + n * ONE_DAY) and d.isoweekday() <= 5
            ),
            day,
        )

    def week_letter(self, day: datetime.date) -> str:
        """A or B, by the school's own date (case C3)."""
        anchor = monday_of(self.calendar.week_a if self.calendar else classes_begin(day))
        monday = monday_of(day)
        first, last = sorted((anchor, monday))
        weeks = (last - first).days // 7
        if self.calendar and self.calendar.pauses_in_holidays:
            weeks -= sum(in_holidays(first + n * ONE_WEEK + 2 * ONE_DAY) for n in range(weeks))
        return Rhythm.B if weeks % 2 else Rhythm.A


def school_days(school: Organisation) -> SchoolDays:
    """Two queries."""
    return SchoolDays(
        school=school,
        calendar=SchoolCalendar.objects.filter(school=school).first(),
        closures=list(Closure.objects.filter(school=school)),
    )


def days_of(schools: Iterable[Organisation]) -> dict[int, SchoolDays]:
    """Return school days by the school's pk. One query for all, where the schools were read with
    their calendars.
    """
    known = {school.pk: SchoolDays(school, getattr(school, "calendar", None)) for school in schools}
    for closure in Closure.objects.filter(school__in=list(known)):
        known[closure.school_id].closures.append(closure)
    return known


def class_hours(
    teachings: Iterable[Teaching] | models.QuerySet,
    first: datetime.date,
    last: datetime.date,
    days: SchoolDays,
) -> list[DatedHour]:
    """The timetable of these teachings from day to day, both included, in time order; days without
    class are left out. One query.
    """
    rows = list(
        ClassHour.objects.filter(teaching__in=teachings).select_related(
            "teaching__school_class", "teaching__subject", "teaching__teacher"
        )
    )
    return on_their_days(rows, first, last, days)


def class_hours_of(
    teachings: Iterable[Teaching],
    first: datetime.date,
    last: datetime.date,
    days: dict[int, SchoolDays],
) -> list[DatedHour]:
    """As `class_hours`, of teachings that were read with their classes, of any schools; school by
    school. `days`: by the school's pk. One query.
    """
    by_pk = {teaching.pk: teaching for teaching in teachings}
    by_school: dict[int, list[ClassHour]] = {
        teaching.school_class.school_id: [] for teaching in by_pk.values()
    }
    for hour in ClassHour.objects.filter(teaching__in=list(by_pk)).order_by():
        hour.teaching = by_pk[hour.teaching_id]
        by_school[hour.teaching.school_class.school_id].append(hour)
    return [
        dated
        for school, rows in by_school.items()
        for dated in on_their_days(rows, first, last, days[school])
    ]


def on_their_days(
    rows: list[ClassHour], first: datetime.date, last: datetime.date, days: SchoolDays
) -> list[DatedHour]:
    """Hours of one school's timetable, read already."""
    found = []
    for n in range((last - first).days + 1):
        day = first + n * ONE_DAY
        if not rows or not days.has_class(day):
            continue
        letter = days.week_letter(day)
        for hour in rows:
            teaching = hour.teaching
            takes_place = hour.holds_on(day) and holds(teaching.since, teaching.until, day)
            if (
                hour.weekday == day.isoweekday()
                and hour.rhythm in (Rhythm.EACH, letter)
                and takes_place
            ):
                found.append(DatedHour(hour, day))
    return sorted(found, key=lambda dated: (dated.day, dated.hour.begins, dated.hour.pk))


def hours_missed(teacher: Person, hours: Hours) -> list[DatedHour]:
    """The teacher's hours of class that fall into these hours, with days off left out.

    One query where there are none.
    """
    first, last = (
        hours.starts_at.astimezone(PARIS).date(),
        (hours.ends_at - datetime.timedelta(microseconds=1)).astimezone(PARIS).date(),
    )
    teachings = Teaching.objects.filter(teacher=teacher, since__lte=last).filter(
        models.Q(until__isnull=True) | models.Q(until__gt=first)
    )
    weekdays = {(first + n * ONE_DAY).isoweekday() for n in range((last - first).days + 1)}
    with_hours = (
        teachings.filter(hours__weekday__in=weekdays)
        .select_related("school_class__school")
        .distinct()
    )
    by_school: dict[Organisation, list[Teaching]] = {}
    for teaching in with_hours:
        by_school.setdefault(teaching.school_class.school, []).append(teaching)
    return [
        dated
        for school, theirs in by_school.items()
        for dated in class_hours(theirs, first, last, school_days(school))
        if dated.hours.overlap(hours)
    ]
