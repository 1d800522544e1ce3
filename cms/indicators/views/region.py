"""The region: a week by the hour, beside its usual week and spring 2020; the measures; the years."""

import datetime
from collections.abc import Mapping
from functools import cached_property

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.indicators.forms import PeriodForm
from cms.indicators.models import Definition
from cms.indicators.permissions import reads_figures_of_the_region
from cms.indicators.queries.beside import ComparedLine, beside_spring
from cms.indicators.queries.charts import HoursOfWeek, heat_of_week, hours_of_day, school_years
from cms.indicators.queries.pages import (
    REGION,
    Cells,
    cells_of_year,
    closed_calendar,
    definitions,
    hours_of,
    week_and_usual,
    weekly,
)
from cms.indicators.queries.tables import FigureColumn, measures_table, usual_column
from cms.indicators.values.cells import MeasureTable
from cms.indicators.values.periods import FigurePeriod, school_year_words
from cms.indicators.views.files import measure_keys, table_file
from cms.indicators.views.periods import period_context, period_words
from courses.charts.values import Bars, Heat, Lines
from courses.people.permissions import PersonRequest, requires


class RegionReport:
    """The page's figures. Each is read when the template asks, so never where its fragment is cached."""

    def __init__(self, period: FigurePeriod) -> None:
        self.period = period

    @cached_property
    def known(self) -> list[Definition]:
        return definitions()

    @cached_property
    def week_and_usual(self) -> tuple[Cells, Cells]:
        return week_and_usual(self.period, REGION)

    @cached_property
    def hours_of_weeks(self) -> Mapping[datetime.date, HoursOfWeek]:
        return hours_of(self.period)

    @cached_property
    def hours(self) -> Bars:
        return hours_of_day(_("Pages read by the hour"), self.period, self.hours_of_weeks)

    @cached_property
    def heat(self) -> Heat:
        shown = self.hours_of_weeks.get(self.period.week, {}) if self.period.week else {}
        return heat_of_week(_("Day by day"), shown)

    @cached_property
    def beside(self) -> list[ComparedLine]:
        return beside_spring(self.known, *self.week_and_usual)

    @cached_property
    def table(self) -> MeasureTable:
        return _table(self.period, self.known, *self.week_and_usual)

    @cached_property
    def years(self) -> Lines:
        return school_years(_("Pages read, week by week"), weekly("pages", REGION))


@require_safe
@requires(reads_figures_of_the_region)
def region(request: PersonRequest) -> HttpResponse:
    calendar = closed_calendar()
    form = PeriodForm(request.GET, calendar=calendar, is_week=True)
    context = period_context(form, here="region", on_page=calendar.weeks)
    if form.period and form.period.week:
        context |= {"report": RegionReport(form.period), "state": calendar.state}
    return render(request, "indicators/region.html", context)


@require_safe
@requires(reads_figures_of_the_region)
def region_file(request: PersonRequest) -> HttpResponse:
    period = PeriodForm(request.GET, calendar=closed_calendar(), is_week=True).period
    if period is None:
        raise Http404
    table = _table(period, definitions(), *week_and_usual(period, REGION))
    return table_file(table, measure_keys(), period)


def _table(period: FigurePeriod, known: list, week: Cells, usual: Cells) -> MeasureTable:
    year = cells_of_year(period.school_year, REGION)
    columns = [
        FigureColumn(_("This week"), week, None, file_heading=period_words(period)),
        *usual_column(period, usual, None),
        FigureColumn(
            _("School year %(year)s") % {"year": school_year_words(period.school_year)},
            year,
            None,
            is_of_weeks=True,
        ),
    ]
    return measures_table(_("The region’s measures"), known, columns)
