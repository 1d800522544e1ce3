"""A week beside the one of spring 2020 that the Region published."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.indicators.models import Definition
from cms.indicators.queries.pages import Cells
from cms.indicators.values.cells import FigureCell, cell_markup, cell_words


@dataclass(frozen=True)
class ComparedLine:
    """One number of a week, of its usual week, and of 16 to 22 March 2020, in words; of a usual week also of
    how many weeks it is, as in every table.
    """

    heading: str
    week: str
    usual: str
    spring: str


def beside_spring(
    definitions: Sequence[Definition], week: Cells, usual: Cells
) -> list[ComparedLine]:
    """How many pages and visits, how much more than usual, and which share in the evening and at the
    weekend. The first week of a school year, without a usual one, isn't compared with any. A share or a
    ratio of a hidden number, or of one that isn't told, isn't reckoned, nor of two versions of a measure.
    """
    counted = _newest_counted(definitions, week)
    now, before = _region(counted, week), _region(counted, usual)
    evening, weekend = (
        _in_one_version(definitions, week, code) for code in ("pages_evening", "pages_weekend")
    )
    pages, usual_pages = (_value(cells, "pages") for cells in (now, before))
    times = ""
    if pages is not None and usual_pages:
        times = _times_words(round(pages / usual_pages, 1))
    beside_usual = ComparedLine(_("Beside a usual week"), times, "", _("three times"))
    many = _("many, “from 7:00 to midnight”")
    return [
        ComparedLine(
            _("Pages read"),
            _number(now, "pages"),
            _number(before, "pages"),
            _("6.8 million"),
        ),
        *([beside_usual] if usual else []),
        ComparedLine(
            _("Visits"),
            _number(now, "visits"),
            _number(before, "visits"),
            _("more than one million"),
        ),
        ComparedLine(
            _("Of the pages, in the evening"),
            _share(_region(evening, week), "pages_evening"),
            _share(_region(evening, usual), "pages_evening"),
            many,
        ),
        ComparedLine(
            _("Of the pages, at the weekend"),
            _share(_region(weekend, week), "pages_weekend"),
            _share(_region(weekend, usual), "pages_weekend"),
            _("many"),
        ),
    ]


def _newest_counted(definitions: Sequence[Definition], cells: Cells) -> list[Definition]:
    """Of each measure the newest version that was counted: versions of one measure aren't compared."""
    found = {one.code: one for one in definitions if (one.pk, "", None) in cells}
    return list(found.values())


def _in_one_version(definitions: Sequence[Definition], cells: Cells, code: str) -> list[Definition]:
    """Pages and this part of them in the newest version that both were counted in, or nothing: a part is
    of pages as the same version defines them.
    """
    counted = [one for one in definitions if (one.pk, "", None) in cells]
    both = {one.version for one in counted if one.code == "pages"}
    both &= {one.version for one in counted if one.code == code}
    newest = max(both, default=None)
    return [one for one in counted if one.code in ("pages", code) and one.version == newest]


def _region(definitions: Sequence[Definition], cells: Cells) -> dict[str, FigureCell]:
    """The region's whole number by code, of the newest version that was counted; no code where none was."""
    found = {}
    for one in definitions:
        if cell := cells.get((one.pk, "", None)):
            found[one.code] = cell
    return found


def _value(numbers: dict[str, FigureCell], code: str) -> int | None:
    return numbers[code].value if code in numbers else None


def _number(numbers: dict[str, FigureCell], code: str) -> str:
    if code not in numbers:
        return pgettext("a number", "not counted")
    return cell_markup(numbers[code])


def _times_words(ratio: float) -> str:
    if ratio == 1:
        return pgettext("beside a usual week", "as many")
    return _("%(number)s times") % {"number": formats.number_format(ratio, decimal_pos=1)}


def _share(numbers: dict[str, FigureCell], code: str) -> str:
    if not {code, "pages"} <= numbers.keys():
        return pgettext("a number", "not counted")
    part, pages = numbers[code], numbers["pages"]
    if part.value is None or pages.value is None:
        return cell_words(part if part.value is None else pages)
    if not pages.value:
        return ""
    return _("%(number)s%%") % {"number": round(100 * part.value / pages.value)}
