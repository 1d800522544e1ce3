"""First pages of students, teachers, class tutors and leaders say what is due, in one step."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.today.queries import due_for
from continuity.due.views.plans import plans_due
from continuity.due.views.week import week_due
from continuity.plans.queries.unplanned import week_to_plan
from courses.agenda.models import Closure
from courses.people.models import Person, StandIn
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    class_hour,
    handed_in,
    homework_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TUESDAY = at(MONDAY + datetime.timedelta(days=1), 10)
FRIDAY = at(MONDAY + datetime.timedelta(days=4), 10)


def titles(items):
    return [item.title for item in items]


def again(person):
    """Without what was kept for another request."""
    return Person.objects.get(pk=person.pk)


def test_a_student_is_told_what_is_to_hand_in_next_and_what_is_late():
    school_class = SchoolClassFactory()
    student, part = StudentFactory(in_class=school_class), part_of(teaching(school_class))
    homework_item(part, assignment(part.teaching, at(MONDAY, 18), title="Un poème"))
    homework_item(part, assignment(part.teaching, FRIDAY, title="Une carte"))
    done = homework_item(part, assignment(part.teaching, FRIDAY, title="Un dessin")).assignment
    handed_in(done, student)

    items = week_due(student, TUESDAY)

    assert titles(items) == [
        "French: Une carte",
        "One late piece of work, which you can still hand in",
    ]
    assert items[1].text == "Un poème"


def test_a_teacher_is_told_of_classes_without_a_plan_and_not_once_it_is_published():
    school_class = SchoolClassFactory(name="2de 4")
    given = teaching(school_class)
    class_hour(given)

    before = plans_due(given.teacher, TUESDAY)
    part_of(given)
    after = plans_due(again(given.teacher), TUESDAY)

    assert [(item.title, item.text) for item in before] == [
        ("A class has no published plan for week 49", "2de 4")
    ]
    assert before[0].url == reverse(
        "continuity:planner", args=[school_class.public_id, "2026-11-30"]
    )
    assert after == []


def test_a_draft_is_not_a_plan_and_a_week_without_class_wants_none():
    given = teaching()
    class_hour(given)
    part_of(given, published=False)

    with_class = plans_due(given.teacher, TUESDAY)
    Closure.objects.create(
        school=given.school_class.school, first_day=MONDAY, last_day=MONDAY, reason="Neige"
    )
    without = plans_due(again(given.teacher), TUESDAY)

    assert (len(with_class), without) == (1, [])


def test_a_tutor_and_a_leader_are_told_of_others_and_a_tutor_of_no_other_class():
    own = SchoolClassFactory(name="2de 4")
    other = SchoolClassFactory(school=own.school, name="2de 5")
    for school_class in (own, other):
        class_hour(teaching(school_class))

    of_tutor = plans_due(tutor_of(own), TUESDAY)
    of_leader = plans_due(LeaderFactory(leads=own.school), TUESDAY)
    of_another_leader = plans_due(LeaderFactory(), TUESDAY)

    assert titles(of_tutor) == [
        "2de 4, your class: one colleague’s subject without a published plan for week 49"
    ]
    assert [(item.title, item.text) for item in of_leader] == [
        ("In 2 classes, subjects have no published plan for week 49", "2de 4, 2de 5")
    ]
    assert of_another_leader == []


def test_a_stand_in_is_told_a_week_before_and_until_the_last_day():
    given = teaching(SchoolClassFactory(name="2de 4"))
    teacher = TeacherFactory(works_at=given.school_class.school)
    StandIn.objects.create(
        teaching=given,
        teacher=teacher,
        first_day=MONDAY,
        last_day=MONDAY + datetime.timedelta(days=4),
    )

    told = [
        titles(plans_due(again(teacher), at(MONDAY + datetime.timedelta(days=n), 10)))
        for n in (-8, -7, 4, 5)
    ]

    title = "2de 4, French: you stand in from Mon 30 Nov to Fri 4 Dec"
    assert told == [[], [title], [title], []]


@pytest.mark.parametrize(
    ("day", "week"),
    [(MONDAY, MONDAY), (FRIDAY.date(), MONDAY + datetime.timedelta(weeks=1))],
    ids=["Monday", "Friday"],
)
def test_from_thursday_on_the_week_to_plan_is_the_next(day, week):
    assert week_to_plan(day) == week


# What a first page asks, beyond the session, the person and their roles


def asked_by(person, now) -> int:
    person = again(person)
    assert person.roles
    with CaptureQueriesContext(connection) as captured:
        due_for(person, now)
    return len(captured)


def in_use(school_class, *, teacher=None, **fields):
    """Taught on Tuesdays, with a roll to take, work to come and one that waits for an answer."""
    given = teaching(school_class, teacher=teacher, **fields)
    class_hour(given, weekday=2, begins=9)
    item = homework_item(part_of(given, MONDAY), assignment(given, FRIDAY))
    handed_in(item.assignment, StudentFactory(in_class=school_class, password="!"), TUESDAY)
    return given


def test_a_teacher_s_first_page_costs_the_same_for_any_number_of_classes():
    costs = []
    for number in (1, 5, 25):
        school = SchoolClassFactory().school
        teacher = TeacherFactory(works_at=school)
        for _nth in range(number):
            in_use(SchoolClassFactory(school=school), teacher=teacher)
        costs.append(asked_by(teacher, TUESDAY))

    assert costs == [costs[0]] * 3
    assert costs[0] <= 13  # the last: of whom nobody has heard, and what counts for it, in one


def test_a_class_tutor_s_first_page_costs_the_same_for_any_number_of_subjects():
    costs = []
    for number in (1, 5, 25):
        school_class = SchoolClassFactory()
        teacher = tutor_of(school_class)
        in_use(school_class, teacher=teacher)
        for _nth in range(number):
            class_hour(teaching(school_class), weekday=3)
        costs.append(asked_by(teacher, TUESDAY))

    assert costs == [costs[0]] * 3
    assert costs[0] <= 14  # the last: of whom nobody has heard, and what counts for it, in one


def test_a_leader_s_first_page_costs_the_same_for_any_number_of_classes():
    costs = []
    for number in (1, 5, 25):
        school = SchoolClassFactory().school
        for _nth in range(number):
            class_hour(teaching(SchoolClassFactory(school=school)), weekday=3)
        costs.append(asked_by(LeaderFactory(leads=school), TUESDAY))

    assert costs == [costs[0]] * 3
    # Among them: requests for corrections, subjects without a teacher, rooms nobody can open, who is
    # there, who is silent, surveys that the region proposes, requests for equipment, loans to be seen to.
    assert costs[0] <= 21


def test_a_student_s_first_page_costs_the_same_for_any_number_of_works():
    costs = []
    for number in (1, 5, 25):
        school_class = SchoolClassFactory()
        student, part = StudentFactory(in_class=school_class), part_of(teaching(school_class))
        for _nth in range(number):
            homework_item(part, assignment(part.teaching, FRIDAY))
        costs.append(asked_by(student, TUESDAY))

    assert costs == [costs[0]] * 3
    assert costs[0] <= 8
