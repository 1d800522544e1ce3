"""The six pilots of “lycéens connectés” side by side, and their figures for research."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.indicators.forms import OneMeasureForm, PeriodForm
from cms.indicators.permissions import reads_figures_of_the_region
from cms.indicators.queries.charts import schools_beside
from cms.indicators.queries.pages import (
    REGION,
    Cells,
    cells_of_year,
    closed_calendar,
    definitions,
    pilots,
    week_and_usual,
)
from cms.indicators.queries.tables import FigureColumn, measures_table
from cms.indicators.services.packs import ask_for_pack as ask
from cms.indicators.values.cells import MeasureTable
from cms.indicators.values.periods import FigurePeriod
from cms.indicators.views.files import measure_keys, table_file
from cms.indicators.views.periods import period_context, period_words
from courses.people.models import Organisation
from courses.people.permissions import PersonRequest, requires


@require_safe
@requires(reads_figures_of_the_region)
def side_by_side(request: PersonRequest) -> HttpResponse:
    """The year unless a week is asked for; of the chart's measure, a week stands beside the usual."""
    calendar, known, schools = closed_calendar(), definitions(), pilots()
    form = OneMeasureForm(request.GET, calendar=calendar, definitions=known)
    context = period_context(form, here="pilots")
    if form.period:
        cells, usual = _cells(form.period, schools)
        shown = {definition for definition, _part, _school in cells}
        measured = [one for one in known if one.code == form.code and one.pk in shown]
        context |= {
            "table": _table(form.period, known, schools, cells),
            "charts": [
                schools_beside(
                    one,
                    schools,
                    cells,
                    usual,
                    is_year=form.period.week is None,
                    versions=measured,
                )
                for one in measured
            ],
        }
    return render(request, "indicators/pilots.html", context)


@require_safe
@requires(reads_figures_of_the_region)
def pilots_file(request: PersonRequest) -> HttpResponse:
    period = PeriodForm(request.GET, calendar=closed_calendar()).period
    if period is None:
        raise Http404
    schools = pilots()
    cells, _usual = _cells(period, schools)
    table = _table(period, definitions(), schools, cells)
    return table_file(table, measure_keys(), period, _("pilots"))


@require_POST
@requires(reads_figures_of_the_region)
def ask_for_pack(request: PersonRequest) -> HttpResponse:
    """The worker makes it: its page says how far it is."""
    return redirect("people:paper", ask().public_id)


def _cells(period: FigurePeriod, schools: list[Organisation]) -> tuple[Cells, Cells]:
    where = REGION | Q(school__in=[school.pk for school in schools])
    if period.week is None:
        return cells_of_year(period.school_year, where), {}
    return week_and_usual(period, where)


def _table(
    period: FigurePeriod, known: list, schools: list[Organisation], cells: Cells
) -> MeasureTable:
    is_year = period.week is None
    columns = [
        FigureColumn(heading, cells, school, is_of_weeks=is_year)
        for heading, school in [
            *((one.name, one.pk) for one in schools),
            (_("The region"), None),
        ]
    ]
    return measures_table(period_words(period), known, columns)
