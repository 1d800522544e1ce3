"""Things by school and state, exact, on any day: the region's numbers are of things, not of people."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from continuity.enums import ItemState
from continuity.equipment.queries.standing import held_on, state_with_holds
from continuity.models import EquipmentNeed, ItemEvent
from courses.agenda.values import PARIS
from courses.disclosure.values import FEWEST_PEOPLE
from courses.people.models import Organisation


def by_school(
    schools: Iterable[Organisation] | None, day: datetime.date, kind: str = ""
) -> dict[int, Counter[str]]:
    """How many things of each school were in each state at the end of that day; what a signature
    held counts as reserved. Two queries.

    `schools`: None is all of them; `kind`: of `EquipmentKind`, empty is all of them.
    """
    standing = ItemEvent.objects.standing_on(day)
    if schools is not None:
        standing = standing.filter(item__school__in=list(schools))
    if kind:
        standing = standing.filter(item__kind=kind)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    held = held_on(day)
    rows = standing.order_by().values_list("item__school", "item__public_id", "state")
    for school, public_id, state in rows:
        found[school][state_with_holds(state, public_id, held)] += 1
    return found


@dataclass(frozen=True)
class ThingsOfSchool:
    """A line of the region's table."""

    school: Organisation
    numbers: Counter[str]

    @property
    def cells(self) -> list[int]:
        """In the order of `ItemState`."""
        return [self.numbers[state] for state in ItemState]

    @property
    def total(self) -> int:
        """Without what was retired."""
        return self.numbers.total() - self.numbers[ItemState.RETIRED]


def things_on(
    day: datetime.date, kind: str = "", *, waiting: Collection[int] = ()
) -> list[ThingsOfSchool]:
    """Every school that had anything of that kind then, and those in which students wait, by name.
    Three queries. `waiting`: of `waiting_on`, who may have nothing to lend.
    """
    numbers = by_school(None, day, kind)
    schools = Organisation.objects.filter(pk__in={*numbers, *waiting}).order_by("name", "pk")
    return [ThingsOfSchool(school, numbers[school.pk]) for school in schools]


def waiting_on(day: datetime.date) -> dict[int, int]:
    """Students by school who waited at the beginning of that day, where they are five or more: fewer,
    or none, can't be told apart. One query.
    """
    morning = datetime.datetime.combine(day, datetime.time(), tzinfo=PARIS)
    waited = EquipmentNeed.objects.filter(asked_at__lt=morning).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=morning)
    )
    counted = (
        waited.order_by().values_list("school").annotate(people=Count("student", distinct=True))
    )
    return {school: people for school, people in counted if people >= FEWEST_PEOPLE}
