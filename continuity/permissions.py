"""Permissions in continuity: predicates on a person, and on a person and a thing.

A stand-in has them on their dates only.
"""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.functional import cached_property

from continuity.models import RollCall
from continuity.models.roll_call import FINISHED_FOR, students_looked_after_by
from courses.people.enums import Role
from courses.people.models import Person, SchoolClass, StandIn, Teaching
from courses.people.models.classes import holds, holds_on
from courses.people.models.teachings import Answered
from courses.people.permissions import (
    PersonRequest,
    is_leader,
    is_registrar,
    is_student,
    is_teacher,
    leads,
)


def is_staff_of_a_school(person: Person | AnonymousUser) -> bool:
    return is_teacher(person) or is_leader(person)


def in_a_school(person: Person | AnonymousUser) -> bool:
    """Whether the person is a student, a teacher or a leader."""
    return is_student(person) or is_staff_of_a_school(person)


def looks_after_the_region(person: Person | AnonymousUser) -> bool:
    """Proposes surveys to all schools and reads their counts: the Region's officers, the académie's
    registrars. No person's answers come with it.
    """
    return person.is_authenticated and (is_registrar(person) or Role.OFFICER in person.roles)


def student_shown(request: PersonRequest) -> Person:
    """The student whose week, homework, answers and rolls the page shows; asks the database nothing.

    It is the reader, `request.user`, but on a guardian's page, whose door has checked the child and
    put it into `request.student_shown`. Language, theme, rights and who does something (`by`) go by
    the reader, what stands on the page by the student. Staff have nothing of a student: for them a
    query about this person finds nothing.
    """
    return getattr(request, "student_shown", request.user)


def teaches(person: Person, teaching: Teaching, day: datetime.date | None = None) -> bool:
    """Gives this teaching on that day (today if not said), or stands in for it on that very day."""
    return Teaching.objects.open_to(person, day).filter(pk=teaching.pk).exists()


def is_tutor_of(
    person: Person, school_class: SchoolClass, day: datetime.date | None = None
) -> bool:
    return SchoolClass.objects.tutored_by(person, day).filter(pk=school_class.pk).exists()


def is_in(person: Person, school_class: SchoolClass, day: datetime.date) -> bool:
    """A student of the class on that day."""
    return school_class.memberships.filter(holds_on(day), student=person).exists()


def may_read_plans_of(person: Person, school_class: SchoolClass) -> bool:
    """Read without editing: the class tutor and the school's leaders (and whoever teaches there)."""
    return (
        leads(person, school_class.school)
        or is_tutor_of(person, school_class)
        or SchoolClass.objects.taught_by(person).filter(pk=school_class.pk).exists()
    )


class RollRights:
    """Rolls in which a person may write today, for a page that asks several times: each fact is
    read once, when it is asked for.
    """

    def __init__(self, person: Person):
        self.person, self.today = person, timezone.localdate()
        self.schools = {school.pk for school in person.places_as(Role.TEACHER)}
        self.answered = Answered(person, self.today)

    @cached_property
    def stand_ins(self) -> list[tuple[int, datetime.date, datetime.date]]:
        """The teaching's pk, first and last day. One query."""
        still = self.today - FINISHED_FOR
        rows = StandIn.objects.filter(teacher=self.person, last_day__gt=still).order_by()
        return list(rows.values_list("teaching", "first_day", "last_day"))

    def answers(self, teaching: Teaching) -> bool:
        """Whether the teaching is in `Teaching.objects.answered_by`, today."""
        return self._gives(teaching, self.today) or self.answered.covers(teaching)

    def writes(self, roll: RollCall) -> bool:
        """Whether the roll is in `RollCall.objects.writable_by`. For the teaching's own teacher
        without a query.
        """
        return self.writes_on(timezone.localdate(roll.starts_at), roll.teaching, roll)

    def writes_on(self, day: datetime.date, given: Teaching, roll: RollCall | None) -> bool:
        """As `writes`, of an hour whose roll may not have begun."""
        if given.school_class.school_id not in self.schools:
            return False
        if self._gives(given, self.today):
            return True
        dates = [
            (first, last)
            for pk, first, last in self.stand_ins
            if pk == given.pk and first <= day <= last
        ]
        goes_on = given.until is None or self.today < given.until
        if goes_on and any(first <= self.today <= last for first, last in dates):
            return True
        is_theirs = roll is None or roll.closed_at is None or roll.closed_by_id == self.person.pk
        if is_theirs and day > self.today - FINISHED_FOR and (dates or self._gives(given, day)):
            return True
        return given.pk not in self.answered.own and self.answered.covers(given)

    def _gives(self, teaching: Teaching, day: datetime.date) -> bool:
        """Whether they give it by name, on that day, in a school where they teach today."""
        return (
            teaching.teacher_id == self.person.pk
            and teaching.school_class.school_id in self.schools
            and holds(teaching.since, teaching.until, day)
        )


def writes_in(person: Person, roll: RollCall, rights: RollRights | None = None) -> bool:
    """Whether the person may write, as `writable_by`; a leader, where nobody else could finish the
    roll.

    `rights`: the person's, where the page asks more of them.
    """
    is_writer = (rights or RollRights(person)).writes(roll)
    return is_writer or RollCall.objects.filter(pk=roll.pk).left_to_leader(person).exists()


def leads_school_of(person: Person, roll: RollCall) -> bool:
    return roll.teaching.school_class.school_id in {
        school.pk for school in person.places_as(Role.LEADER)
    }


def looks_after_somebody_on(person: Person, roll: RollCall) -> bool:
    return roll.lines.filter(student__in=students_looked_after_by(person)).exists()
