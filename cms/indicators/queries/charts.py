"""Charts of figures, from cells that are published: a hidden one is drawn as hidden."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.indicators.models import Definition
from cms.indicators.queries.pages import Cells
from cms.indicators.values.periods import FigurePeriod, place_in_year, school_year_words
from courses.charts.values import Bar, Bars, Heat, Lines, Series
from courses.dates import SHORT_MONTHS
from courses.people.models import Organisation
from courses.people.models.classes import school_year

HOURS, DAYS = range(24), range(7)
MOST_WEEKS = 53

type HoursOfWeek = Mapping[tuple[int, int], int | None]


def hour_label(hour: int) -> str:
    return pgettext("hour of the day on a chart", "%(hour)s:00") % {"hour": hour}


def hours_of_day(
    title: str, period: FigurePeriod, found: Mapping[datetime.date, HoursOfWeek]
) -> Bars:
    """The seven days' pages by the hour, beside the usual week's. An hour with a hidden day is hidden."""
    week = found.get(period.week, {}) if period.week else {}
    before = [found[one] for one in period.weeks_before if one in found]
    rows = []
    for hour in HOURS:
        sums = [sum_of(one, hour) for one in before]
        known = [one for one in sums if one is not None]
        usual = round(sum(known) / len(known)) if known else None
        rows.append(Bar(hour_label(hour), sum_of(week, hour), usual))
    return Bars(title, rows, pgettext("unit", "pages"))


def sum_of(week: HoursOfWeek, hour: int) -> int | None:
    """None where one of the hour's days is hidden; an hour without a row had no page."""
    cells = [week.get((day, hour), 0) for day in DAYS]
    known = [one for one in cells if one is not None]
    return sum(known) if len(known) == len(cells) else None


def heat_of_week(title: str, week: HoursOfWeek) -> Heat:
    rows = [str(name) for name in dates.WEEKDAYS.values()]
    cells = [[week.get((day, hour), 0) for hour in HOURS] for day in DAYS]
    return Heat(title, rows, [str(hour) for hour in HOURS], cells)


def school_years(
    title: str, weeks: Iterable[tuple[datetime.date, int | None, int | None]]
) -> Lines:
    """A line for each school year, week by week; a hidden week leaves a gap."""
    by_year: dict[int, dict[int, int | None]] = {}
    for week, _school, shown in weeks:
        year = school_year(week)
        by_year.setdefault(year, {})[place_in_year(week, year)] = shown
    return Lines(
        title,
        [
            Series(school_year_words(year), points_of(places, year))
            for year, places in sorted(by_year.items())
        ],
    )


def points_of(places: Mapping[int, int | None], year: int) -> list[tuple[str, int | None]]:
    """From September on: of August, nearly nothing is read."""
    last = max(places)
    return [(month_of(place, year), places.get(place)) for place in range(min(places), last + 1)]


def month_of(place: int, year: int) -> str:
    monday = datetime.date(year - 1, 8, 1) + datetime.timedelta(weeks=place)
    return str(SHORT_MONTHS[monday.month - 1])


def schools_beside(
    definition: Definition, schools: Sequence[Organisation], cells: Cells, usual: Cells
) -> Bars:
    """A bar for each school."""
    rows = []
    for school in schools:
        key = (definition.pk, "", school.pk)
        cell, before = cells.get(key), usual.get(key)
        rows.append(
            Bar(
                school.name,
                0 if cell is None else cell.value,
                before.value if before else None,
            )
        )
    return Bars(definition.name, rows, definition.unit)


def when_read(
    title: str, definitions: Iterable[Definition], cells: Cells, school: int | None
) -> Bars:
    """The parts of a week: class hours, evenings, weekends."""
    rows = [
        Bar(one.name, cell.value, None)
        for one in definitions
        if one.code.startswith("pages_") and (cell := cells.get((one.pk, "", school))) is not None
    ]
    return Bars(title, rows, _("pages"))
