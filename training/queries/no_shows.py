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


@dataclass(frozen=True)
class NoShowPattern:
    """By resource and place, and at each resource by provider: several may have led its sessions."""

    table: Table
    published: PublishedTable


class NoShow(NamedTuple):
    """Somebody with a seat who wasn't there on one date. Primary keys."""

    resource: int
    provider: int
    school: int
    department: str
    person: int
    meeting: str  # public id


def pattern_of(month: datetime.date) -> NoShowPattern:
    """From the sheets as they are. A provider's delivery note says who was there, from which whoever noted
    the seats reads who wasn't: so the cells of providers are hidden with the others.
    """
    return _pattern(_no_shows(month))


def _pattern(no_shows: list[NoShow]) -> NoShowPattern:
    resources: dict[Key, Key] = {}
    places: dict[Key, Key] = {}
    counts: dict[Cell, int] = defaultdict(int)
    people: dict[Cell, set[int]] = defaultdict(set)
    for one in sorted(no_shows):
        led = one.resource, one.provider
        resources[led], resources[one.resource] = one.resource, TOTAL
        places[one.school], places[one.department] = one.department, TOTAL
        counts[led, one.school] += 1
        for of in (led, one.resource, TOTAL):
            for place in (one.school, one.department, TOTAL):
                people[of, place].add(one.person)
    table = Table((Axis("resource", resources), Axis("place", places)), counts)
    behind = {cell: len(who) for cell, who in people.items()}
    return NoShowPattern(table, publish(table, people=behind, people_shown={}))


def _no_shows(month: datetime.date) -> list[NoShow]:
    """Each date on which somebody with a seat wasn't there, whether or not they said so after it had
    begun.
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
        session, enrolment = sheets[line.sheet_id].session, line.participation.enrolment
        if counted_minutes(line, sheets[line.sheet_id]) == 0:
            school = enrolment.school
            found.append(
                NoShow(
                    session.training.resource_id,
                    session.provider_id,
                    school.pk,
                    school.department,
                    enrolment.teacher_id,
                    sheets[line.sheet_id].meeting.public_id,
                )
            )
    return found


def resources_without_people(month: datetime.date, provider: Organisation) -> set[int]:
    """Resources (primary keys) of which the provider's delivery note says no number of people: the
    month's no-shows are hidden, or the sheets have since come to differ by fewer than five people from
    them, or from an earlier note of this provider.
    """
    no_shows = _no_shows(month)
    counted = _pattern(no_shows)
    now = {
        key: number
        for (key, place), number in counted.table.sums().items()
        if place == TOTAL and isinstance(key, int)
    }
    rows = list(MonthNoShows.objects.filter(month=month, school=None, department=""))
    written = {row.resource_id: row for row in rows if row.resource_id is not None}
    is_written = bool(rows)
    found = _few_since_a_note(month, provider, no_shows)
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
    month: datetime.date, provider: Organisation, no_shows: list[NoShow]
) -> set[int]:
    """Resources (primary keys) with fewer than five people absent on the dates that came to an earlier note
    of the provider: each is compared, since small additions add up to a large one. On dates that both
    notes have, a number that differs by fewer than five is hidden (`beside_earlier`).
    """
    found = set()
    own = [one for one in no_shows if one.provider == provider.pk]
    for content in DeliveryNote.objects.of_month(provider, month).values_list("content", flat=True):
        there = {date.meeting for date in Delivery.from_json(content).dates}
        absent: dict[int, set[int]] = defaultdict(set)
        for one in own:
            if one.meeting not in there:
                absent[one.resource].add(one.person)
        found |= {resource for resource, people in absent.items() if len(people) < FEWEST_PEOPLE}
    return found
