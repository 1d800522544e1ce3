"""A page's table as a file that a French spreadsheet opens."""

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.indicators.queries.tables import file_rows
from cms.indicators.values.cells import MeasureTable
from cms.indicators.values.periods import FigurePeriod, invented_share, school_year_words
from courses.tables.services.files import write_rows


def measure_keys() -> list[str]:
    return [_("Code"), _("Version"), _("Part"), _("Name of the part"), _("Measure"), _("Unit")]


def school_keys() -> list[str]:
    return [_("School"), "UAI", _("Department")]


def table_file(
    table: MeasureTable, keys: list[str], period: FigurePeriod, *about: str
) -> HttpResponse:
    """The cells that the page shows: a hidden one says so, and a sum how many weeks it leaves out."""
    share = invented_share(period.week, period.weeks, period.invented)
    response = HttpResponse(
        write_rows(*file_rows(table, keys, share)),
        content_type="text/csv; charset=utf-8",
    )
    when = period.week.isoformat() if period.week else school_year_words(period.school_year)
    invented = [pgettext("figures", "invented")] if share else []
    name = slugify("-".join([_("figures"), *invented, *about, when.replace("–", "-")]))
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
