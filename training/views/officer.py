"""The Region's page: what subscriptions cost, and what came of them. Numbers, no person."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from courses.catalogue.models import Resource
from courses.charts.values import Bar, Bars
from courses.dates import month_words, months_of_school_year, school_year_begun
from courses.disclosure.values import figure_words
from courses.people.models import today
from courses.people.permissions import PersonRequest, is_officer, requires
from courses.tables.services.files import write_rows
from training.enums import FiguresBy
from training.forms.officer import FiguresForm
from training.queries import deliveries
from training.queries.figures import departments, figures
from training.values import FigureLine, Figures, PublishedNumber

YEARS_SHOWN = 3  # sheets are kept for three years
NOTES_SHOWN = 5


def _asked_for(request: PersonRequest) -> tuple[FiguresForm, Figures, list]:
    """The form, the figures, and the delivery notes of the school year."""
    newest = school_year_begun(today())
    resources = list(Resource.objects.all())
    form = FiguresForm(
        request.GET,
        years=range(newest, newest - YEARS_SHOWN, -1),
        resources=resources,
        departments=departments(),
    )
    asked = form.asked
    notes = list(deliveries.notes().filter(month__in=months_of_school_year(asked.year)))
    found = figures(asked, resources=resources, notes=notes, now=timezone.now())
    return form, found, notes


@require_safe
@requires(is_officer)
def subscriptions(request: PersonRequest) -> HttpResponse:
    form, found, notes = _asked_for(request)
    current = [note for note in notes if not note.replacement]
    context = {
        "form": form,
        "figures": found,
        "chart": _openers_chart(found),
        "asked": found.asked,
        "chosen": form.chosen,
        "notes": current[:NOTES_SHOWN],
        "query": request.GET.urlencode(),
        "openers_heading": _openers_heading(found),
        "first_heading": found.asked.by.label,
        "is_running": found.asked.year == school_year_begun(today()),
    }
    return render(request, "training/officer/subscriptions.html", context)


@require_safe
@requires(is_officer)
def export_subscriptions(request: PersonRequest) -> HttpResponse:
    """The same lines as the page, with the same cells hidden, for a French spreadsheet."""
    form, found, _notes = _asked_for(request)
    columns = _columns(found)
    rows = [[cell(line) for _heading, cell in columns] for line in found.lines]
    rows += [
        [cell(line) for _heading, cell in _columns(found, is_sum=True)] for line in _sum(found)
    ]
    content = write_rows([heading for heading, _cell in columns], rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    period = f"{found.asked.month:%Y-%m}" if found.asked.month else found.asked.year
    about = [
        _("Subscriptions"),
        *([pgettext("figures", "invented")] if settings.ONE_CLICK_LOGINS else []),
    ]
    name = (
        f"{slugify('-'.join([*about, str(period), str(found.asked.by.label), *form.chosen]))}.csv"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@requires(is_officer)
def old_openings(request: PersonRequest) -> HttpResponse:
    """Where openings by week were read until they were counted by month."""
    return redirect("training:subscriptions", permanent=True)


def _sum(found: Figures) -> list[FigureLine]:
    """As on the page: where there are several lines."""
    return [replace(found.whole, label=_("All together"))] if len(found.lines) > 1 else []


def _columns(found: Figures, *, is_sum: bool = False) -> list:
    """Heading and cell of each column that the page shows, too; `is_sum`: of the line of all."""
    asked = found.asked
    columns = [
        (str(asked.by.label), lambda line: line.label),
        *(
            [(_("Schools"), lambda line: str(len(line.schools)))]
            if asked.by != FiguresBy.SCHOOL
            else []
        ),
        (
            _("Next end"),
            lambda line: line.end_in_words,
        ),
    ]
    if asked.tells_cost:
        columns.append((_("Cost of the year (€)"), _cost))
        columns.append((_("About the cost of the year"), _about_amounts))
    if not asked.is_of_places:
        columns += [
            (_("Sessions offered"), lambda line: str(line.offered)),
            (_("Sessions held"), lambda line: str(line.held)),
            (_("Hours delivered"), lambda line: _decimal(line.minutes / 60)),
        ]
    if found.seats_taken is not None and _sum(found):
        percent = str(found.seats_taken) if is_sum else ""  # of no line alone
        columns.append((_("Seats taken, about (%)"), lambda _line: percent))
    if asked.tells_openers:
        without_sum = asked.openers_without_sum if is_sum else ""
        columns.append((_openers_heading(found), lambda line: _openers(line.openers, without_sum)))
    if asked.tells_no_shows:
        columns.append((_("Enrolled and absent"), lambda line: _people(line.no_shows)))
        columns.append((_("Of these, months hidden"), lambda line: str(line.no_shows.hidden)))
        if asked.resource is None:
            columns.append((_("Hidden resources left out"), _hidden_resources))
        columns.append(_months_counted(found, is_sum=is_sum))
    if asked.tells_cost:
        columns.append((_("Cost per hour followed (€)"), lambda line: _cost_per_hour(line, is_sum)))
        columns.append((_("About the cost per hour"), lambda line: _about_cost(line, is_sum)))
    return columns


def _hidden_resources(line: FigureLine) -> str:
    return str(len(line.no_shows.without_resources))


def _months_counted(found: Figures, *, is_sum: bool) -> tuple:
    """Heading and cell: of how many months that are over the no-shows are, of a line that is a month 0 or 1."""
    counted = len(found.no_shows_of)
    is_month = found.asked.by == FiguresBy.MONTH and not is_sum
    heading = _("Months counted (months over: %(number)s)") % {"number": found.months_over}
    return heading, lambda line: str(min(line.no_shows.cells, 1) if is_month else counted)


def _openers_heading(found: Figures) -> str:
    if found.asked.by == FiguresBy.MONTH or not found.openers_of:
        return _("People who opened it")
    return _("People who opened it in %(month)s") % {"month": month_words(found.openers_of)}


def _openers_chart(found: Figures) -> Bars | None:
    """A bar for each line; None where nothing is counted yet."""
    bars = [
        Bar(line.label, None if line.openers.is_hidden else line.openers.number)
        for line in found.lines
        if line.openers.cells
    ]
    if not bars:
        return None
    return Bars(
        title=_openers_heading(found),
        rows=bars,
        unit=_("people"),
        row_head=str(found.asked.by.label),
        is_upright=False,
    )


def _decimal(number) -> str:
    if number is None:
        return ""
    written = f"{number:.2f}"
    return written if translation.get_language() == "en" else written.replace(".", ",")


def _cost(line: FigureLine) -> str:
    return _("not known") if line.cost is None else _decimal(line.cost)


def _about_amounts(line: FigureLine) -> str:
    """Of the line of all: how many resources are missing in the sum."""
    if line.cost is None or not line.without_cost:
        return ""
    return ngettext(
        "without %(number)s resource whose amount isn’t known",
        "without %(number)s resources whose amount isn’t known",
        line.without_cost,
    ) % {"number": line.without_cost}


def _cost_per_hour(line: FigureLine, is_sum: bool) -> str:
    """As the page says it; empty in the line of all, which has none."""
    if is_sum:
        return ""
    if line.hides_cost_per_hour:
        return figure_words(None)
    if line.cost_per_hour is None:
        return pgettext("cost per hour", "not known")
    return _decimal(line.cost_per_hour)


def _about_cost(line: FigureLine, is_sum: bool) -> str:
    """What the page says in the cost's own cell, and of which months the hours are."""
    if is_sum:
        return _("no sum: each resource has its own amount and hours")
    if line.cost_per_hour is None:
        return ""
    words = [_("at most")] if line.is_at_most and line.cost_per_hour != 0 else []
    return ", ".join([*words, line.hours_of])


def _openers(number: PublishedNumber, without_sum: str) -> str:
    if without_sum and not number.is_lost:
        return without_sum
    return _people(number)


def _people(number: PublishedNumber) -> str:
    if number.is_lost:
        return _("wasn’t counted")
    if not number.cells:
        return _("not counted yet")
    return figure_words(None) if number.is_hidden else str(number.number)
