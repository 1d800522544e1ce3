"""All published tables of a period, and what somebody knows who reads them together."""

import datetime
from collections.abc import Iterator
from math import inf

from cms.indicators import rules
from cms.indicators.services.weeks import Tables
from courses.dates import month_bounds
from courses.digest.enums import MeasureKind
from courses.disclosure.rules import hidden_zeros
from courses.disclosure.values import FEWEST_PEOPLE, TOTAL, Axis, Key, PublishedTable, Table
from courses.launches.models import MonthOpeners
from courses.launches.queries.indicators import launches
from tests.disclosure import AttackedTable, Link, at_least, same
from training.models import MonthNoShows
from training.queries.no_shows import pattern_of

PEOPLE = "people"

type Period = tuple[dict[str, AttackedTable], list[Link]]


def attacked(published: PublishedTable, counted, hidden=()) -> AttackedTable:
    """`counted`: what the table counts, of each cell; `hidden`: what linked tables hide of it."""
    table = Table(published.axes, {})
    counts = {cell: counted[cell] for cell in table.cells() if table.is_leaf(cell)}
    zeros = hidden_zeros(Table(published.axes, counts), hidden)
    return AttackedTable(published, zeros=zeros)


def week_together(week: Tables) -> Period:
    """Who reads a page is one of the active people and makes a visit, of a page at least, all of it at the
    school where they read first in the week. Behind what is shown of a school are five of them at least,
    and of the role whose acts are shown.
    """
    hidden = week.hidden_schools
    tables = {
        PEOPLE: attacked(week.people.published, week.people.counted),
        "pages": attacked(
            week.pages.published, week.pages.counted, rules.pages_hidden(hidden, week.hours)
        ),
        "visits": attacked(
            week.visits.published, week.visits.counted, [(school,) for school in hidden]
        ),
    }
    links: list[Link] = []
    if not rules.hides_all_hours(week.pages):
        tables["hours"] = attacked(week.hours.published, week.hours.counted)
        links += [same(("hours", here), ("pages", there)) for here, there in rules.SHARED.items()]
    people = week.people.published
    links += _people_behind(week.pages.published, people)
    links += _people_behind(week.visits.published, people)
    for school in (*week.axis, TOTAL):
        links.append(at_least(("pages", (school, TOTAL, TOTAL)), (PEOPLE, (school, TOTAL))))
        links.append(at_least(("visits", (school,)), (PEOPLE, (school, TOTAL))))
        links.append(at_least(("pages", (school, TOTAL, TOTAL)), ("visits", (school,))))
    for measure in week.measures:
        if measure.count is None or measure.is_of_region or measure.kind is MeasureKind.THINGS:
            continue
        table, _cells = week.counted_by_product(measure)
        cells = [(school,) for school in week.hidden_of(measure)]
        tables[measure.code] = attacked(table.published, table.counted, cells)
        links += _people_behind(table.published, people, measure.role)
    return tables, links


def _people_behind(
    published: PublishedTable, people: PublishedTable, role: str = ""
) -> Iterator[Link]:
    """Of the role whose acts these are. Where their number is shown nothing follows: visitors are in no
    number of people, and acts of who changed school in the week are told where they were done.
    """
    for school in _shown_schools(published):
        cell = school, role or TOTAL
        if people.value(*cell) is None:
            yield Link({(PEOPLE, cell): 1}, least=FEWEST_PEOPLE, most=inf)


def _shown_schools(published: PublishedTable) -> set[Key]:
    return {cell[0] for cell, value in published.values.items() if value}


def month_together(month: datetime.date) -> Period:
    """People who opened each resource, beside the weeks' openings; no-shows. Delivery notes beside them:
    `tests.reckoning`.
    """
    tables = {f"openers {one}": table for one, table in _openers(month).items()}
    links = list(_weeks_of(month, list(tables)))
    for resource, table in pattern_of(month).tables.items():
        rows = list(MonthNoShows.objects.filter(month=month, resource=resource))
        if not table.tells_places:
            assert [(row.school, row.department, row.shown) for row in rows] == [
                (None, "", table.number)
            ]
            continue
        tables[f"no-shows {resource}"] = AttackedTable(table.published)
        for row in rows:
            assert row.shown == table.published.value(row.school_id or row.department or TOTAL)
    return tables, links


def _openers(month: datetime.date) -> dict[int, AttackedTable]:
    """By resource. Schools of no department have no sum that a page shows."""
    rows: dict[int, list[MonthOpeners]] = {}
    for row in MonthOpeners.objects.filter(month=month):
        rows.setdefault(row.resource_id, []).append(row)
    found = {}
    for resource, of_resource in rows.items():
        parents: dict[Key, Key] = {}
        for row in of_resource:
            if row.school_id:
                parents[row.school_id] = row.department or TOTAL
                if row.department:
                    parents[row.department] = TOTAL
        values = {(row.school_id or row.department or TOTAL,): row.shown for row in of_resource}
        found[resource] = AttackedTable(PublishedTable((Axis("place", parents),), values))
    return found


def _weeks_of(month: datetime.date, names: list[str]) -> Iterator[Link]:
    """A week tells the openings of resources that five people opened in it: nobody opened one more often
    than they say, or it was opened by fewer than five.
    """
    first, last = month_bounds(month)
    day, most = first.date() - datetime.timedelta(days=first.weekday()), 0
    while day < last.date():
        number = sum(launches(day, day + datetime.timedelta(days=6)).values())
        most += max(number, FEWEST_PEOPLE - 1)
        day += datetime.timedelta(days=7)
    for name in names:
        yield Link({(name, (TOTAL,)): 1}, least=0, most=most)
