"""One student, as a set wants it: class, groups, coming and going. The rules are those of the
pages; what a person would have to know to take it back is said in plain values.
"""

import datetime
from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

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
from courses.people.services.accounts import change_account
from courses.roster.exceptions import ClassIsAGroup, KnownElsewhere, NotFoundHere
from courses.roster.values import plain


class Places:
    """The school's classes and groups of this year by name; what a set names and isn't there is
    opened. `class_names`: those of the whole set.
    """

    def __init__(self, school: Organisation, by: Person, class_names: Iterable[str] = ()):
        self.school, self.by, self.class_names = school, by, list(class_names)
        self.read()

    def read(self) -> None:
        """Anew: what was opened for a change that was refused isn't there."""
        held = SchoolClass.objects.filter(school=self.school, school_year=school_year(today()))
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

    def get(self, name: str, *, is_class: bool) -> SchoolClass:
        found = self.find(name, is_class=is_class)
        if found is None:
            kind = ClassKind.CLASS if is_class else ClassKind.GROUP
            found = classes.open_class(school=self.school, kind=kind, name=name, by=self.by)
            self.by_name[name.casefold()] = found
        if found.is_a_whole_class != is_class:
            raise ClassIsAGroup(name=name)
        return found

    def not_classes(self, names: Iterable[str]) -> list[str]:
        """Without those that are classes here: a student comes into the others."""
        found = ((name, self.find(name, is_class=False)) for name in names)
        return [name for name, place in found if place is None or not place.is_a_whole_class]


def stays(student: Person, school: Organisation, *, is_class: bool) -> list[ClassMembership]:
    """Where the student is today, of the school's classes or of its groups of this school year."""
    held = student.class_memberships.on(today()).filter(
        school_class__school=school, school_class__school_year=school_year(today())
    )
    held = held.select_related("school_class")
    return [one for one in held if one.school_class.is_a_whole_class == is_class]


def class_today(student: Person, school: Organisation) -> SchoolClass | None:
    return next((s.school_class for s in stays(student, school, is_class=True)), None)


def move(student: Person, places: Places, name: str) -> None:
    """Into that class from today; out of every class if `name` is empty."""
    if name:
        to = places.get(name, is_class=True)
        classes.change_class(student=student, to=to, by=places.by)
        return
    for stay in stays(student, places.school, is_class=True):
        classes.leave_class(student=student, school_class=stay.school_class, by=places.by)


def regroup(
    student: Person, places: Places, *, before: Iterable[str], after: Iterable[str]
) -> None:
    """Out of groups that the last set named and this one doesn't, into those that it names. Groups
    that a person added stay.
    """
    held = {
        stay.school_class_id: stay.school_class
        for stay in stays(student, places.school, is_class=False)
    }
    wanted = {group.pk: group for group in (places.get(name, is_class=False) for name in after)}
    for pk, group in wanted.items():
        if pk not in held:
            classes.join_class(student=student, school_class=group, by=places.by)
    for name in before:
        group_left = places.find(name, is_class=False)
        if group_left and group_left.pk in held and group_left.pk not in wanted:
            classes.leave_class(student=student, school_class=group_left, by=places.by)


def rename(student: Person, given_name: str, family_name: str, by: Person) -> dict:
    done = {
        "was": [student.given_name, student.family_name],
        "now": [given_name, family_name],
    }
    change_account(person=student, by=by, given_name=given_name, family_name=family_name)
    return done


def leave(student: Person, school: Organisation, by: Person, now: datetime.datetime) -> None:
    """Suspended; nothing is deleted."""
    leaving.close_student(student=student, school=school, by=by, now=now)
    student.refresh_from_db()
    student.forget_memberships()


def bring_back(
    student: Person,
    school: Organisation,
    by: Person,
    now: datetime.datetime,
    *,
    as_if_never_gone: bool,
) -> None:
    """The account is open and the school's: from today, or as if it had never been closed. Raises a
    `Refusal` for who is at another school meanwhile.
    """
    if student.erased_at:
        raise NotFoundHere
    held = staying(student).filter(role=Role.STUDENT)
    if held.exclude(organisation=school).exists():
        raise KnownElsewhere
    if not student.is_active:
        if as_if_never_gone or _left_on(student, school, timezone.localdate(now)):
            leaving.reopen_student(student=student, school=school, by=by, now=now)
        else:
            change_account(person=student, by=by, now=now, is_active=True)
        student.refresh_from_db()
    if not held.filter(organisation=school).exists():
        memberships_service.join(person=student, organisation=school, role=Role.STUDENT, by=by)


def belongs(student: Person, school: Organisation) -> bool:
    """To the school, and not until today alone."""
    return staying(student).filter(organisation=school, role=Role.STUDENT).exists()


def staying(student: Person) -> QuerySet[Membership]:
    """Memberships that don't end today: who begins and leaves on one day belongs for that day."""
    return student.memberships.current().exclude(until=today())


def _left_on(student: Person, school: Organisation, day: datetime.date) -> bool:
    """True if a departure from the school on that day has ended the place there."""
    held = student.memberships.filter(organisation=school, role=Role.STUDENT)
    return any(one.until == leaving.last_day(one, day) for one in held)
