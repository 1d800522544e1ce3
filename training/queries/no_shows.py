"""Seats of which nobody made use in a month: one pattern of what is hidden, written with the month."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

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
from training.enums import HOLD_A_SEAT, OpenTo
from training.models import Session, Sheet, SheetLine
from training.queries.attendance import counted_minutes
from training.queries.month_sheets import closed_sheets_in, meetings_in, without_closed_sheet

MONTHS_BACK = 24  # that a tick closes; sheets are kept for three years


@dataclass(frozen=True)
class PublishedNoShows:
    """Absences at one resource: `sums` by school, department and TOTAL, and which of these are hidden. Where
    no pattern leaves the TOTAL, or its sessions have `seats_of_places`, it alone is told, and of no place
    anything, zero neither.
    """

    sums: dict[Cell, int]
    published: PublishedTable
    seats_of_places: bool

    @property
    def number(self) -> int:
        return self.sums[TOTAL,]

    @property
    def tells_places(self) -> bool:
        return not self.seats_of_places and self.published.value(TOTAL) is not None

    @property
    def departments(self) -> Mapping[Key, Key]:
        """By school."""
        return self.published.axes[0].parents


@dataclass(frozen=True)
class NoShowPattern:
    """By resource (its primary key) a table of places, whose sum is told. `untold`: resources whose number is
    hidden. Resources in neither had nobody absent. `there`: by provider and resource, how often somebody was
    there on each date.
    """

    tables: dict[int, PublishedNoShows]
    untold: set[int]
    there: dict[tuple[int, int], list[int]]


class ExpectedOnDate(NamedTuple):
    """Somebody on the sheet of one date: whether they had a seat, and whether they were there. Primary keys."""

    resource: int
    provider: int
    session: int
    school: int
    department: str
    person: int
    meeting: str  # public id
    has_seat: bool
    was_there: bool

    @property
    def is_absent(self) -> bool:
        return self.has_seat and not self.was_there


def pattern_of(month: datetime.date) -> NoShowPattern:
    """From the sheets as they are."""
    sheets = list(closed_sheets_in(month))
    expected = _expected(sheets)
    untold = _of_few(expected) | _too_small(month) | _without_sheets(month, sheets)
    return _pattern(sheets, expected, untold, _with_seats_of_places(month))


def _pattern(
    sheets: list[Sheet],
    expected: list[ExpectedOnDate],
    untold: set[int],
    with_seats_of_places: set[int],
) -> NoShowPattern:
    """Beside the officer's numbers delivery notes say how many were there on a provider's dates of a resource,
    and teachers note how many had a seat: from two of them the third is read. So a resource is told where
    none of them is of few people. Each has a table of its own, and no sum holds a hidden number.
    """
    tables = {}
    for resource in {one.resource for one in expected if one.is_absent} - untold:
        absent = [one for one in expected if one.resource == resource and one.is_absent]
        tables[resource] = _published(absent, resource in with_seats_of_places)
    came = Counter(one.meeting for one in expected if one.was_there)
    there: dict[tuple[int, int], list[int]] = defaultdict(list)
    for sheet in sheets:
        session = sheet.session
        there[session.provider_id, session.training.resource_id].append(
            came[sheet.meeting.public_id]
        )
    return NoShowPattern(tables, untold, dict(there))


def _published(absent: list[ExpectedOnDate], seats_of_places: bool) -> PublishedNoShows:
    places: dict[Key, Key] = {}
    counts: dict[Cell, int] = defaultdict(int)
    people: dict[Cell, set[int]] = defaultdict(set)
    for one in sorted(absent):
        places[one.school], places[one.department] = one.department, TOTAL
        counts[one.school,] += 1
        for place in (one.school, one.department, TOTAL):
            people[place,].add(one.person)
    table = Table((Axis("place", places),), counts)
    behind = {cell: len(who) for cell, who in people.items()}
    published = publish(table, people=behind, people_shown={})
    return PublishedNoShows(table.sums(), published, seats_of_places)


def _of_few(expected: list[ExpectedOnDate]) -> set[int]:
    """Resources (primary keys) at which, with one provider, one to four people were absent, or were there,
    or were there who had a seat; or had a seat on one date, as where some gave it back: where sessions have
    other numbers of dates, or go on in another month, seats can be reckoned from the sums, and where nobody
    was absent seats are people there.
    """
    people: dict[tuple, set[int]] = defaultdict(set)
    for one in expected:
        led = one.resource, one.provider
        if one.has_seat:
            people[*led, one.meeting].add(one.person)
        if one.is_absent:
            people[*led, "absent"].add(one.person)
        if one.was_there:
            people[*led, "there"].add(one.person)
        if one.was_there and one.has_seat:
            people[*led, "there with a seat"].add(one.person)
    return {resource for (resource, *_what), who in people.items() if len(who) < FEWEST_PEOPLE}


def _too_small(month: datetime.date) -> set[int]:
    """Resources (primary keys) of whose sessions one to four people have a seat, or whose sessions say on
    their page so few seats, with a provider or for one school, that a hidden number would be told by it:
    those without a closed sheet, too, since the year's seats count them. Hidden whoever came, nobody too.
    """
    found = set()
    capacities: Counter[tuple[int, int]] = Counter()
    taken = Count("enrolments", filter=Q(enrolments__state__in=HOLD_A_SEAT))
    for session in _sessions_of(month).select_related("training").annotate(taken=taken):
        resource = session.training.resource_id
        capacities[resource, session.provider_id] += session.capacity
        has_few_of_a_school = 0 < (session.school_quota or 0) < 2 * FEWEST_PEOPLE
        if has_few_of_a_school or 0 < session.taken < FEWEST_PEOPLE:
            found.add(resource)
    few = {led for led, capacity in capacities.items() if capacity < FEWEST_PEOPLE}
    return found | {resource for resource, _provider in few}


def _with_seats_of_places(month: datetime.date) -> set[int]:
    """Resources (primary keys) with a session whose page says for which schools it is, or how many seats one
    of them has at most: less the school's people absent, it would say how few were there.
    """
    of_schools = Q(open_to=OpenTo.SCHOOLS) | Q(school_quota__isnull=False)
    of_month = _sessions_of(month).filter(of_schools)
    return set(of_month.values_list("training__resource", flat=True))


def _sessions_of(month: datetime.date) -> QuerySet[Session]:
    """With a date in the month, whether or not its sheet is closed."""
    of_month = meetings_in(month).going_on().order_by().values("series__training_session")
    return Session.objects.filter(pk__in=of_month).order_by()


def _without_sheets(month: datetime.date, sheets: list[Sheet]) -> set[int]:
    """Resources (primary keys) with dates in the month and no closed sheet: nobody absent isn't known."""
    resource = "series__training_session__training__resource"
    held = {sheet.session.training.resource_id for sheet in sheets}
    return set(without_closed_sheet(month).order_by().values_list(resource, flat=True)) - held


def _expected(closed: list[Sheet]) -> list[ExpectedOnDate]:
    """Each participant on each date. Absent is who wasn't there, whether or not they said so after it had
    begun.
    """
    sheets = {sheet.pk: sheet for sheet in closed}
    lines = (
        SheetLine.objects.participants()
        .with_corrections()
        .filter(sheet__in=sheets)
        .select_related("participation__enrolment__school")
    )
    found = []
    for line in lines:
        assert line.participation is not None  # noqa: S101 participants only
        participation, sheet = line.participation, sheets[line.sheet_id]
        enrolment = participation.enrolment
        found.append(
            ExpectedOnDate(
                sheet.session.training.resource_id,
                sheet.session.provider_id,
                sheet.session_id,
                enrolment.school.pk,
                enrolment.school.department,
                enrolment.teacher_id,
                sheet.meeting.public_id,
                not participation.is_withdrawn and enrolment.state in HOLD_A_SEAT,
                counted_minutes(line, sheet) > 0,
            )
        )
    return found
