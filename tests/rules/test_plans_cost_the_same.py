"""Planner, copy, library and leader's board: as many queries for a full week as for an empty one;
the board's order and its cells.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.enums import ItemKind
from continuity.models import Homework, Lesson
from continuity.plans.queries.board import board_of
from courses.agenda.models import Closure
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    class_hour,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import OrganisationFactory
from tests.factories.rolls import video_class

pytestmark = pytest.mark.django_db

ONE_DAY = datetime.timedelta(days=1)
SIZES = (10, 40, 160)


@pytest.fixture
def french():
    french = teaching()
    class_hour(french, 1)
    StudentFactory.create_batch(3, in_class=french.school_class)
    return french


def fill(part, number):
    """Until the part has so many items, of every kind that a teacher writes."""
    for n in range(part.items.count(), number):
        make = (lesson_item, homework_item, note_item, video_item)[3 if n % 10 == 9 else n % 3]
        make(part, day=part.plan.monday + n % 5 * ONE_DAY)


def video_item(part, day):
    """Each of a series of its own, one after the other."""
    number = part.items.filter(kind=ItemKind.VIDEO).count()
    video_class(
        part.teaching,
        at(day, 8 + number // 3, number % 3 * 20),
        minutes=15,
        now=at(MONDAY - 7 * ONE_DAY, 8),
    )


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def at_each_size(client, address, fill_to) -> list[int]:
    counts = []
    for number in SIZES:
        fill_to(number)
        client.get(address)  # what is cached once for all doesn't count
        counts.append(queries(client, address))
    return counts


@pytest.mark.parametrize("published", [True, False], ids=["published", "a draft"])
def test_the_planner_of_its_teacher(client, french, published):
    client.force_login(french.teacher)
    part = part_of(french, published=published)
    address = reverse(
        "continuity:planner", args=[french.school_class.public_id, MONDAY.isoformat()]
    )

    counts = at_each_size(client, address, lambda number: fill(part, number))

    assert counts == [counts[0]] * 3
    assert counts[0] <= 36


def test_the_planner_of_all_subjects_for_the_tutor(client, french):
    client.force_login(tutor_of(french.school_class))
    address = reverse(
        "continuity:planner", args=[french.school_class.public_id, MONDAY.isoformat()]
    )
    parts = [part_of(teaching(french.school_class)) for _subject in range(10)]
    video_item(parts[0], MONDAY)  # the first costs two queries, all others none

    counts = at_each_size(
        client, address, lambda number: [fill(part, number // 10) for part in parts]
    )

    assert counts == [counts[0]] * 3
    assert counts[0] <= 24


def test_the_week_that_is_copied(client, french):
    client.force_login(french.teacher)
    part, after = part_of(french), MONDAY + 7 * ONE_DAY
    address = (
        reverse("continuity:copy_week", args=[french.school_class.public_id, after.isoformat()])
        + f"?teaching={french.public_id}"
    )

    counts = at_each_size(client, address, lambda number: fill(part, number))

    assert counts == [counts[0]] * 3


def test_the_library(client, french):
    client.force_login(french.teacher)
    part = part_of(french)

    def keep(number):
        fill(part, number)
        Lesson.objects.update(in_library=True)
        Homework.objects.update(in_library=True)

    counts = at_each_size(client, reverse("continuity:library"), keep)

    assert counts == [counts[0]] * 3


def test_the_board_of_five_thirty_and_a_hundred_and_twenty_classes(client):
    school = OrganisationFactory()
    client.force_login(LeaderFactory(leads=school))
    address, counts = reverse("continuity:board", query={"day": MONDAY.isoformat()}), []

    for number in (5, 30, 120):
        for _class in range(number - school.classes.count()):
            taught = teaching(SchoolClassFactory(school=school))
            class_hour(taught, 1)
            note_item(part_of(taught))
        client.get(address)
        counts.append(queries(client, address))

    assert counts == [counts[0]] * 3
    assert counts[0] <= 14


def test_those_that_miss_most_stand_first_and_a_draft_is_not_a_plan():
    school = OrganisationFactory()
    leader = LeaderFactory(leads=school)
    complete, half, nothing, without_hours = (
        SchoolClassFactory(school=school, name=name) for name in "ABCD"
    )
    SchoolClassFactory(name="elsewhere")
    for school_class, published in [(complete, 2), (half, 1), (nothing, 0)]:
        for n in range(2):
            taught = teaching(school_class)
            class_hour(taught, 1 + n)
            note_item(part_of(taught, published=n < published))
    teaching(without_hours)

    rows = board_of(leader, MONDAY).rows

    assert [
        (row.school_class.name, row.this_week.published, row.this_week.expected) for row in rows
    ] == [
        ("C", 0, 2),
        ("B", 1, 2),
        ("A", 2, 2),
        ("D", 0, 0),
    ]
    assert [(len(row.next_week.missing), row.next_week.hours_missing) for row in rows] == [
        (2, 2),
        (2, 2),
        (2, 2),
        (0, 0),
    ]
    assert all(subject.has_a_draft for subject in rows[0].this_week.missing)


def test_a_closed_week_asks_for_no_plan(client, french):
    Closure.objects.create(
        school=french.school_class.school,
        first_day=MONDAY,
        last_day=MONDAY + 6 * ONE_DAY,
        reason="Inondation",
    )
    client.force_login(LeaderFactory(leads=french.school_class.school))

    page = client.get(reverse("continuity:board"), {"day": MONDAY.isoformat()}).content.decode()

    assert page.count("No class") == 1
    assert "1 hour without a plan" in page
