"""Seats of which nobody made use, written once for each month that is over; hidden numbers are forgotten
a month later.
"""

import datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from courses.catalogue.models import Resource
from courses.dates import month_before, month_of
from courses.disclosure.values import TOTAL
from training.enums import SessionState
from training.models import MonthNoShows, MonthPresence, Session
from training.queries.month_sheets import has_open_sheets
from training.queries.no_shows import MONTHS_BACK, NoShowPattern, pattern_of
from training.rules import is_month_settled


def close_months(now: datetime.datetime) -> int:
    """Close each month that is settled and isn't closed yet, from that of the first session on; return how
    many.
    """
    today, begun, closed = timezone.localdate(now), _first_month(), 0
    there = set(MonthNoShows.objects.order_by().values_list("month", flat=True).distinct())
    month = month_before(today)
    for _back in range(MONTHS_BACK):
        if begun is None or month < begun:
            break
        if month not in there and is_month_settled(
            month, has_open_sheets=has_open_sheets(month), today=today
        ):
            closed += close_month(month, now)
        month = month_before(month)
    return closed


def forget_hidden_numbers(now: datetime.datetime) -> int:
    """Set hidden numbers to 0 from the second month after theirs on; return how many there were. Which
    are hidden stays, and a corrected note asks no more. May run twice.
    """
    old = MonthNoShows.objects.filter(month__lt=month_before(timezone.localdate(now)))
    return old.filter(is_hidden=True).exclude(number=0).update(number=0)


def _first_month() -> datetime.date | None:
    """Of the first session, or of the first month that is closed: sessions may be deleted."""
    opened = Session.objects.exclude(state=SessionState.DRAFT)
    begins = opened.aggregate(first=Min("starts_at"))["first"]
    closed = MonthNoShows.objects.aggregate(first=Min("month"))["first"]
    months = [month_of(timezone.localdate(begins))] if begins else []
    return min([*months, *([closed] if closed else [])], default=None)


def close_month(month: datetime.date, now: datetime.datetime | None = None) -> bool:
    """Write its numbers, of absent people and of people who were there, hidden where one of fewer than five
    could be told. False if it was closed. What is written is never counted anew, whatever is corrected on a sheet.

    Holds the resources until commit: two ticks close a month once.
    """
    with transaction.atomic():
        list(Resource.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        if MonthNoShows.objects.filter(month=month).exists():
            return False
        counted = pattern_of(month)
        MonthNoShows.objects.bulk_create(_rows(month, counted))
        MonthPresence.objects.bulk_create(_presences(month, counted, timezone.localdate(now)))
    return True


def _presences(
    month: datetime.date, counted: NoShowPattern, today: datetime.date
) -> list[MonthPresence]:
    return [
        MonthPresence(
            month=month,
            provider_id=provider,
            resource_id=resource,
            counted_on=today,
            dates=len(of_dates),
            present=None if resource in counted.untold else sum(of_dates),
        )
        for (provider, resource), of_dates in sorted(counted.there.items())
    ]


def _rows(month: datetime.date, counted: NoShowPattern) -> list[MonthNoShows]:
    """One for each number that isn't 0, or is hidden, and of the whole always: so a month in which
    everybody came is closed, too. Of a resource that isn't told one row, hidden, which pages read for
    each place, too; of one whose places aren't told its own, and none of a place. The whole is of what is
    told; it is hidden where that is nothing and others are hidden.
    """
    whole = sum(table.number for table in counted.tables.values())
    rows = [
        MonthNoShows(month=month, number=whole, is_hidden=bool(counted.untold) and not whole),
        *(
            MonthNoShows(month=month, resource_id=one, number=0, is_hidden=True)
            for one in sorted(counted.untold)
        ),
    ]
    for resource, table in sorted(counted.tables.items()):
        for (place,), number in table.sums.items():
            # Schools of no department have a sum, too, which no row shows.
            if place == "" or not number or not (place == TOTAL or table.tells_places):
                continue
            department = table.departments.get(place, TOTAL) if isinstance(place, int) else place
            rows.append(
                MonthNoShows(
                    month=month,
                    resource_id=resource,
                    school_id=place if isinstance(place, int) else None,
                    department="" if department == TOTAL else str(department),
                    number=number,
                    is_hidden=place != TOTAL and table.published.value(place) is None,
                )
            )
    return rows
