"""What applying changes of a set needs at hand, read for all of them at once."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from courses.exceptions import Refusal
from courses.people.models import Identity, Person, SchoolClass, today
from courses.people.models.classes import school_year
from courses.people.queries.students import students_of
from courses.people.services import put_back
from courses.roster.exceptions import NotFoundHere, WaitedTooLong
from courses.roster.models import LastSaid, RosterChange, RosterImport, StagedStudent
from courses.roster.services import placing
from courses.roster.services.other_directories import keys_of

SAID = [
    "name_mark", "school_year", "school_class", "groups", "gone_at", "of_age", "comes_of_age_on",
]  # fmt: skip
type Refusals = dict[RosterChange, Refusal]
type PlacesOf = dict[int, list[put_back.Place]]  # by the student's pk


@dataclass(frozen=True)
class Step:
    """One change of a student whom the last set named."""

    change: RosterChange
    student: Person
    last: LastSaid
    said: StagedStudent
    to: SchoolClass | None = None
    groups: Sequence[str] = ()
    regrouping: placing.Regrouping | None = None


@dataclass
class Application:
    """The changes, who says yes, and what is known of their students."""

    one: RosterImport
    by: Person
    now: datetime.datetime
    changes: Sequence[RosterChange]
    said: dict[str, StagedStudent] = field(init=False)
    identities: dict[str, Identity] = field(init=False)  # by key, of the set's directory
    former: dict[tuple[str, str], Identity] = field(init=False)  # by directory and key, of others
    last: dict[int, LastSaid] = field(init=False)
    here: set[int] = field(init=False)  # students of the school today
    places: placing.Places = field(init=False)

    def __post_init__(self) -> None:
        keys = [change.key for change in self.changes]
        self.said = {row.key: row for row in self.one.staged.filter(key__in=keys)}
        self.places = placing.Places(self.one.school, self.by, self.one.class_names)
        self.read()

    def read(self) -> None:
        """Anew, too: what was made for a change that was refused isn't there."""
        self.places.read()
        held = Identity.objects.filter(keys_of(self.changes, self.one))
        found = {(one.namespace, one.value): one for one in held.select_related("person")}
        own = self.one.namespace
        self.former = {name: one for name, one in found.items() if name[0] != own}
        self.identities = {name[1]: one for name, one in found.items() if name[0] == own}
        rows = LastSaid.objects.filter(school=self.one.school, identity__in=held)
        self.last = {row.identity_id: row for row in rows}
        self.read_here()

    def read_here(self) -> None:
        """Who is a student of the school by now."""
        held = [*self.identities.values(), *self.former.values()]
        people = {identity.person_id for identity in held}
        people |= {change.person_id for change in self.changes if change.person_id}
        here = students_of([self.one.school]).filter(pk__in=people, is_active=True)
        self.here = set(here.values_list("pk", flat=True))

    def of(self, change: RosterChange) -> StagedStudent:
        if change.key not in self.said:
            raise WaitedTooLong
        return self.said[change.key]

    def known(self, change: RosterChange, *, gone: bool = False) -> tuple[Person, LastSaid]:
        """The account of the key, and what was said of it in this school year. Only a student of the
        school today, as on its pages; or who is `gone`.
        """
        identity = self.identities.get(change.key)
        if change.namespace:
            identity = self.former.get((change.namespace, change.key))
        if identity is None or identity.person.erased_at or identity.pk not in self.last:
            raise NotFoundHere
        last, year = self.last[identity.pk], school_year(today())
        if not (gone and last.is_gone) and identity.person_id not in self.here:
            raise NotFoundHere
        last.school_class, last.groups = last.of_year(year)
        last.school_year = year
        return identity.person, last

    def class_of(self, said: StagedStudent) -> SchoolClass | None:
        return self.places.get(said.school_class, is_class=True) if said.school_class else None

    def groups_of(self, said: StagedStudent) -> list[str]:
        return self.places.not_classes(said.groups)

    def regrouping(self, before: Sequence[str], after: Sequence[str]) -> placing.Regrouping:
        groups = [self.places.get(name, is_class=False) for name in after]
        return placing.Regrouping(before, groups)

    def places_of(
        self, students: Iterable[Person], *, whole: bool | None = None
    ) -> dict[int, list[put_back.Place]]:
        return put_back.places_of(students, self.one.school, today(), whole=whole)


def planned[Plan](
    changes: Iterable[RosterChange], plan: Callable[[RosterChange], Plan]
) -> tuple[list[Plan], Refusals]:
    """The plan of each change, in their order, and why others can't be."""
    plans: list[Plan] = []
    refused: Refusals = {}
    for change in changes:
        try:
            plans.append(plan(change))
        except Refusal as refusal:
            refused[change] = refusal
    return plans, refused


def by_change(steps: Iterable[Step], refused: Mapping[Person, Refusal]) -> Refusals:
    return {step.change: refused[step.student] for step in steps if step.student in refused}
