"""Closed weeks, by school year, and what a page shows of them."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cms.indicators.enums import InventedShare
from courses.dates import first_of_school_year, months_of_school_year, school_year_name

ONE_DAY = datetime.timedelta(days=1)
USUAL_WEEKS = 8  # the closed ones before a week, of its school year, are its usual week


@dataclass(frozen=True)
class FigurePeriod:
    """A school year's closed weeks, or one of them."""

    school_year: int  # in which it ends
    weeks: tuple[datetime.date, ...]  # all closed ones of the year, Mondays, the oldest first
    week: datetime.date | None = None  # the one that is shown; None: the year
    invented: frozenset[datetime.date] = frozenset()  # those of `weeks` that are the demo's

    @property
    def weeks_before(self) -> tuple[datetime.date, ...]:
        """The usual week is the median of these. Beside a week that reaches into September none that
        begins in August: of 26 August 2024 only the Sunday is in September.
        """
        if self.week is None:
            return ()
        before = [week for week in self.weeks if week < self.week]
        classes_begin = months_of_school_year(self.school_year - 1)[0]
        if self.week + 6 * ONE_DAY >= classes_begin:
            before = [week for week in before if week >= classes_begin]
        return tuple(before[-USUAL_WEEKS:])

    @property
    def has_usual(self) -> bool:
        """Whether there is a usual week to stand beside the one that is shown."""
        return bool(self.weeks_before)


@dataclass(frozen=True)
class ClosedCalendar:
    """All closed weeks, and which of them are the demo's."""

    # By the year in which the school year ends, the newest first: Mondays, the oldest first.
    years: Mapping[int, tuple[datetime.date, ...]] = field(default_factory=dict)
    invented: frozenset[datetime.date] = frozenset()

    @property
    def weeks(self) -> list[datetime.date]:
        return [week for weeks in self.years.values() for week in weeks]

    @property
    def state(self) -> str:
        """Changes with each week that is closed: of the cache key of what closed weeks say."""
        newest = max(self.weeks, default=None)
        return f"{newest} {len(self.weeks)} {len(self.invented)}"

    def period(self, year: str = "", week: str = "", *, is_week: bool) -> FigurePeriod | None:
        """What an address asks for: the school year that it names, else that of its week, else the
        newest; of that year its week, and of another year's the one of the same number on the calendar.
        Without a week, the last one, or with `is_week` False the whole year. None while no week is closed.
        """
        known = {one.isoformat(): one for one in self.weeks}
        of_week = next((of for of, weeks in self.years.items() if known.get(week) in weeks), None)
        newest = next(iter(self.years), None)
        chosen = next((one for one in self.years if str(one) == year), of_week or newest)
        if chosen is None:
            return None
        weeks = self.years[chosen]
        asked = same_week(known[week], weeks) if week in known else None
        return FigurePeriod(
            chosen,
            weeks,
            asked or (weeks[-1] if is_week else None),
            self.invented.intersection(weeks),
        )


def same_week(week: datetime.date, weeks: Iterable[datetime.date]) -> datetime.date | None:
    """This one of the weeks, or the one of the same number on the calendar (ISO 8601)."""
    number = week.isocalendar().week
    return next((one for one in weeks if one.isocalendar().week == number), None)


def invented_share(
    week: datetime.date | None,
    on_page: Iterable[datetime.date],
    invented: frozenset[datetime.date],
) -> InventedShare | None:
    """Of a page that shows a week, or None for a whole year; `on_page`: all weeks that any part of it is
    made of. None where all are counted.
    """
    weeks = set(on_page)
    if weeks.isdisjoint(invented):
        return None
    if weeks <= invented:
        return InventedShare.ALL
    if week is None:
        return InventedShare.SOME
    return InventedShare.WEEK if week in invented else InventedShare.BESIDE


def mondays_of_school_year(year: int) -> tuple[datetime.date, datetime.date]:
    """1 August and 31 July: a week belongs to the school year of its Monday."""
    return first_of_school_year(year), first_of_school_year(year + 1) - ONE_DAY


def place_in_year(week: datetime.date, year: int) -> tuple[int, int]:
    """Of a week of the school year that ends in `year`: the same in all years for weeks of one number
    (ISO 8601), in a school year's order. 53 comes after 52, in few years; 31 may be the first week, the last, or
    both.
    """
    calendar_year, number, _day = week.isocalendar()
    return calendar_year - year, number


def school_year_words(year: int) -> str:
    """2026–2027, of the school year that ends in 2027."""
    return school_year_name(year - 1)
