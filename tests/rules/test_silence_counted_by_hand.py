"""The list, the number on a first page and the student's own page against a plain count, day by day
and row by row, in schools made at random.
"""

import datetime
import random
import uuid
from functools import cache, cached_property

import pytest
from django.utils import timezone

from continuity.contact.queries.silent import (
    followed_as_leader,
    followed_as_taught,
    how_many_silent,
    own_signs,
    silent_students,
)
from continuity.enums import CallResult, ExemptionKind, PartState
from continuity.models import (
    Call,
    Exemption,
    PaperHandover,
    PlanPart,
    SchoolSettings,
    Tick,
    WeekOpening,
)
from continuity.plans.queries.taught import taught_by
from courses.agenda.enums import Rhythm
from courses.agenda.models import ClassHour, Closure, SchoolCalendar
from courses.agenda.queries import ONE_DAY, ONE_WEEK, monday_of, school_days
from courses.people.enums import ClassKind, Role
from courses.people.models import ClassMembership, Person
from tests.factories.contact import opened
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    class_hour,
    exemption_of,
    lesson_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import SubjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

D = datetime.date
TODAY = D(2026, 11, 25)
BEGAN, SEPTEMBER = D(2026, 8, 1), D(2026, 9, 1)
STUDENTS = 25


def noon(day: datetime.date) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=(TODAY - day).days)


