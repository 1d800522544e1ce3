"""Tiles of resources on pages of other rooms, each as *My resources* shows it to the same reader."""

import datetime

from django.contrib.auth.models import AnonymousUser

from courses.catalogue.models import Resource
from courses.dates import paris_day
from courses.digest.values import ResourceTile
from courses.launches.permissions import opens_resources
from courses.launches.queries import resources_with
from courses.launches.views.rows import row_of
from courses.people.models import Person
from courses.people.permissions import is_teacher


def tiles_for(
    slugs: frozenset[str], person: Person | AnonymousUser, now: datetime.datetime
) -> dict[str, ResourceTile]:
    """What the reader has today; teachers also read what ended within the year, begins later, or
    can't be opened. As many queries for ten tiles as for one, none for who opens no resources.
    """
    if isinstance(person, AnonymousUser) or not opens_resources(person):
        return {}
    day, reads_why_not = paris_day(now), is_teacher(person)
    rows = [row_of(person, one, day) for one in resources_with(person, slugs, day)]
    return {
        row.one.resource.slug: row.tile
        for row in rows
        if reads_why_not or row.standing.refusal is None
    }


def tile_choices() -> list[tuple[str, str]]:
    return list(Resource.objects.order_by("name").values_list("slug", "name"))
