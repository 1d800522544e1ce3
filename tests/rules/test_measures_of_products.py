"""What products count in a week: by the school, from Monday to Sunday, by one query each."""

import datetime

import pytest
from django.utils import timezone

from cms.indicators.queries.definitions import measures
from continuity.models import Tick
from courses.digest.values import Measure
from courses.launches.enums import LaunchWay
from courses.launches.models import Launch
from tests.factories.answers import asks_for_help, returned
from tests.factories.attendance import was_there
from tests.factories.catalogue import ResourceFactory
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    handed_in,
    lesson_item,
    part_of,
    teaching,
)
from tests.factories.equipment import OfficeFactory, lent, thing
from tests.factories.rolls import begun, closed, led, video_class

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

MONDAY, SUNDAY = datetime.date(2026, 11, 23), datetime.date(2026, 11, 29)
WEEK = datetime.timedelta(days=7)
OF_PRODUCTS = {measure.code: measure for measure in measures() if measure.count}


def counted(code: str) -> tuple[dict, dict]:
    """Numbers, and people behind them, of the week and of no other."""
    measure = OF_PRODUCTS[code]
    for weeks in (-1, 1):
        assert measure.count(MONDAY + weeks * WEEK, SUNDAY + weeks * WEEK) == {}
    people = measure.people(MONDAY, SUNDAY) if measure.people else {}
    return measure.count(MONDAY, SUNDAY), people


@pytest.mark.parametrize("measure", OF_PRODUCTS.values(), ids=lambda measure: measure.code)
def test_a_measure_asks_the_database_once(measure: Measure, django_assert_num_queries):
    for counting in filter(None, (measure.count, measure.people)):
        with django_assert_num_queries(1):
            assert counting(MONDAY, SUNDAY) == {}


@pytest.fixture
def maths():
    return teaching(SchoolClassFactory())


@pytest.fixture
def school(maths):
    return maths.school_class.school.pk


@pytest.fixture
def students(maths):
    return StudentFactory.create_batch(3, in_class=maths.school_class)


def test_plans_that_are_published(maths, school):
    part_of(maths, MONDAY)
    part_of(teaching(maths.school_class), MONDAY)
    part_of(teaching(), MONDAY, published=False)

    assert counted("plans") == ({school: 1}, {})


def test_lessons_that_students_ticked(maths, school, students):
    part = part_of(maths, MONDAY)
    for item in (lesson_item(part), lesson_item(part)):
        Tick.objects.create(item=item, student=students[0])
    Tick.objects.create(item=item, student=students[1])

    assert counted("lessons_read") == ({school: 3}, {school: 2})


def test_homework_that_is_given(maths, school):
    assignment(maths)
    assignment(maths)
    gone = assignment(maths)
    gone.homework.deleted_at = timezone.now()
    gone.homework.deleted_by = maths.teacher
    gone.homework.save()

    assert counted("homework") == ({school: 2}, {school: 1})


def test_hand_ins_and_answers(maths, school, students):
    works = [handed_in(assignment(maths), student, timezone.now()) for student in students[:2]]
    returned(works[0])

    assert counted("hand_ins") == ({school: 2}, {school: 2})
    assert counted("answers") == ({school: 1}, {school: 1})


def test_questions(maths, school, students):
    asks_for_help(maths, students[0])

    assert counted("questions") == ({school: 1}, {school: 1})


def test_hours_of_video_classes_in_which_somebody_was(maths, school):
    held, _empty = (video_class(maths, minutes=minutes) for minutes in (110, 55))
    led(held)
    was_there(held, maths.teacher, (0, 60))

    assert counted("video_hours") == ({school: 2}, {})


def test_rolls_that_are_closed(maths, school, students):
    closed(begun(maths))

    assert counted("rolls") == ({school: 1}, {school: 1})


def test_loans(maths, school, students):
    place = maths.school_class.school
    lent(students[0], thing(place), thing(place), by=OfficeFactory())

    assert counted("loans") == ({school: 1}, {})


def opened(resource, *people, failed: bool = False):
    for person in people:
        Launch.objects.create(
            person=person,
            resource=resource,
            school=person.memberships.get().organisation,
            way=LaunchWay.ENT,
            failed_at=timezone.now() if failed else None,
        )


def test_launches_of_resources_that_five_people_opened(school, maths):
    five = [*(StudentFactory(in_class=maths.school_class) for _n in range(4)), StudentFactory()]
    elsewhere = five[-1].memberships.get().organisation.pk
    read, hardly_read, failing = ResourceFactory.create_batch(3)
    opened(read, *five, five[0])
    opened(hardly_read, *five[1:], *five[1:])
    opened(hardly_read, five[0], failed=True)
    opened(read, *five, failed=True)
    opened(failing, *five, failed=True)

    assert counted("launches") == ({school: 5, elsewhere: 1}, {school: 4, elsewhere: 1})
