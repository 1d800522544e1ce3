"""How often resources were opened, by school and week: numbers, no person."""

import datetime
from dataclasses import dataclass

from django.db.models import Count

from courses.catalogue.models import Resource
from courses.disclosure.values import FEWEST_PEOPLE
from courses.launches.models import Launch, LaunchCount, ResourceConnection
from courses.launches.values import week_of
from courses.people.models import Organisation

WEEKS_SHOWN = 8


def count_people(connection: ResourceConnection) -> int | None:
    """How many have opened the resource in the six months of the ledger; None for fewer than five."""
    opened = Launch.objects.filter(resource=connection.resource_id)
    number = opened.aggregate(people=Count("person", distinct=True))["people"]
    return number if number >= FEWEST_PEOPLE else None


type WeekCell = tuple[datetime.date, int | None]


@dataclass(frozen=True)
class ResourceCounts:
    """Openings of a resource in the weeks that are over, by school and week; None where fewer than
    five people opened it, and where nobody did. `schools` are those with a number. `failures`: how
    often it was said not to have opened, in the weeks with a number in `schools`, if it was.
    """

    resource: Resource
    schools: list[tuple[Organisation, list[WeekCell]]]
    failures: list[tuple[datetime.date, int]]


@dataclass(frozen=True)
class RegionCounts:
    weeks: list[datetime.date]  # Mondays, the newest first
    resources: list[ResourceCounts]


def region_counts(day: datetime.date) -> RegionCounts:
    """The last eight weeks that are over: a week that goes on could be read twice, and the
    difference would be one person. No total and no number of schools left out, from which a hidden
    one could be told. One query.
    """
    newest = week_of(day) - datetime.timedelta(weeks=1)
    weeks = [newest - datetime.timedelta(weeks=back) for back in range(WEEKS_SHOWN)]
    rows: dict[Resource, dict[Organisation, dict[datetime.date, LaunchCount]]] = {}
    counted = LaunchCount.objects.filter(week__in=weeks, people__gte=FEWEST_PEOPLE)
    counted = counted.select_related("resource", "school")
    for one in counted.order_by("resource__name", "school__name", "school__city"):
        of_resource = rows.setdefault(one.resource, {})
        of_resource.setdefault(one.school, {})[one.week] = one
    return RegionCounts(weeks, [_counts(resource, rows[resource], weeks) for resource in rows])


def _counts(
    resource: Resource,
    schools: dict[Organisation, dict[datetime.date, LaunchCount]],
    weeks: list[datetime.date],
) -> ResourceCounts:
    lines = [
        (school, [(week, found[week].launches if week in found else None) for week in weeks])
        for school, found in schools.items()
    ]
    failures = [
        (week, sum(found[week].failures for found in schools.values() if week in found))
        for week in weeks
    ]
    return ResourceCounts(resource, lines, [(week, number) for week, number in failures if number])
