"""Students whose rows are held until commit, with what decides about their classes."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from courses.people.models import ClassMembership, Membership, Organisation, Person, SchoolClass

type Stays = list[tuple[int, datetime.date, datetime.date | None]]  # class, first day, end


@dataclass(frozen=True)
class HeldStudent:
    """A student, with all memberships of organisations and all of classes, with the class."""

    student: Person
    memberships: list[Membership]
    places: list[ClassMembership]
    stays: Stays  # as they were when the row was held

    def place_in(self, school_class: SchoolClass, since: datetime.date) -> ClassMembership | None:
        """The one from that day on, without end."""
        for place in self.places:
            facts = (place.school_class_id, place.since, place.until)
            if facts == (school_class.pk, since, None):
                return place
        return None

    def after(self, school: Organisation, day: datetime.date) -> list[ClassMembership]:
        """Those in classes of the school that don't end before or on that day."""
        return [
            place
            for place in self.places
            if place.school_class.school_id == school.pk
            and (place.until is None or place.until > day)
        ]


def hold(people: Iterable[int]) -> list[int]:
    """Lock the rows of these people, by their pks, in the order in which others hold them. Not their
    keys: rows that refer to them, as a tick, can be written meanwhile.
    """
    locked = Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk")
    return list(locked.values_list("pk", flat=True))


def hold_students(students: Iterable[Person]) -> list[HeldStudent]:
    """Three statements."""
    by_pk = {student.pk: student for student in students}
    order = hold(by_pk)
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.filter(person__in=by_pk):
        memberships[membership.person_id].append(membership)
    places: dict[int, list[ClassMembership]] = defaultdict(list)
    held = ClassMembership.objects.filter(student__in=by_pk).select_related("school_class")
    for place in held:
        places[place.student_id].append(place)
    return [
        HeldStudent(
            by_pk[pk],
            memberships[pk],
            places[pk],
            [(place.school_class_id, place.since, place.until) for place in places[pk]],
        )
        for pk in order
    ]


def read_memberships(people: Iterable[Person]) -> None:
    """Read `Person.held_memberships` anew, for all of them at once."""
    by_pk = {person.pk: person for person in people}
    for person in by_pk.values():
        person.forget_memberships()
        person.held_memberships = []
    for one in Membership.objects.filter(person__in=by_pk).select_related("organisation"):
        by_pk[one.person_id].held_memberships.append(one)
