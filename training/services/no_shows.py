"""Seats of which nobody made use, written once for each month that is over."""

import datetime

from django.db import transaction
from django.utils import timezone

from courses.catalogue.models import Resource
from courses.dates import month_before
from courses.disclosure.values import TOTAL
from training.models import MonthNoShows
from training.queries.month_sheets import has_open_sheets
from training.queries.no_shows import pattern_of
from training.rules import is_month_settled

MONTHS_BACK = 24  # sheets are kept for three years


def close_months(now: datetime.datetime) -> int:
    """Close each month that is settled and isn't closed yet; return how many."""
    today, closed = timezone.localdate(now), 0
    there = set(MonthNoShows.objects.order_by().values_list("month", flat=True).distinct())
    month = month_before(today)
    for _back in range(MONTHS_BACK):
        if month not in there and is_month_settled(
            month, has_open_sheets=has_open_sheets(month), today=today
        ):
            closed += close_month(month)
        month = month_before(month)
    return closed


def close_month(month: datetime.date) -> bool:
    """Write its numbers, hidden where one of fewer than five people could be told. False if it was
    closed. What is written is never counted anew, whatever is corrected on a sheet.

    Holds the resources until commit: two ticks close a month once.
    """
    with transaction.atomic():
        list(Resource.objects.select_for_update().order_by("pk").values_list("pk"))
        if MonthNoShows.objects.filter(month=month).exists():
            return False
        MonthNoShows.objects.bulk_create(_rows(month))
    return True


def _rows(month: datetime.date) -> list[MonthNoShows]:
    """One for each number that isn't 0, or is hidden, and of the whole always: so a month in which
    everybody came is closed, too. No row of a provider: its cells are there for its delivery note.
    """
    counted = pattern_of(month)
    places = counted.table.axes[1].parents
    rows = []
    for (of_resource, at), number in counted.table.sums().items():
        is_hidden = counted.published.value(of_resource, at) is None
        is_whole = of_resource == at == TOTAL
        # Schools of no department have a sum, too, which no row shows.
        if isinstance(of_resource, tuple) or at == "" or not (number or is_hidden or is_whole):
            continue
        is_school = isinstance(at, int)
        rows.append(
            MonthNoShows(
                month=month,
                resource_id=of_resource if isinstance(of_resource, int) else None,
                school_id=at if isinstance(at, int) else None,
                department="" if at == TOTAL else str(places[at] if is_school else at),
                number=number,
                is_hidden=is_hidden,
            )
        )
    return rows
