"""Charts of figures, from cells that are published: a hidden one is drawn as hidden."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.utils import dates
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.indicators.models import Definition
from cms.indicators.queries.pages import Cells
from cms.indicators.queries.tables import and_mean, name_among
from cms.indicators.values.cells import untold_words, usual_of
from cms.indicators.values.periods import FigurePeriod, place_in_year, school_year_words
from courses.charts.values import Bar, Bars, Heat, Lines, Series
from courses.disclosure.values import figure_words
from courses.people.models import Organisation
from courses.people.models.classes import school_year

HOURS, DAYS = range(24), range(7)
MOST_YEARS = 6  # lines that can be told apart

type HoursOfWeek = Mapping[tuple[int, int], int | None]


def hour_label(hour: int) -> str:
    return pgettext("hour of the day on a chart", "%(hour)s:00") % {"hour": hour}


def hours_of_day(
    title: str, period: FigurePeriod, found: Mapping[datetime.date, HoursOfWeek]
) -> Bars:
    """The seven days' pages by the hour, beside the usual week's. An hour of which one day is hidden is
    hidden.
    """
    week = found.get(period.week, {}) if period.week else {}
    before = [found[one] for one in period.weeks_before if one in found]
    rows = []
    for hour in HOURS:
        usual = usual_of([sum_of_days(one, hour) for one in before])
        rows.append(Bar(hour_label(hour), sum_of_days(week, hour), usual.value))
    return Bars(
        title,
        rows,
        _("Pages"),
        row_head=_("Hour"),
        usual_words=_("Usual week"),
        is_upright=True,
        sentence=most_words(rows),
    )


def most_words(rows: Sequence[Bar]) -> str:
    """Nothing where every hour is hidden or empty."""
    hour, most = max(
        enumerate(bar.value or 0 for bar in rows), key=lambda one: one[1], default=(0, 0)
    )
    if not most:
        return ""
    return _("The busiest hour: from %(hour)s to %(end)s, %(number)s pages.") % {
        "hour": hour_label(hour),
        "end": hour_label(hour + 1),
        "number": figure_words(most),
    }


def sum_of_days(week: HoursOfWeek, hour: int) -> int | None:
    """None where one of the hour's days is hidden; an hour without a row had no page."""
    cells = [week.get((day, hour), 0) for day in DAYS]
    known = [one for one in cells if one is not None]
    return sum(known) if len(known) == len(cells) else None


def heat_of_week(title: str, week: HoursOfWeek) -> Heat:
    rows = [capfirst(str(name)) for name in dates.WEEKDAYS_ABBR.values()]
    cells = [[week.get((day, hour), 0) for hour in HOURS] for day in DAYS]
    columns = [hour_label(hour) for hour in HOURS]
    return Heat(title, rows, columns, cells, unit=_("Pages"), row_head=_("Hour"))


def school_years(
    title: str, weeks: Iterable[tuple[datetime.date, int | None, int | None]]
) -> Lines:
    """A line for each school year, week by week; a hidden week leaves a gap."""
    by_year: dict[int, dict[tuple[int, int], int | None]] = {}
    for week, _school, shown in weeks:
        year = school_year(week)
        by_year.setdefault(year, {})[place_in_year(week, year)] = shown
    drawn = sorted(by_year)[-MOST_YEARS:]
    places = sorted({place for year in drawn for place in by_year[year]})
    return Lines(
        title,
        [Series(school_year_words(year), sorted(by_year[year].items())) for year in drawn],
        unit=_("Pages"),
        row_head=_("Week of the calendar"),
        places={place: str(place[1]) for place in places},
    )


def schools_beside(
    definition: Definition,
    schools: Sequence[Organisation],
    cells: Cells,
    usual: Cells,
    *,
    is_year: bool,
    versions: Sequence[Definition] = (),
) -> Bars:
    """A bar for each school in which it was counted. Of a year the mean of its weeks: sums would be of
    as many weeks as each school has published. `versions`: all of this measure that have a chart.
    """
    rows, is_untold = [], False
    for school in schools:
        key = (definition.pk, "", school.pk)
        if (cell := cells.get(key)) is not None:
            shown, before = cell.per_week if is_year else cell, usual.get(key)
            is_untold = is_untold or shown.is_untold
            rows.append(
                Bar(
                    school.name,
                    shown.value,
                    before.value if before else None,
                    weeks=shown.weeks if is_year else None,
                    instead=untold_words() if shown.is_untold else "",
                )
            )
    return Bars(
        name_among(definition, versions),
        rows,
        capfirst(and_mean(definition.unit) if is_year else definition.unit),
        row_head=_("School"),
        usual_words=_("Usual week"),
        weeks_head=_("Weeks used") if is_year else "",
        sentence=_(
            "No mean is told where no more weeks are used than hidden or left out, nor a 0 beside such weeks."
        )
        if is_untold
        else "",
    )


def when_read(
    title: str, definitions: Iterable[Definition], cells: Cells, usual: Cells, school: int | None
) -> Bars:
    """Pages in class hours, in the evening, at the weekend, by device."""
    rows = []
    found = [
        one
        for one in definitions
        if one.code.startswith("pages_") and (one.pk, "", school) in cells
    ]
    for one in found:
        key = (one.pk, "", school)
        before = usual.get(key)
        rows.append(Bar(name_among(one, found), cells[key].value, before.value if before else None))
    return Bars(
        title, rows, _("Pages"), row_head=pgettext("pages", "When"), usual_words=_("Usual week")
    )