class RandomSchool:
    """Two classes and a group over a term, with everything that can change which days count."""

    def __init__(self, seed: int):
        self.dice = random.Random(seed)
        self.of = teaching(SchoolClassFactory(name="A"))
        self.school = self.of.school_class.school
        self.others = [
            teaching(SchoolClassFactory(name="B", school=self.school)),
            teaching(
                SchoolClassFactory(name="G", school=self.school, kind=ClassKind.GROUP),
                teacher=self.of.teacher,
            ),
        ]
        self.leader = LeaderFactory(leads=self.school)
        self.tutor = tutor_of(self.others[0].school_class)
        self.sport = SubjectFactory()
        self.items = [lesson_item(part_of(self.of, D(2026, 10, 5)))]
        self.set_days()
        self.people = [self.student() for _nth in range(STUDENTS)]

    def day(self, first: datetime.date = SEPTEMBER) -> datetime.date:
        return first + datetime.timedelta(days=self.dice.randrange((TODAY - first).days + 1))

    def set_days(self) -> None:
        dice = self.dice
        SchoolSettings.objects.create(school=self.school, silent_after=dice.randint(3, 10))
        SchoolCalendar.objects.create(
            school=self.school, week_a=D(2026, 9, 7), pauses_in_holidays=dice.random() < 0.5
        )
        for _nth in range(3):
            first = self.day()
            Closure.objects.get_or_create(
                school=self.school,
                first_day=first,
                last_day=first + datetime.timedelta(days=dice.randrange(4)),
                defaults={"reason": "Grève"},
            )
        for of in (self.of, *self.others):
            monday = monday_of(D(2026, 9, 1))
            while monday <= TODAY:
                if dice.random() < 0.8:
                    part_of(of, monday, published=dice.random() < 0.9)
                monday += ONE_WEEK
        for weekday in dice.sample(range(1, 7), 4):
            class_hour(
                self.of,
                weekday=weekday,
                rhythm=dice.choice(["", "", "A", "B"]),
                since=dice.choice([BEGAN, self.day()]),
                until=dice.choice([None, None, D(2026, 12, 1)]),
            )

    def student(self) -> Person:
        dice = self.dice
        own, other = dice.sample([self.of, self.others[0]], 2)
        places = [own.school_class]
        if dice.random() < 0.4:
            places.append(self.others[1].school_class)
        student = StudentFactory(in_class=places, password="!")
        if dice.random() < 0.2:
            self.change_class(student, own.school_class, other.school_class)
        for _nth in range(dice.choice([0, 0, 1, 2])):
            self.leave(student)
        self.signs(student)
        return student

    def change_class(self, student, before, after) -> None:
        day = self.day(D(2026, 9, 15))
        ClassMembership.objects.filter(student=student, school_class=before).update(until=day)
        ClassMembership.objects.create(student=student, school_class=after, since=day)

    def leave(self, student) -> None:
        dice, first = self.dice, self.day()
        exemption_of(
            student,
            school=self.school,
            entered_by=self.leader,
            kind=dice.choice(ExemptionKind.values),
            subjects=dice.choice([[], [], [self.sport]]),
            first_day=first,
            last_day=dice.choice([None, first + datetime.timedelta(days=dice.randrange(40))]),
            rhythm=dice.choice(["", "", "A", "B"]),
            attends=dice.random() < 0.2,
            keeps_working=dice.random() < 0.2,
            withdrawn_at=dice.choice([None, None, None, timezone.now()]),
        )

    def signs(self, student) -> None:
        dice, until = self.dice, self.dice.choice([D(2026, 9, 20), D(2026, 11, 5), TODAY])
        days = [self.day() for _nth in range(dice.choice([0, 1, 6]))]
        for day in (day for day in days if day <= until):
            match dice.randrange(5):
                case 0 | 1:
                    opened(student, day)
                case 2:
                    Tick.objects.get_or_create(
                        item=self.items[0], student=student, defaults={"ticked_at": noon(day)}
                    )
                case 3:
                    self.paper(student, day)
                case _:
                    self.call(student, day)

    def paper(self, student, day) -> None:
        PaperHandover.objects.get_or_create(
            student=student,
            handed_on=day,
            withdrawn_at=self.dice.choice([None, timezone.now()]),
            defaults={"recorded_by": self.leader},
        )

    def call(self, student, day) -> None:
        Call.objects.create(
            student=student,
            caller=self.leader,
            taken_at=noon(day),
            noted_at=noon(day),
            result=self.dice.choice(CallResult.values),
            undone_at=self.dice.choice([None, None, timezone.now()]),
            key=uuid.uuid4(),
        )

    # The plain count

    @cached_property
    def calendar(self):
        return school_days(self.school)

    @cache  # noqa: B019
    def leaves_of(self, student: Person) -> list[Exemption]:
        """Those that free from everything."""
        rows = Exemption.objects.filter(student=student, withdrawn_at=None)
        return [
            leave
            for leave in rows
            if leave.keeps_working or not (leave.attends or leave.subjects.exists())
        ]

    @cache  # noqa: B019
    def places_of(self, student: Person) -> list[ClassMembership]:
        return list(ClassMembership.objects.filter(student=student))

    def is_free(self, student: Person, day: datetime.date) -> bool:
        letters = (Rhythm.EACH, self.calendar.week_letter(day))
        return any(
            leave.first_day <= day
            and (leave.last_day is None or day <= leave.last_day)
            and leave.rhythm in letters
            for leave in self.leaves_of(student)
        )

    def is_expected(self, student: Person, day: datetime.date) -> bool:
        if not self.calendar.has_class(day) or self.is_free(student, day):
            return False
        return any(
            self.is_taught(place.school_class_id, day)
            for place in self.places_of(student)
            if place.since <= day and (place.until is None or day < place.until)
        )

    @cache  # noqa: B019
    def is_taught(self, school_class: int, day: datetime.date) -> bool:
        parts = PlanPart.objects.filter(
            plan__school_class=school_class, plan__monday=monday_of(day)
        )
        if not parts.filter(state=PartState.PUBLISHED).exists():
            return False
        rows = ClassHour.objects.filter(teaching__school_class=school_class)
        hours = [
            hour for hour in rows if hour.since <= day and (hour.until is None or day < hour.until)
        ]
        if not hours:
            return day.isoweekday() < 6
        letters = (Rhythm.EACH, self.calendar.week_letter(day))
        return any(h.weekday == day.isoweekday() and h.rhythm in letters for h in hours)

    def last_sign(self, student: Person) -> datetime.date | None:
        days = [row.day for row in WeekOpening.objects.filter(student=student)]
        days += [row.ticked_at.date() for row in Tick.objects.filter(student=student)]
        papers = PaperHandover.objects.filter(student=student, withdrawn_at=None)
        days += [row.handed_on for row in papers]
        calls = Call.objects.filter(student=student, undone_at=None, result=CallResult.STUDENT)
        days += [row.noted_at.date() for row in calls]
        return max(days, default=None)

    def days_silent(self, student: Person) -> int:
        families = Call.objects.filter(student=student, undone_at=None, result=CallResult.FAMILY)
        reached = [row.noted_at.date() for row in families]
        papers = PaperHandover.objects.filter(student=student, withdrawn_at=None)
        covered = [self.end_of_paper(row.handed_on) for row in papers]
        day = max([self.last_sign(student) or BEGAN, *reached, *covered]) + ONE_DAY
        number = 0
        while day < TODAY:
            number += self.is_expected(student, day)
            day += ONE_DAY
        return number

    def end_of_paper(self, day: datetime.date) -> datetime.date:
        """Until Thursday the Sunday of the week; from Friday on, of the next week with class."""
        from_friday = day.isoweekday() > 4
        day += ONE_DAY
        while day.isoweekday() != 1:
            day += ONE_DAY
        if not from_friday:
            return day - ONE_DAY
        while not any(self.calendar.has_class(day + n * ONE_DAY) for n in range(5)):
            day += ONE_WEEK
        return day + 6 * ONE_DAY

    def is_silent(self, student: Person) -> bool:
        limit = SchoolSettings.objects.get(school=self.school).silent_after
        return self.days_silent(student) >= limit and not self.is_free(student, TODAY)

    def silent_in(self, *classes) -> dict[int, tuple]:
        today = ClassMembership.objects.on(TODAY).filter(school_class__in=classes)
        members = set(today.values_list("student", flat=True))
        return {
            student.pk: (self.last_sign(student), self.days_silent(student))
            for student in self.people
            if student.pk in members and self.is_silent(student)
        }


