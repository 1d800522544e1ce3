"""What every page of figures has: its form, the period that is shown, which weeks are invented."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from cms.indicators.forms import PeriodForm
from cms.indicators.queries.tables import invented_words
from cms.indicators.values.periods import FigurePeriod, invented_share, school_year_words
from courses.dates import date_words


def period_context(
    form: PeriodForm,
    *,
    here: str = "",
    is_of_the_region: bool = True,
    on_page: Iterable[datetime.date] | None = None,
) -> dict[str, Any]:
    """For `indicators/page.html`. `here`: which of the pages it is; `on_page`: the weeks that its charts
    are drawn from, where these are more than those of the year.
    """
    period = form.period
    share = None
    if period:
        weeks = period.weeks if on_page is None else on_page
        share = invented_share(period.week, weeks, form.calendar.invented)
    return {
        "form": form,
        "period": period,
        "share": share,
        "invented": invented_words(share) if share else "",
        "here": here,
        "is_of_the_region": is_of_the_region,
    }


def period_words(period: FigurePeriod) -> str:
    """Heading of what is shown: a week, or a school year."""
    if period.week:
        return _("Week of %(day)s") % {"day": date_words(period.week)}
    return _("School year %(year)s") % {"year": school_year_words(period.school_year)}
