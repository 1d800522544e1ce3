"""Students, as a set wants them: class, groups, coming and going. The rules are those of the
pages; what a person would have to know to take it back is said in plain values.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from courses.exceptions import Refusal
from courses.people.enums import ClassKind, Role
from courses.people.models import (
    ClassMembership,
    Membership,
    Organisation,
    Person,
    SchoolClass,
    today,
)
from courses.people.models.classes import school_year
from courses.people.services import classes, leaving
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import change_accounts
from courses.roster.exceptions import ClassIsAGroup, KnownElsewhere, NotFoundHere
from courses.roster.values import plain


class PlaceNames:
    """The school's classes and groups of this year by name. `class_names`: those of the whole set."""

    def __init__(self, school: Organisation, class_names: Iterable[str] = ()):
        self.school, self.class_names = school, list(class_names)
        self.read()

    def read(self) -> None:
        held = SchoolClass.objects.filter(school=self.school, school_year=school_year(today()))
        held = held.select_related("school")
        self.by_name = {found.name.casefold(): found for found in held}
        self.alike = self._spelled_otherwise()

    def _spelled_otherwise(self) -> dict[str, SchoolClass]:
        """By letters and figures, the whole classes that the set doesn't name as they are called
        here, where one class alone is spelled so here and one alone in the set.
        """
        own = {name.casefold() for name in self.class_names}
        said = Counter(plain(name) for name in self.class_names)
        others = [
            found
            for name, found in self.by_name.items()
            if found.is_a_whole_class and name not in own
        ]
        times = Counter(plain(found.name) for found in others)
        found_by = {plain(found.name): found for found in others}
        return {name: found for name, found in found_by.items() if times[name] == said[name] == 1}

    def find(self, name: str, *, is_class: bool) -> SchoolClass | None:
        found = self.by_name.get(name.casefold())
        return found or (self.alike.get(plain(name)) if is_class else None)


class Places(PlaceNames):
    """The same; what a set names and isn't there is opened."""

    def __init__(self, school: Organisation, by: Person, class_names: Iterable[str] = ()):
        self.by = by
        super().__init__(school, class_names)

    def read(self) -> None:
        """Anew: what was opened for a change that was refused isn't there."""
        self.new: list[SchoolClass] = []  # to be opened
        self.opened: list[SchoolClass] = []
        super().read()

    def get(self, name: str, *, is_class: bool) -> SchoolClass:
        """One that isn't there is saved by `open_new`. Raises `ClassIsAGroup`."""
        found = self.find(name, is_class=is_class)
        if found is None:
            kind = ClassKind.CLASS if is_class else ClassKind.GROUP
            year = school_year(today())
            found = SchoolClass(school=self.school, kind=kind, name=name, school_year=year)
            self.by_name[name.casefold()] = found
            self.new.append(found)
        if found.is_a_whole_class != is_class:
            raise ClassIsAGroup(name=name)
        return found

    def open_new(self) -> None:
        classes.open_classes(self.new, by=self.by)
        self.opened, self.new = self.opened + self.new, []

    def not_classes(self, names: Iterable[str]) -> list[str]:
        """Without those that are classes here: a student comes into the others."""
        found = ((name, self.find(name, is_class=False)) for name in names)
        return [name for name, place in found if place is None or not place.is_a_whole_class]


def one_is_empty(opened: Iterable[SchoolClass]) -> bool:
    """Whether nobody was ever in one of these classes."""
    pks = [one.pk for one in opened]
    return bool(pks) and SchoolClass.objects.filter(pk__in=pks, memberships=None).exists()


type Stays = dict[int, list[SchoolClass]]  # by student


def stays(students: Iterable[Person], school: Organisation, *, is_class: bool) -> Stays:
    """Where these students are today, of the school's classes or of its groups of this school year."""
    found: Stays = {student.pk: [] for student in students}
    held = ClassMembership.objects.on(today()).filter(
        student__in=found,
        school_class__school=school,
        school_class__school_year=school_year(today()),
    )
    for one in held.select_related("school_class"):
        if one.school_class.is_a_whole_class == is_class:
            found[one.student_id].append(one.school_class)
    return found


def move(wishes: Mapping[Person, SchoolClass | None], places: Places) -> dict[Person, Refusal]:
    """Each into that class from today; out of every class if it is None. Gives who stays."""
    into = {student: to for student, to in wishes.items() if to}
    answers = classes.change_classes(wishes=into, by=places.by)
    out = [student for student, to in wishes.items() if to is None]
    if out:
        held = stays(out, places.school, is_class=True)
        classes.leave_classes(wishes={one: held[one.pk] for one in out}, by=places.by)
    return _refusals(answers)


