"""Who changes school in the middle of a week counts as at the first page of it, with all that they read:
the few pages read at the other school would have nobody among its people.
"""

import datetime
import random
from collections import Counter, defaultdict

import pytest
import time_machine

from cms.indicators.enums import ELSEWHERE, Place, ReaderDevice
from cms.indicators.models import HourCount, SeenThisWeek, WeekFigure
from cms.indicators.queries.weeks import schools_of_today
from cms.indicators.services import days, flushing, folding, weeks
from cms.indicators.services.memory import flush
from cms.indicators.values import moments
from courses.disclosure.values import FEWEST_PEOPLE, TOTAL
from courses.people.enums import Role
from courses.people.models import Membership
from tests.disclosure import attack_together
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    TeacherFactory,
)
from tests.journeys.test_a_day_of_visits_is_counted import PHONE, at, reads, student_of
from tests.periods import week_together

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2026, 11, 23)
MOVES_ON = datetime.date(2026, 11, 25)


def moves(person, to, role=Role.STUDENT) -> None:
    """What they were until the day before, they are no more."""
    Membership.objects.filter(person=person).update(until=MOVES_ON - moments.DAY)
    MembershipFactory(person=person, organisation=to, role=role, since=MOVES_ON)


def flush_at(instant) -> None:
    with time_machine.travel(instant, tick=False):
        flush()


def counted(school) -> dict[str, int]:
    rows = WeekFigure.objects.filter(school=school).select_related("definition")
    return {f"{row.definition.code} {row.part}".strip(): row.value for row in rows}


def test_a_student_who_changes_school_leaves_nothing_at_the_second():
    first, other, second = OrganisationFactory.create_batch(3)
    for school, number in ((first, 8), (other, 7)):
        for student in [student_of(school) for _n in range(number)]:
            reads(student, at(23, 10), at(25, 19), at(28, 15))
    mover = student_of(first)
    reads(mover, at(23, 10), browser=PHONE)
    flush_at(at(23, 10))
    moves(mover, second)

    reads(mover, at(26, 21), at(26, 21, 5), at(29, 15), at(29, 15, 5), browser=PHONE)
    flush_at(at(29, 15, 30))
    days.close_days(at(30, 3, 30))
    weeks.close_weeks(at(30, 3, 30))

    assert set(counted(second).values()) == {0}
    assert not WeekFigure.objects.filter(school=second, is_hidden=True).exists()
    at_first = counted(first)
    assert at_first["people"] == at_first["people student"] == 9
    assert at_first["pages"] == 8 * 3 + 5
    assert at_first["visits"] == 8 * 3 + 3


def test_who_becomes_a_teacher_in_the_week_stays_a_student_of_it():
    school = OrganisationFactory()
    person = student_of(school)
    reads(person, at(23, 10))
    flush_at(at(23, 10))
    moves(person, school, Role.TEACHER)

    reads(person, at(26, 20), at(30, 10))
    flush_at(at(30, 10))

    seen = SeenThisWeek.objects.order_by("week").values_list("week", "role").distinct()
    assert list(seen) == [(MONDAY, "student"), (MONDAY + moments.WEEK, "teacher")]


def test_next_week_counts_at_the_new_school_also_in_a_flush_over_midnight():
    first, second = OrganisationFactory.create_batch(2)
    mover = student_of(first)
    reads(mover, at(23, 10))
    flush_at(at(23, 10))
    moves(mover, second)

    reads(mover, at(29, 23, 59), at(30, 0, 0))
    flush_at(at(30, 0, 0))
    folding.fold()

    assert list(HourCount.objects.order_by("hour").values_list("school", flat=True)) == [
        first.pk,
        first.pk,
        second.pk,
    ]


INSTANTS = [at(day, hour) for day in range(23, 30) for hour in (7, 10, 19, 21)]


class Region:
    """Schools with few and many readers, of whom some change school or come to one on Wednesday."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.pages: Counter = Counter()  # by first school, place, device
        self.people: dict = defaultdict(set)
        schools = OrganisationFactory.create_batch(4)
        self.first = {
            person: school.pk
            for school, number in zip(schools, (3, 8, 20, 0), strict=True)
            for person in [
                *(student_of(school) for _n in range(number)),
                *TeacherFactory.create_batch(number // 3, works_at=school),
            ]
        }
        self.first |= dict.fromkeys(PersonFactory.create_batch(7), ELSEWHERE)
        self.read(self.rng.sample(list(self.first), 30), INSTANTS[:8])
        read_first = set.union(*self.people.values())
        for person in self.rng.sample(list(self.first), 12):
            school = self.rng.choice(schools)
            moves(person, school)
            if person.pk not in read_first:
                self.first[person] = school.pk
        self.read(self.first, INSTANTS[8:])
        folding.fold()
        days.close_days(at(30, 3, 30))

    def read(self, people, instants) -> None:
        batch: Counter = Counter()
        for person in people:
            for instant in self.rng.sample(instants, self.rng.randint(1, 3)):
                half_hour = moments.half_hour_of(instant)
                device = self.rng.choice(list(ReaderDevice))
                cell = self.first[person], moments.place_of(half_hour), device
                number = self.rng.randint(1, 4)
                batch[flushing.View(half_hour, person.pk, device)] += number
                self.pages[cell] += number
                self.people[cell].add(person.pk)
        for instant in instants:
            half_hour = moments.half_hour_of(instant)
            batch[flushing.View(half_hour, None, ReaderDevice.PHONE)] += 3
            self.pages[ELSEWHERE, moments.place_of(half_hour), ReaderDevice.PHONE] += 3
        flushing.write(batch)

    def people_of(self, school) -> set[int]:
        return set().union(*(who for cell, who in self.people.items() if cell[0] == school))


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_given_away_where_people_move(seed):
    region = Region(seed)

    week = weeks.Tables(MONDAY, schools_of_today())

    for school in week.axis:
        assert week.people.value(school, TOTAL) == len(region.people_of(school))
        for place in Place:
            for device in ReaderDevice:
                cell = school, place, device
                assert week.pages.value(*cell) == region.pages[cell]
                if school != ELSEWHERE and region.pages[cell] and not week.pages.is_hidden(*cell):
                    assert len(region.people[cell]) >= FEWEST_PEOPLE
    together, links = week_together(week)
    assert week.people.published.hidden  # else there is nothing to attack
    assert attack_together(together, links, most_cells=40) == []
