"""How many people opened each resource in a month, written once when the month is over; hidden numbers
are forgotten a month later.
"""

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from courses.catalogue.models import Resource
from courses.dates import month_before, month_bounds
from courses.disclosure.rules import publish
from courses.disclosure.values import TOTAL, Axis, Cell, Key, Table
from courses.launches.models import Launch, MonthOpeners
from courses.launches.queries.months import month_of_first_launch, months_over


def close_months(now: datetime.datetime) -> int:
    """Close each month that is over and isn't closed yet, the oldest first; return how many. Of months
    before the first launch nothing is known: they aren't closed.
    """
    today, closed = timezone.localdate(now), 0
    first = MonthOpeners.objects.aggregate(month=Min("month"))["month"]
    # The ledger is kept for six months: of the first launch, or of the first month that is closed.
    begun = min(month_of_first_launch(today), first or today)
    for month in reversed(months_over(today)):
        if month >= begun and not MonthOpeners.objects.filter(month=month).exists():
            closed += close_month(month)
    return closed


def forget_hidden_numbers(now: datetime.datetime) -> int:
    """Set hidden numbers to 0 from the second month after theirs on; return how many there were. Which
    are hidden stays. May run twice.
    """
    old = MonthOpeners.objects.filter(month__lt=month_before(timezone.localdate(now)))
    # Written until 2026-12, read by nothing.
    MonthOpeners.objects.filter(failures__isnull=False).update(failures=None)
    return old.filter(is_hidden=True).exclude(people=0).update(people=0)


def close_month(month: datetime.date) -> bool:
    """Write its numbers, hidden where one of fewer than five could be told. False if it was closed.

    Holds the resources until commit: two ticks close a month once. What is written is never counted
    anew, whatever becomes of the openings.
    """
    with transaction.atomic():
        resources = list(Resource.objects.select_for_update().order_by("pk"))
        if MonthOpeners.objects.filter(month=month).exists():
            return False
        people = _people(month)
        for resource in resources:
            MonthOpeners.objects.bulk_create(_rows(resource, month, people[resource.pk]))
    return bool(resources)


def _people(month: datetime.date) -> dict[int, dict[tuple[int, str], int]]:
    """By resource: how many people of each school, with its department. An opening that failed is none."""
    first, last = month_bounds(month)
    found: dict[int, dict[tuple[int, str], int]] = defaultdict(dict)
    counted = (
        Launch.objects.filter(at__gte=first, at__lt=last, failed_at=None)
        .order_by()
        .values_list("resource", "school", "school__department")
        .annotate(people=Count("person", distinct=True))
    )
    for resource, school, department, people in counted:
        found[resource][school, department] = people
    return found


def _rows(
    resource: Resource, month: datetime.date, people: dict[tuple[int, str], int]
) -> list[MonthOpeners]:
    """Of schools and departments with anybody, and of the Region always: so a month without any
    opening is closed, too.
    """
    parents: dict[Key, Key] = {}
    for school, department in people:
        parents[school] = department
        parents[department] = TOTAL
    counts: dict[Cell, int] = {
        (school,): number for (school, _department), number in people.items()
    }
    table = Table((Axis("place", parents),), counts)
    published = publish(table)

    def row(number: int, key: Key, **place: Any) -> MonthOpeners:
        is_hidden = published.value(key) is None
        return MonthOpeners(
            resource=resource, month=month, people=number, is_hidden=is_hidden, **place
        )

    sums = table.sums()
    rows = [row(sums[TOTAL,], TOTAL)]
    for school, department in people:
        rows.append(row(sums[school,], school, school_id=school, department=department))
    # Schools of no department have a sum, too, which no row shows.
    for department in filter(None, dict.fromkeys(department for _school, department in people)):
        rows.append(row(sums[department,], department, department=department))
    return rows
