"""Data of a teacher's first page, read once for all items there: teachings, the timetable,
absences, the school's days.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import FETCH_PEERS, Exists, OuterRef, Q, QuerySet

from continuity.enums import PartState
from continuity.models import PlanPart
from continuity.plans.queries.unplanned import week_to_plan
from courses.agenda.models import Absence, ClassHour
from courses.agenda.queries import ONE_DAY, DatedHour, SchoolDays, days_of, on_their_days
from courses.agenda.values import PARIS
from courses.people.enums import Role
from courses.people.models import Membership, Person, StandIn, Teaching, Tutorship
from courses.people.models.classes import holds, holds_between, holds_on
from courses.people.models.teachings import TeachingRow, left_behind, rows_in

SOON = datetime.timedelta(days=7)
AHEAD = datetime.timedelta(days=14)


@dataclass
class Taught:
    """Teachings of one person on one day: those they give, take over within a week, answer for, or
    look after.
    """

    person: Person
    today: datetime.date
    teachings: dict[int, Teaching]
    stand_ins: list[StandIn]
    hours: list[ClassHour]
    rows: list[TeachingRow]  # of the classes where they give something within two weeks: whoever's
    days: dict[int, SchoolDays]  # by the school's pk
    absences: list[
        Absence
    ]  # of today and to come: the person's own, and of those they stand in for

    @property
    def monday(self) -> datetime.date:
        return week_to_plan(self.today)

    def open_on(self, day: datetime.date) -> list[Teaching]:
        """Teachings as in `Teaching.objects.open_to`, on a day from today to the first of the week
        to plan.
        """
        taken_over = {
            row.teaching_id for row in self.stand_ins if row.first_day <= day <= row.last_day
        }
        return [
            teaching
            for teaching in self.teachings.values()
            if holds(teaching.since, teaching.until, day)
            and (teaching.teacher_id == self.person.pk or teaching.pk in taken_over)
        ]

    @property
    def answered(self) -> list[Teaching]:
        """Teachings as in `Teaching.objects.answered_by`, today."""
        return [teaching for teaching in self.teachings.values() if teaching.is_answered]

    def tutored_on(self, day: datetime.date) -> list[Teaching]:
        """Teachings by others on that day in the classes that the person looks after."""
        others = [
            one
            for one in self.teachings.values()
            if one.is_tutored and one.teacher_id != self.person.pk
        ]
        return [teaching for teaching in others if holds(teaching.since, teaching.until, day)]

    def dated(
        self, teachings: Iterable[Teaching], first: datetime.date, last: datetime.date
    ) -> list[DatedHour]:
        """Their hours from day to day, school by school."""
        by_school: dict[int, set[int]] = {}
        for teaching in teachings:
            by_school.setdefault(teaching.school_class.school_id, set()).add(teaching.pk)
        return [
            dated
            for school, those in by_school.items()
            for dated in on_their_days(
                [hour for hour in self.hours if hour.teaching_id in those],
                first,
                last,
                self.days[school],
            )
        ]

    def unplanned(self, teachings: Iterable[Teaching]) -> list[Teaching]:
        """Those of the teachings that have class in the week to plan and no published plan for it,
        in the order of their first hour.
        """
        those = [teaching for teaching in teachings if not teaching.is_planned]
        found = self.dated(those, self.monday, self.monday + 6 * ONE_DAY)
        return list({dated.hour.teaching_id: dated.hour.teaching for dated in found}.values())


def taught_by(person: Person, day: datetime.date) -> Taught:
    """`day` is today. Few queries for the first who asks in a request, none for the others."""
    if day not in person.kept:
        person.kept[day] = _read(person, day)
    return person.kept[day]


def _read(person: Person, day: datetime.date) -> Taught:
    dates = list(
        StandIn.objects.filter(teacher=person, first_day__lte=day + AHEAD, last_day__gte=day)
    )
    teachings, rows = _teachings(person, day, dates)
    stand_ins = [row for row in dates if row.first_day <= day + SOON and _goes_on(row, person, day)]
    hours = list(ClassHour.objects.filter(teaching__in=list(teachings)).order_by())
    for hour in hours:
        hour.teaching = teachings[hour.teaching_id]
    teachers = {person.pk, *(row.teaching.teacher_id for row in stand_ins)}
    midnight = datetime.datetime.combine(day, datetime.time(), tzinfo=PARIS)
    return Taught(
        person=person,
        today=day,
        teachings=teachings,
        stand_ins=stand_ins,
        hours=hours,
        rows=rows,
        days=days_of(teaching.school_class.school for teaching in teachings.values()),
        absences=list(
            Absence.objects.standing().filter(teacher__in=teachers, ends_at__gt=midnight).order_by()
        ),
    )


def _goes_on(row: StandIn, person: Person, day: datetime.date) -> bool:
    """Whether a row of the person is in `StandIn.objects.of_members`, without a query. `day` is
    today.
    """
    given = row.teaching
    is_member = given.school_class.school in person.places_as(Role.TEACHER)
    return is_member and (given.until is None or day < given.until)


def _teachings(
    person: Person, day: datetime.date, dates: list[StandIn]
) -> tuple[dict[int, Teaching], list[TeachingRow]]:
    """Teachings by pk, in the order of classes; and the rows of all classes where the person gives
    something within two weeks.

    Facts about the person are decided in Python: as one statement the query takes 6 ms to build.
    Two queries, four at most.
    """
    mine = Q(teacher=person) | Q(is_tutored=True)
    read = _with_plans(person, day)
    by_pk = {
        teaching.pk: teaching
        for teaching in read.filter(
            (holds_between(day, day + AHEAD) & mine) | Q(pk__in={row.teaching_id for row in dates})
        )
    }
    for row in dates:
        row.teaching = by_pk[row.teaching_id]
    counted = [row for row in dates if row.first_day <= day + SOON and _goes_on(row, person, day)]
    own = _given_on(day, by_pk.values(), counted, person)
    soon = {row.teaching_id for row in dates}
    soon |= {teaching.pk for teaching in by_pk.values() if teaching.teacher_id == person.pk}
    rows = rows_in({by_pk[pk].school_class_id for pk in soon}, day + AHEAD) if soon else []
    left = left_behind(own, rows, day)
    if more := left - by_pk.keys():
        by_pk |= {teaching.pk: teaching for teaching in read.filter(pk__in=more)}
    shown = left | own.keys() | {row.teaching_id for row in counted}
    last = max(day, week_to_plan(day))
    for teaching in by_pk.values():
        teaching.is_answered = teaching.pk in own or teaching.pk in left
        is_of_week = teaching.since <= last and (teaching.until is None or day < teaching.until)
        if is_of_week and (teaching.is_tutored or teaching.teacher_id == person.pk):
            shown.add(teaching.pk)
    found = [teaching for teaching in by_pk.values() if teaching.pk in shown]
    found.sort(key=lambda one: (one.school_class.kind, one.school_class.name, one.pk))
    return {teaching.pk: teaching for teaching in found}, rows


def _with_plans(person: Person, day: datetime.date) -> QuerySet[Teaching]:
    """Annotate `is_planned`, whether the week to plan is published, and `is_tutored`, whether the
    person looks after the class.
    """
    tutored = Tutorship.objects.filter(
        holds_on(day), teacher=person, school_class=OuterRef("school_class")
    )
    planned = PlanPart.objects.filter(
        plan__monday=week_to_plan(day), state=PartState.PUBLISHED, teaching=OuterRef("pk")
    )
    related = Teaching.objects.select_related("school_class__school__calendar", "subject")
    found = related.annotate(is_planned=Exists(planned), is_tutored=Exists(tutored))
    return found.order_by().fetch_mode(FETCH_PEERS)


def _given_on(
    day: datetime.date, teachings: Iterable[Teaching], rows: Iterable[StandIn], person: Person
) -> dict[int, tuple[int, int]]:
    """Class and subject of what the person gives on that day, as `Teaching.objects.open_to`."""
    schools = person.places_as(Role.TEACHER)
    taken_over = {row.teaching_id for row in rows if row.first_day <= day}
    return {
        teaching.pk: (teaching.school_class_id, teaching.subject_id)
        for teaching in teachings
        if holds(teaching.since, teaching.until, day)
        and teaching.school_class.school in schools
        and (teaching.teacher_id == person.pk or teaching.pk in taken_over)
    }


def who_answers(teaching: Teaching, day: datetime.date) -> list[Person]:
    """Those who read on that day what students write there, as `Teaching.objects.answered_by`.
    Perhaps nobody.

    The teacher, while the teaching holds and they belong to the school, and the stand-in, while
    they do; where there is nobody, those who give the subject in the class instead.
    """
    if found := _who_gives(teaching, day):
        return found
    same = (
        Teaching.objects.on(day)
        .filter(school_class=teaching.school_class_id, subject=teaching.subject_id)
        .exclude(pk=teaching.pk)
    )
    others = [
        person for other in same.select_related("school_class") for person in _who_gives(other, day)
    ]
    return list(dict.fromkeys(others)) if teaching.since <= day else []


def _who_gives(teaching: Teaching, day: datetime.date) -> list[Person]:
    """The teacher first. One query: by the memberships in the school, as `StandIn.objects.on`."""
    if not holds(teaching.since, teaching.until, day):
        return []
    taken_over = StandIn.objects.filter(teaching=teaching, first_day__lte=day, last_day__gte=day)
    there = (
        Membership.objects.on(day)
        .teaching()
        .filter(
            Q(person=teaching.teacher_id) | Q(person__in=taken_over.values("teacher")),
            organisation=teaching.school_class.school_id,
        )
    )
    found = dict.fromkeys(one.person for one in there.select_related("person").order_by("person"))
    return sorted(found, key=lambda person: person.pk != teaching.teacher_id)