@dataclass(frozen=True)
class Regrouping:
    """Names of the groups that the last set named, and the groups that this one names."""

    before: Sequence[str]
    after: Sequence[SchoolClass]


def regroup(wishes: Mapping[Person, Regrouping], places: Places) -> dict[Person, Refusal]:
    """Each out of groups that the last set named and this one doesn't, into those that it names.
    Groups that a person added stay. Gives who stays where they are.
    """
    held = stays(wishes, places.school, is_class=False)
    joins, leaves = {}, {}
    for student, wish in wishes.items():
        here = held[student.pk]
        left = (places.find(name, is_class=False) for name in wish.before)
        leaves[student] = [one for one in left if one in here and one not in wish.after]
        joins[student] = [one for one in dict.fromkeys(wish.after) if one not in here]
    refused = join_or_stay(joins, places.by)
    ending = {one: left for one, left in leaves.items() if left and one not in refused}
    if ending:
        classes.leave_classes(wishes=ending, by=places.by)
    return refused


def join_or_stay(
    wishes: Mapping[Person, Sequence[SchoolClass]], by: Person
) -> dict[Person, Refusal]:
    """Each into all of these from today. Gives who stays where they are."""
    wanted = {student: new for student, new in wishes.items() if new}
    return _refusals(classes.join_classes(wishes=wanted, by=by)) if wanted else {}


def _refusals(answers: Mapping[Person, Any]) -> dict[Person, Refusal]:
    return {who: answer for who, answer in answers.items() if isinstance(answer, Refusal)}


def rename(names: Mapping[Person, tuple[str, str]], by: Person) -> dict[Person, dict]:
    """To first and family name. Gives what undoing needs."""
    done = {
        student: {"was": [student.given_name, student.family_name], "now": list(now)}
        for student, now in names.items()
    }
    fields = {
        student: {"given_name": given_name, "family_name": family_name}
        for student, (given_name, family_name) in names.items()
    }
    change_accounts(fields=fields, by=by)
    return done


def leave(
    students: Iterable[Person], school: Organisation, by: Person, now: datetime.datetime
) -> dict[int, Person]:
    """Suspended; nothing is deleted. Gives them as they are then."""
    left = leaving.close_students(students=students, school=school, by=by, now=now)
    return {one.pk: one for one in left}


def why_not_bring_back(
    student: Person, school: Organisation, held: Iterable[tuple[str, int]]
) -> Refusal | None:
    """Erased, or at another school meanwhile. `held`: from `staying`."""
    if student.erased_at:
        return NotFoundHere()
    elsewhere = any(role == Role.STUDENT and at != school.pk for role, at in held)
    return KnownElsewhere() if elsewhere else None


def bring_back(
    students: Sequence[Person],
    school: Organisation,
    by: Person,
    now: datetime.datetime,
    *,
    as_if_never_gone: bool,
) -> None:
    """The account is open and the school's: from today, or as if it had never been closed. Of those
    without `why_not_bring_back`.
    """
    closed = [student for student in students if not student.is_active]
    never = closed
    if not as_if_never_gone:
        left = _left_on(closed, school, timezone.localdate(now))
        never = [one for one in closed if one.pk in left]
    anew = {one: {"is_active": True} for one in closed if one not in never}
    if never:
        leaving.reopen_students(students=never, school=school, by=by, now=now)
        for student in never:
            student.is_active = True
            student.forget_memberships()
    if anew:
        change_accounts(fields=anew, by=by, now=now)
    held = staying(students)
    memberships_service.join_all(
        people=[one for one in students if not is_student_of(school, held[one.pk])],
        organisation=school,
        role=Role.STUDENT,
        by=by,
    )


def is_student_of(school: Organisation, held: Iterable[tuple[str, int]]) -> bool:
    """`held`: from `staying`."""
    return (Role.STUDENT, school.pk) in held


def staying(people: Iterable[Person]) -> dict[int, list[tuple[str, int]]]:
    """Role and organisation of each one's memberships that don't end today, by the person's pk: who
    begins and leaves on one day belongs for that day. One query.
    """
    found: dict[int, list[tuple[str, int]]] = {person.pk: [] for person in people}
    held = Membership.objects.current().exclude(until=today()).filter(person__in=found)
    for pk, role, organisation in held.values_list("person", "role", "organisation"):
        found[pk].append((role, organisation))
    return found


def _left_on(students: Iterable[Person], school: Organisation, day: datetime.date) -> set[int]:
    """Of these, by pk, whose place there a departure from the school on that day has ended."""
    held = Membership.objects.filter(
        person__in=[one.pk for one in students], organisation=school, role=Role.STUDENT
    )
    return {one.person_id for one in held if one.until == leaving.last_day(one, day)}
