"""Seats of which nobody made use, written once for each month that is over."""

import datetime
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from courses.catalogue.models import Resource
from courses.dates import month_before
from courses.disclosure.rules import publish
from courses.disclosure.values import TOTAL, Axis, Cell, Key, Table, flat
from training.enums import HOLD_A_SEAT
from training.models import MonthNoShows, SheetLine
from training.queries.attendance import counted_minutes
from training.queries.deliveries import closed_sheets_in, has_open_sheets
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
    everybody came is closed, too.
    """
    resources: set[int] = set()
    places: dict[Key, Key] = {}
    counts: dict[Cell, int] = defaultdict(int)
    people: dict[Cell, set[int]] = defaultdict(set)
    for resource, school, department, person in _no_shows(month):
        resources.add(resource)
        places[school], places[department] = department, TOTAL
        counts[resource, school] += 1
        for one in (resource, TOTAL):
            for place in (school, department, TOTAL):
                people[one, place].add(person)
    table = Table((flat("resource", sorted(resources)), Axis("place", places)), counts)
    published = publish(table, people={cell: len(who) for cell, who in people.items()})
    rows = []
    for (of_resource, at), number in table.sums().items():
        is_hidden = published.value(of_resource, at) is None
        is_whole = of_resource == at == TOTAL
        # Schools of no department have a sum, too, which no row shows.
        if at == "" or not (number or is_hidden or is_whole):
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


def _no_shows(month: datetime.date) -> list[tuple[int, int, str, int]]:
    """Resource, school, its department and person of each date on which somebody with a seat wasn't
    there, whether or not they said so after it had begun.
    """
    sheets = {sheet.pk: sheet for sheet in closed_sheets_in(month)}
    lines = (
        SheetLine.objects.participants()
        .with_corrections()
        .filter(
            sheet__in=sheets,
            participation__is_withdrawn=False,
            participation__enrolment__state__in=HOLD_A_SEAT,
        )
        .select_related("participation__enrolment__school")
    )
    found = []
    for line in lines:
        assert line.participation is not None  # noqa: S101 participants only
        sheet, enrolment = sheets[line.sheet_id], line.participation.enrolment
        if counted_minutes(line, sheet) == 0:
            resource = sheet.session.training.resource_id
            school = enrolment.school
            found.append((resource, school.pk, school.department, enrolment.teacher_id))
    return found
