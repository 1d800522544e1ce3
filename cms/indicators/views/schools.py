"""Schools: all of them in a table, one with the region beside it, a leader's own."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.indicators.forms import ALL_ONES, MAIN_ONES, PeriodForm, SchoolsForm
from cms.indicators.permissions import reads_figures, reads_figures_of_the_region
from cms.indicators.queries.charts import school_years, when_read
from cms.indicators.queries.pages import (
    MAIN,
    REGION,
    Cells,
    ListedSchool,
    cells_of,
    cells_of_year,
    closed_calendar,
    definitions,
    schools_by_name,
    schools_counted,
    schools_of,
    week_and_usual,
    weekly,
)
from cms.indicators.queries.tables import FigureColumn, measures_table, schools_table, usual_column
from cms.indicators.values.cells import MeasureTable
from cms.indicators.values.periods import FigurePeriod, school_year_words
from cms.indicators.views.files import measure_keys, school_keys, table_file
from cms.indicators.views.periods import period_context, period_words
from courses.dates import date_words
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Organisation
from courses.people.permissions import PersonRequest, is_leader, led_school, requires
from courses.people.values import folded

ON_A_PAGE = 50
COLUMNS_OF_REGION = 2  # week, school year: beside those of a school


@require_safe
@requires(reads_figures_of_the_region)
def school_list(request: PersonRequest) -> HttpResponse:
    """Fifty schools a page, those with figures first; the choice is among published cells."""
    schools, known, form = _asked(request)
    context = period_context(form, here="schools")
    if form.period:
        counted = schools_counted(form.period)
        shown = sorted(_shown(schools, form), key=lambda school: school.pk not in counted)
        page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
        columns = _columns(known, form)
        of_page = REGION | Q(school__in=[school.pk for school in page.object_list])
        cells = cells_of(form.period, of_page & Q(definition__in=columns))
        table = schools_table(
            period_words(form.period),
            columns,
            schools_of(page.object_list),
            cells,
            is_year=form.period.week is None,
        )
        query = request.GET.copy()
        query.pop("page", None)
        context |= {
            "table": table,
            "page": page,
            "query": query.urlencode(),
            "number": len(shown),
            "counted": sum(school.pk in counted for school in shown),
        }
    return render(request, "indicators/schools.html", context)


@require_safe
@requires(reads_figures_of_the_region)
def school_list_file(request: PersonRequest) -> HttpResponse:
    """All schools of the choice, with all measures."""
    schools, known, form = _asked(request)
    if form.period is None:
        raise Http404
    shown = _shown(schools, form)
    cells = cells_of(form.period, REGION | Q(school__in=[school.pk for school in shown]))
    table = schools_table("", known, schools_of(shown), cells, is_year=form.period.week is None)
    return table_file(table, school_keys(), form.period, _("schools"))


def _asked(request: PersonRequest):
    calendar, schools, known = closed_calendar(), schools_by_name(), definitions()
    departments = sorted({school.department for school in schools if school.department})
    form = SchoolsForm(request.GET, calendar=calendar, departments=departments, definitions=known)
    return schools, known, form


def _shown(schools: list[ListedSchool], form: SchoolsForm) -> list[ListedSchool]:
    """Those of today that the words and the department name."""
    words, department = folded(form.asked("q")).split(), form.asked("department")
    return [
        school
        for school in schools
        if school.merged_into is None
        and (not department or school.department == department)
        and all(word in school.searched for word in words)
    ]


def _columns(known: list, form: SchoolsForm) -> list:
    asked = form.asked("measures")
    if asked == ALL_ONES:
        return known
    codes = MAIN if asked == MAIN_ONES else [asked]
    return [one for one in known if one.code in codes]


@require_safe
@requires(is_leader)
def own_school(request: PersonRequest) -> HttpResponse:
    """Straight to the school, or a choice where somebody leads several."""
    schools = request.user.places_as(Role.LEADER)
    if len(schools) == 1:
        return redirect("indicators:school", schools[0].public_id)
    return render(request, "indicators/mine.html", {"schools": schools})


@require_safe
@requires(reads_figures)
def school(request: PersonRequest, public_id: str) -> HttpResponse:
    """A school's own numbers beside the region's."""
    found, is_of_the_region = _school(request, public_id)
    calendar = closed_calendar()
    form = PeriodForm(request.GET, calendar=calendar, is_week=True)
    context = period_context(form, is_of_the_region=is_of_the_region, on_page=calendar.weeks)
    context["school"] = found
    if form.period:
        known = definitions()
        where = REGION | Q(school=found)
        week, usual = week_and_usual(form.period, where)
        context |= {
            "table": (table := _school_table(form.period, found, known, week, usual)),
            "is_counted": _is_counted(table),
            "when": when_read(_("When pages were read, and on what"), known, week, usual, found.pk),
            "years": school_years(_("Pages read, week by week"), weekly("pages", Q(school=found))),
        }
    return render(request, "indicators/school.html", context)


@require_safe
@requires(reads_figures)
def school_file(request: PersonRequest, public_id: str) -> HttpResponse:
    found, _is_of_the_region = _school(request, public_id)
    period = PeriodForm(request.GET, calendar=closed_calendar(), is_week=True).period
    if period is None:
        raise Http404
    week, usual = week_and_usual(period, REGION | Q(school=found))
    table = _school_table(period, found, definitions(), week, usual)
    return table_file(table, measure_keys(), period, found.uai or found.public_id)


def _school(request: PersonRequest, public_id: str) -> tuple[Organisation, bool]:
    """Any school for the Region and the académie; for a leader another one isn't there."""
    if reads_figures_of_the_region(request.user):
        found = get_object_or_404(Organisation, kind=OrganisationKind.SCHOOL, public_id=public_id)
        return found, True
    return led_school(request, public_id), False


def _is_counted(table: MeasureTable) -> bool:
    """Whether one of the school's own columns, before the region's, has a number, shown or hidden."""
    return any(cell is not None for row in table.rows for cell in row.cells[:-COLUMNS_OF_REGION])


def _school_table(
    period: FigurePeriod, found: Organisation, known: list, week: Cells, usual: Cells
) -> MeasureTable:
    year = cells_of_year(period.school_year, REGION | Q(school=found))
    words = {"year": school_year_words(period.school_year)}
    columns = [
        FigureColumn(_("This week"), week, found.pk, file_heading=period_words(period)),
        *usual_column(period, usual, found.pk),
        FigureColumn(_("School year %(year)s") % words, year, found.pk, is_of_weeks=True),
        FigureColumn(
            _("The region, this week"),
            week,
            None,
            file_heading=_("The region, week of %(day)s") % {"day": date_words(period.week)},
        ),
        FigureColumn(_("The region, school year %(year)s") % words, year, None, is_of_weeks=True),
    ]
    return measures_table(_("The school’s measures"), known, columns)
