"""How many people opened each resource in a month, written once when the month is over."""

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from courses.catalogue.models import Resource
from courses.dates import month_before, month_bounds
from courses.disclosure.rules import publish
from courses.disclosure.values import FEWEST_PEOPLE, TOTAL, Axis, Cell, Key, Table
from courses.launches.models import Launch, LaunchCount, MonthOpeners
from courses.launches.values import MONTHS_OF_THE_LEDGER

CLOSES_ON = 3  # of the next month


def close_months(now: datetime.datetime) -> int:
    """Close each month that is over and isn't closed yet, the oldest first; return how many."""
    closed = 0
    for month in reversed(_months_over(timezone.localdate(now))):
        if not MonthOpeners.objects.filter(month=month).exists():
            closed += close_month(month)
    return closed


def _months_over(day: datetime.date) -> list[datetime.date]:
    last = month_before(day)
    months = [last if day.day >= CLOSES_ON else month_before(last)]
    while len(months) < MONTHS_OF_THE_LEDGER:
        months.append(month_before(months[-1]))
    return months


def close_month(month: datetime.date) -> bool:
    """Write its numbers, hidden where one of fewer than five could be told. False if it was closed.

    Holds the resources until commit: two ticks close a month once. What is written is never counted
    anew, whatever becomes of the openings.
    """
    with transaction.atomic():
        resources = list(Resource.objects.select_for_update().order_by("pk"))
        if MonthOpeners.objects.filter(month=month).exists():
            return False
        people, failures = _people(month), _failures(month)
        for resource in resources:
            rows = _rows(resource, month, people[resource.pk])
            region = next(row for row in rows if not row.school_id and not row.department)
            region.failures = _shown_failures(failures.get(resource.pk, 0), region)
            MonthOpeners.objects.bulk_create(rows)
    return bool(resources)


def _people(month: datetime.date) -> dict[int, dict[tuple[int, str], int]]:
    """By resource: how many people of each school, with its department."""
    first, last = month_bounds(month)
    found: dict[int, dict[tuple[int, str], int]] = defaultdict(dict)
    counted = (
        Launch.objects.filter(at__gte=first, at__lt=last)
        .order_by()
        .values_list("resource", "school", "school__department")
        .annotate(people=Count("person", distinct=True))
    )
    for resource, school, department, people in counted:
        found[resource][school, department] = people
    return found


def _failures(month: datetime.date) -> dict[int, int]:
    """By resource, of the weeks that begin in the month."""
    first, last = (one.date() for one in month_bounds(month))
    weeks = LaunchCount.objects.filter(week__gte=first, week__lt=last).order_by()
    return dict(weeks.values_list("resource").annotate(failures=Sum("failures")))


def _shown_failures(failures: int, region: MonthOpeners) -> int | None:
    """None where few people, or few openings, stand behind."""
    if not failures:
        return 0
    return None if region.is_hidden or failures < FEWEST_PEOPLE else failures


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
