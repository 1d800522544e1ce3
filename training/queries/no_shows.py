"""Seats of which nobody made use in a month: one pattern of what is hidden, which delivery notes ask."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from courses.disclosure.rules import publish
from courses.disclosure.values import (
    FEWEST_PEOPLE,
    TOTAL,
    Axis,
    Cell,
    Key,
    PublishedTable,
    Table,
)
from courses.people.models import Organisation
from training.enums import HOLD_A_SEAT
from training.models import DeliveryNote, MonthNoShows, SheetLine
from training.queries.attendance import counted_minutes
from training.queries.month_sheets import closed_sheets_in
from training.values import Delivery

MONTHS_BACK = 24  # that a tick closes; sheets are kept for three years


@dataclass(frozen=True)
class NoShowPattern:
    """By resource and place, and at each resource by provider: several may have led its sessions.

    `few_seats`: pairs of resource and provider (primary keys) that aren't counted, since fewer than five
    people had a seat. `untold`: resources of which nothing is counted for that.
    """

    table: Table
    published: PublishedTable
    few_seats: set[tuple[int, int]]
    untold: set[int]


class SeatOnDate(NamedTuple):
    """Somebody's seat on one date, and whether they weren't there. Primary keys."""

    resource: int
    provider: int
    school: int
    department: str
    person: int
    meeting: str  # public id
    is_absent: bool


def pattern_of(month: datetime.date) -> NoShowPattern:
    """From the sheets as they are. A provider's delivery note says who was there, from which whoever noted
    the seats reads who wasn't: so the cells of providers are hidden with the others.
    """
    return _pattern(_seats(month))


def _pattern(seats: list[SeatOnDate]) -> NoShowPattern:
    """Where one to four people had a seat at a resource with a provider, nothing is counted, in sums neither:
    of one seat "hidden" would say 1, if 0 were shown, and where 0 is shown, that the school had none.
    """
    few = _few(seats)
    untold = {resource for resource, _provider in few}
    untold -= {one.resource for one in seats if (one.resource, one.provider) not in few}
    resources: dict[Key, Key] = {}
    places: dict[Key, Key] = {}
    counts: dict[Cell, int] = defaultdict(int)
    people: dict[Cell, set[int]] = defaultdict(set)
    for one in sorted(seats):
        led = one.resource, one.provider
        if led in few or not one.is_absent:
            continue
        resources[led], resources[one.resource] = one.resource, TOTAL
        places[one.school], places[one.department] = one.department, TOTAL
        counts[led, one.school] += 1
        for of in (led, one.resource, TOTAL):
            for place in (one.school, one.department, TOTAL):
                people[of, place].add(one.person)
    table = Table((Axis("resource", resources), Axis("place", places)), counts)
    behind = {cell: len(who) for cell, who in people.items()}
    return NoShowPattern(table, publish(table, people=behind, people_shown={}), few, untold)


def _few(seats: list[SeatOnDate]) -> set[tuple[int, int]]:
    seated: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in seats:
        seated[one.resource, one.provider].add(one.person)
    return {led for led, people in seated.items() if len(people) < FEWEST_PEOPLE}


def _seats(month: datetime.date) -> list[SeatOnDate]:
    """Each seat on each date. Absent is who wasn't there, whether or not they said so after it had begun."""
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
        found.append(
            SeatOnDate(
                sheet.session.training.resource_id,
                sheet.session.provider_id,
                enrolment.school.pk,
                enrolment.school.department,
                enrolment.teacher_id,
                sheet.meeting.public_id,
                counted_minutes(line, sheet) == 0,
            )
        )
    return found


def resources_without_people(month: datetime.date, provider: Organisation) -> set[int]:
    """Resources (primary keys) of which the provider's delivery note says no number of people: the
    month's no-shows are hidden, or the sheets have since come to differ by fewer than five people from
    them, or from an earlier note of this provider.
    """
    seats = _seats(month)
    counted = _pattern(seats)
    now = {
        key: number
        for (key, place), number in counted.table.sums().items()
        if place == TOTAL and isinstance(key, int)
    }
    rows = list(MonthNoShows.objects.filter(month=month, school=None, department=""))
    written = {row.resource_id: row for row in rows if row.resource_id is not None}
    is_written = bool(rows)
    found = _few_since_a_note(month, provider, seats)
    found |= {resource for resource, led_by in counted.few_seats if led_by == provider.pk}
    for resource in now.keys() | written.keys():
        row = written.get(resource)
        cells = ((key, TOTAL) for key in (resource, (resource, provider.pk)))
        difference = abs(now.get(resource, 0) - (row.number if row else 0)) if is_written else 0
        if (
            (row is not None and row.is_hidden)
            or 0 < difference < FEWEST_PEOPLE
            or counted.published.hidden.intersection(cells)
        ):
            found.add(resource)
    return found


def _few_since_a_note(
    month: datetime.date, provider: Organisation, seats: list[SeatOnDate]
) -> set[int]:
    """Resources (primary keys) of which fewer than five people were absent, or had a seat, on the dates that
    came to an earlier note of the provider: each is compared, since small additions add up to a large one.
    On dates that both notes have, a number that differs by fewer than five is hidden (`beside_earlier`).
    """
    found = set()
    own = [one for one in seats if one.provider == provider.pk]
    for content in DeliveryNote.objects.of_month(provider, month).values_list("content", flat=True):
        there = {date.meeting for date in Delivery.from_json(content).dates}
        people: dict[tuple[int, bool], set[int]] = defaultdict(set)
        for one in own:
            if one.meeting not in there:
                for is_absent in {False, one.is_absent}:
                    people[one.resource, is_absent].add(one.person)
        found |= {resource for (resource, _), who in people.items() if len(who) < FEWEST_PEOPLE}
    return found
