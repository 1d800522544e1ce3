"""Refusals of a file of rows, of its headings, of a cell."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class TableTooLarge(Refusal):
    message = _("This file is larger than 1 MB or has more than 3,000 lines: cut it into several.")


class TableUnreadable(Refusal):
    message = _(
        "This file is not a table in CSV: save it as “CSV” from your spreadsheet, then choose it"
        " again."
    )


class WorkbookUnreadable(Refusal):
    message = _("This workbook (XLSX) can’t be opened: save it as “CSV”, then choose it again.")


class TableWithoutLines(Refusal):
    message = _("This table has no line under its headings.")


class ColumnsMissing(Refusal):
    message = _("These columns are missing from the first line: %(columns)s.")


class HeadingsNotFound(Refusal):
    message = _("None of the first %(lines)s lines has the headings of these columns: %(columns)s.")
    remedy = _(
        "Open the file in a spreadsheet, write these headings above their columns, delete the"
        " lines above them, and save it as “CSV”."
    )


class ColumnsUnknown(Refusal):
    message = _("The first line names columns that are not known: %(columns)s.")


class ColumnsTwice(Refusal):
    message = _(
        "The first line names these columns more than once: %(columns)s. Leave one of each."
    )


class LineTooLong(Refusal):
    message = _(
        "Line %(line)s has more cells than the first line has headings: is a separator missing its"
        " quotes?"
    )


class TableHasWrongLines(Refusal):
    message = _("Correct the marked lines first: nothing was saved.")


class PlanChanged(Refusal):
    message = _(
        "Something changed in the meantime: look at the lines once more. Nothing was saved."
    )


class CellRefused(Refusal):
    """A cell can't be read; the sentence is the column's own."""

    def __init__(self, message: str | Promise, remedy: str | Promise = "", **values):
        self.message, self.remedy = message, remedy
        super().__init__(**values)


class CellTooLong(Refusal):
    message = _("This is longer than %(most)s characters.")
    remedy = _("Shorten it.")


class NotADay(Refusal):
    message = _("“%(word)s” is not a day.")
    remedy = _("Write it as 2026-09-01 or 01/09/2026.")
