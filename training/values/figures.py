"""What the Region reads of subscriptions and trainings."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.dates import month_words, months_of_school_year
from training.enums import FiguresBy

CENT = Decimal("0.01")


@dataclass(frozen=True)
class FiguresAsked:
    """Which lines, and of what; what is empty filters nothing. `year`: in which the school year
    begins. `resource` is a primary key.
    """

    year: int
    month: datetime.date | None = None
    by: FiguresBy = FiguresBy.RESOURCE
    resource: int | None = None
    department: str = ""

    @property
    def months(self) -> list[datetime.date]:
        """The first days of those that are counted."""
        return [self.month] if self.month else months_of_school_year(self.year)

    @property
    def is_of_places(self) -> bool:
        """Sessions and hours belong to no school: they aren't told of one."""
        return self.by in (FiguresBy.SCHOOL, FiguresBy.DEPARTMENT) or bool(self.department)

    @property
    def tells_cost(self) -> bool:
        """An amount is of a resource's whole year and of all schools."""
        return self.by == FiguresBy.RESOURCE and not self.month and not self.department

    @property
    def could_tell_seats_taken(self) -> bool:
        """Seats taken, less people present (delivery notes), are people absent. So of all sessions of a
        school year alone.
        """
        return not (self.month or self.resource or self.is_of_places)

    @property
    def tells_openers(self) -> bool:
        """Whoever opens two resources counts at both: there is no number of all resources."""
        return self.by == FiguresBy.RESOURCE or self.resource is not None

    @property
    def openers_without_sum(self) -> str:
        """Why people of several lines aren't added up; empty of one resource's places, which have a sum."""
        if self.by == FiguresBy.MONTH:
            return _("no sum: people come again in another month")
        if self.resource is None:
            return _("no sum: whoever opens two resources counts at both")
        return ""

    @property
    def tells_no_shows(self) -> bool:
        """Of places only one resource's: each has a pattern of its own of what is hidden."""
        return self.resource is not None or not self.is_of_places


@dataclass
class SeatCount:
    """Seats of sessions that were held. A percentage rounded to ten leaves at least five numbers of
    seats possible where there are 100; zero per cent would be one to four people.
    """

    FEWEST: ClassVar[int] = 100

    offered: int = 0
    taken: int = 0

    def add(self, offered: int, taken: int) -> None:
        self.offered += offered
        self.taken += min(taken, offered)

    @property
    def rounded_percent(self) -> int | None:
        """To the nearest ten, half of it up. None of fewer than `FEWEST` seats."""
        if self.offered < self.FEWEST:
            return None
        return (20 * self.taken + self.offered) // (2 * self.offered) * 10 or None


@dataclass
class PublishedNumber:
    """Cells of published tables added up: `number` of those that are shown, and how many are hidden.

    `cells` is 0 where nothing is counted yet, or `is_lost`: nor ever will be. `without_resources`: of a sum
    of all resources, which (primary keys) are hidden in at least one of its cells.
    """

    number: int = 0
    hidden: int = 0
    cells: int = 0
    is_lost: bool = False
    without_resources: set[int] = field(default_factory=set)

    def add(self, shown: int | None) -> None:
        self.cells += 1
        if shown is None:
            self.hidden += 1
        else:
            self.number += shown

    @property
    def is_hidden(self) -> bool:
        """Nothing is left to show."""
        return bool(self.hidden) and not self.number


@dataclass
class FigureLine:
    """One resource, department, school or month.

    `schools`: how many have a licence in the period; `next_end`: the soonest of their last days, from
    today on, `last_end` the latest before. `followed_minutes` are of `followed_months`, as the first note of
    each has them, and leave out `hidden_months` and, with `has_open_dates`, dates whose sheets weren't closed
    by then: cost per hour is then a little too high. `without_cost`: of the line of all, how many resources'
    amounts aren't known. `month`: of a line that is one.
    """

    label: str
    schools: set[int] = field(default_factory=set)
    next_end: datetime.date | None = None
    last_end: datetime.date | None = None
    has_no_end: bool = False
    cost: Decimal | None = None
    without_cost: int = 0
    offered: int = 0
    held: int = 0
    minutes: int = 0
    openers: PublishedNumber = field(default_factory=PublishedNumber)
    no_shows: PublishedNumber = field(default_factory=PublishedNumber)
    followed_minutes: int = 0
    followed_months: list[datetime.date] = field(default_factory=list)
    hidden_months: int = 0
    has_open_dates: bool = False
    month: datetime.date | None = None

    @property
    def hours_of(self) -> str:
        months = ", ".join(month_words(month) for month in self.followed_months)
        return _("hours of %(months)s") % {"months": months}

    @property
    def is_at_most(self) -> bool:
        """Whether hours are missing in it: hidden on a first note, or of sheets that were open then."""
        return bool(self.hidden_months) or self.has_open_dates

    @property
    def cost_per_hour(self) -> Decimal | None:
        """None without an amount, or without an hour that may be read."""
        if self.cost is None or not self.followed_minutes:
            return None
        found = (self.cost * 60 / self.followed_minutes).quantize(CENT)
        return max(found, CENT) if self.cost else found  # it wasn't free

    @property
    def hides_cost_per_hour(self) -> bool:
        """Whether there is none because all hours that were followed are hidden."""
        return self.cost is not None and not self.followed_minutes and bool(self.hidden_months)

    def ends(self, until: datetime.date | None, today: datetime.date) -> None:
        if until is None:
            self.has_no_end = True
        elif until >= today:
            self.next_end = min(self.next_end or until, until)
        else:
            self.last_end = max(self.last_end or until, until)

    @property
    def end_in_words(self) -> str:
        """Nothing where no school has a licence in the period."""
        if self.next_end:
            return formats.date_format(self.next_end, "SHORT_DATE_FORMAT")
        if self.has_no_end:
            return pgettext("licence", "no end")
        if self.last_end:
            day = formats.date_format(self.last_end, "SHORT_DATE_FORMAT")
            return pgettext("licence", "ended on %(day)s") % {"day": day}
        return ""


@dataclass(frozen=True)
class Figures:
    """The lines, and one of all. `openers_of`: the month of which people who opened are told, the
    newest that is closed in the period. `no_shows_of`: the months whose no-shows are added up;
    `followed_months`: those that have a delivery note, which tells the hours followed. `seats_taken`:
    about how many per cent of all, None where it isn't told. `months_over`: how many months of the period.
    """

    asked: FiguresAsked
    lines: list[FigureLine]
    whole: FigureLine
    openers_of: datetime.date | None
    no_shows_of: list[datetime.date]
    followed_months: list[datetime.date]
    seats_taken: int | None = None
    months_over: int = 0

    @property
    def no_shows_until(self) -> datetime.date | None:
        """The newest of the months whose no-shows are added up."""
        return max(self.no_shows_of, default=None)

    @property
    def lacks_no_shows(self) -> bool:
        """Whether the sum of no-shows is of fewer months than are over."""
        return 0 < len(self.no_shows_of) < self.months_over

    @property
    def without_no_shows(self) -> list[datetime.date]:
        """Months of the period that are over and aren't counted."""
        over = self.asked.months[: self.months_over]
        return [month for month in over if month not in self.no_shows_of]
