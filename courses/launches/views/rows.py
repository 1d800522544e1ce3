"""A resource as pages show it to one person: with why it can't be opened, or what it learns."""

import datetime
from dataclasses import dataclass

from courses.launches.queries import MyResource
from courses.launches.services.opening import Standing, standing_of
from courses.people.models import Person


@dataclass(frozen=True)
class ResourceRow:
    one: MyResource
    standing: Standing

    @property
    def opens_at_once(self) -> bool:
        """Whether the person has read what it learns, and that is still what it learns."""
        knowledge, personal = self.standing.knowledge, self.one.personal
        return bool(knowledge and personal and personal.fingerprint == knowledge.fingerprint)


def row_of(person: Person, one: MyResource, day: datetime.date) -> ResourceRow:
    return ResourceRow(one, standing_of(person, one, day))


def rows_of(person: Person, shown: list[MyResource], day: datetime.date) -> list[ResourceRow]:
    """What can be opened first."""
    rows = [row_of(person, one, day) for one in shown]
    return sorted(rows, key=lambda row: (row.standing.refusal is not None, row.one.resource.name))
