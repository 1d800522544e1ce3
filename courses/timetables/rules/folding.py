"""Dates of lessons, folded into hours of the week. Pure."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from courses.agenda.enums import Rhythm
from courses.agenda.queries import ONE_DAY, ONE_WEEK, SchoolDays, monday_of
from courses.timetables.enums import Covers
from courses.timetables.exceptions import TooManyHours
from courses.timetables.values import (
    ABSENT,
    MOST_HOURS,
    PRESENT,
    SaidEvent,
    SaidFile,
    SaidHour,
    is_too_short,
)


def fold(file: SaidFile, events: Iterable[SaidEvent], days: SchoolDays) -> None:
    """Fill in the file's hours and its period. An hour is there in each week, or in A or B weeks by
    the school's own count; what is neither isn't regular.

    With less than four weeks of term A and B aren't told apart: only what is there in each week is
    regular. Raises `TooManyHours`.
    """
    dates: dict[tuple, set[datetime.date]] = defaultdict(set)
    places: dict[tuple, str] = {}
    for event in events:
        for school_class in event.classes:
            key = (
                event.day.isoweekday(), event.begins, event.ends, event.subject, event.teachers,
                school_class,
            )  # fmt: skip
            if event.is_cancelled:  # the hour is there, were it on no day
                dates.setdefault(key, set())
                places.setdefault(key, event.place)
            else:
                dates[key].add(event.day)
                places[key] = event.place
        if len(dates) > MOST_HOURS:
            raise TooManyHours(most=MOST_HOURS)
    days_there = set().union(*dates.values())
    if not days_there:
        return
    file.first_day, file.last_day = min(days_there), max(days_there)
    mondays = [
        monday
        for monday in _mondays(file.first_day, file.last_day)
        if days.has_class_in_week(monday)
    ]
    file.weeks = len(mondays)
    possible = {
        weekday: [
            (day, days.week_letter(day))
            for monday in mondays
            if days.has_class(day := monday + (weekday - 1) * ONE_DAY)
        ]
        for weekday in range(1, 7)
    }
    for key in sorted(dates):
        file.hours.append(_hour(key, dates[key], possible[key[0]], places[key], weeks=file.weeks))


def _mondays(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    monday = monday_of(first)
    return [monday + n * ONE_WEEK for n in range((last - monday).days // 7 + 1)]


def _hour(
    key: tuple,
    dates: set[datetime.date],
    possible: list[tuple[datetime.date, str]],
    place: str,
    *,
    weeks: int,
) -> SaidHour:
    seen = [(day, letter) for day, letter in possible if day in dates]
    rhythm = _rhythm(
        {letter: sum(one == letter for _day, one in seen) for letter in (Rhythm.A, Rhythm.B)},
        {letter: sum(one == letter for _day, one in possible) for letter in (Rhythm.A, Rhythm.B)},
        weeks,
    )
    weekday, begins, ends, subject, teachers, school_class = key
    return SaidHour(
        weekday=weekday,
        begins=begins,
        ends=ends,
        rhythm=rhythm or "",
        subject=subject,
        teachers=teachers,
        school_class=school_class,
        place=place,
        is_regular=rhythm is not None,
        seen=len(seen),
        of=len(possible),
    )


def _rhythm(seen: dict[str, int], possible: dict[str, int], weeks: int) -> str | None:
    """By how many A and B weeks; None: not regular."""
    total, most = sum(seen.values()), sum(possible.values())
    if total and total == most:
        return Rhythm.EACH
    if is_too_short(weeks) or total < 2:
        return None
    share = {letter: seen[letter] / possible[letter] for letter in possible if possible[letter]}
    if all(part >= PRESENT for part in share.values()):
        return Rhythm.EACH
    for letter, other in ((Rhythm.A, Rhythm.B), (Rhythm.B, Rhythm.A)):
        is_alone = share.get(letter, 0) >= PRESENT and share.get(other, 1) <= ABSENT
        if is_alone and seen[letter] >= 2:
            return letter
    return None


def covered_by(events: list[SaidEvent]) -> Covers:
    """Whose timetable a calendar is, as far as it can be told: of a class, where one class, several
    teachers and several rooms are named; of a teacher, where it is one teacher of several classes.
    Else, as of a room, nobody's.
    """
    everywhere = in_each(event.teachers for event in events)
    classes = {name for event in events for name in event.classes}
    whole_classes = {name for event in events if not event.is_of_group for name in event.classes}
    rooms = {event.place for event in events}
    if len(whole_classes) == 1 and not everywhere:
        return Covers.CLASSES if len(rooms) > 1 or rooms == {""} else Covers.NOTHING
    if len(everywhere) == 1 and len(classes) > 1 and len(whole_classes) != 1:
        return Covers.TEACHERS
    return Covers.NOTHING


def covered_by_table(hours: list[SaidHour]) -> Covers:
    """Likewise of a table, which may be of several classes: of a teacher, where one teacher is in
    each hour; nobody's, where these are of one class alone.
    """
    if not in_each(hour.teachers for hour in hours):
        return Covers.CLASSES
    classes = {hour.school_class for hour in hours}
    return Covers.TEACHERS if len(classes) > 1 else Covers.NOTHING


def in_each(named: Iterable[Iterable[str]]) -> set[str]:
    """Teachers whom each hour names: whose timetable it may be."""
    sets = list(map(set, named))
    return set.intersection(*sets) if sets else set()