@pytest.mark.parametrize("seed", range(8))
def test_the_list_and_the_number_agree_with_a_plain_count(seed):
    world = RandomSchool(seed)
    class_a, class_b, group = (of.school_class for of in (world.of, *world.others))
    wanted = {
        world.of.teacher: world.silent_in(class_a, group),
        world.tutor: world.silent_in(class_b),
        world.leader: world.silent_in(class_a, class_b, group),
    }

    for person, silent in wanted.items():
        reader, whole = Person.objects.get(pk=person.pk), person == world.leader
        found = silent_students(reader, TODAY, whole_school=whole)
        followed = (
            followed_as_leader(reader) if whole else followed_as_taught(taught_by(reader, TODAY))
        )
        places = reader.places_as(Role.LEADER if whole else Role.TEACHER)

        assert {one.pk: (one.last, one.days) for one in found} == silent
        assert how_many_silent(followed, places, TODAY) == len(silent)

    for student in world.people:
        silence = own_signs(Person.objects.get(pk=student.pk), timezone.now(), TODAY).silence
        assert (silence.days, silence.last) == (
            world.days_silent(student),
            world.last_sign(student),
        )


@pytest.mark.parametrize(
    ("fields", "frees"),
    [
        pytest.param({}, True, id="of all subjects"),
        pytest.param({"subjects": True}, False, id="of one subject: expected in the others"),
        pytest.param({"attends": True}, False, id="comes all the same"),
        pytest.param({"keeps_working": True}, True, id="C62: a long leave with a reduced plan"),
        pytest.param(
            {"keeps_working": True, "subjects": True}, True, id="C62: with chosen subjects"
        ),
    ],
)
@pytest.mark.parametrize("kind", ExemptionKind.values)
def test_which_leaves_and_exemptions_free_from_everything(kind, fields, frees):
    of = teaching()
    exemption_of(
        StudentFactory(in_class=of.school_class),
        school=of.school_class.school,
        entered_by=of.teacher,
        kind=kind,
        **fields
        | {"subjects": [SubjectFactory(), SubjectFactory()] if "subjects" in fields else ()},
    )

    assert Exemption.objects.freeing().count() == int(frees)
