"""In which school, and in which role, people are counted."""

import datetime
from collections.abc import Collection

from cms.indicators.enums import ReaderRole
from cms.indicators.models import SeenThisWeek
from cms.indicators.values.readers import CountedReader
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Membership

# First comes first.
ORDER = [ReaderRole.TEACHER, ReaderRole.STUDENT, ReaderRole.OTHER]
COUNTED_AS = {
    Role.TEACHER: ReaderRole.TEACHER,
    Role.STUDENT: ReaderRole.STUDENT,
}


def readers_among(people: Collection[int]) -> dict[int, CountedReader]:
    """By the key of the person; left out: who belongs to no school today. One query.

    Somebody in several schools, or in several roles, is counted once: in the first role of `ORDER`,
    at the school where it has been held longest.
    """
    if not people:
        return {}
    held = (
        Membership.objects.current()
        .filter(person__in=people, organisation__kind=OrganisationKind.SCHOOL)
        .order_by("since", "pk")
        .values_list("person", "organisation", "role")
    )
    found: dict[int, CountedReader] = {}
    for person, school, role in held:
        reader = CountedReader(school, COUNTED_AS.get(Role(role), ReaderRole.OTHER))
        if person not in found or _place(reader) < _place(found[person]):
            found[person] = reader
    return found


def first_seen(week: datetime.date, keys: Collection[str]) -> dict[str, CountedReader]:
    """By identifier of that week, how its rows say that it is counted. One query."""
    if not keys:
        return {}
    seen = SeenThisWeek.objects.filter(week=week, key__in=keys).order_by()
    rows = seen.values_list("key", "school", "role").distinct()
    return {key: CountedReader(school, ReaderRole(role)) for key, school, role in rows}


def _place(reader: CountedReader) -> int:
    return ORDER.index(reader.role)
