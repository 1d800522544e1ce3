"""What was cancelled, moved or taken out after a week was published."""

import datetime

import pytest
import time_machine

from continuity.plans.services import items
from continuity.video import services as video
from courses.agenda.values import Hours
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    lesson_item,
    part_of,
)
from tests.factories.markup import shows
from tests.factories.weeks import page, teaching, video_item

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + datetime.timedelta(days=n) for n in (1, 2, 3, 4))


@pytest.fixture
def part():
    return part_of(teaching(SchoolClassFactory(name="2de 4")))


@pytest.fixture
def student(part, client):
    student = StudentFactory(in_class=part.teaching.school_class)
    client.force_login(student)
    return student


def test_a_cancelled_video_class_stays_in_its_place_and_opens_no_room(client, student, part):
    """Case C19: the plan stays; the class itself is said not to take place, with the reason."""
    item = video_item(part, at(MONDAY, 10))
    lesson_item(part, MONDAY, title="La leçon reste")
    with time_machine.travel(at(MONDAY, 8), tick=False):
        video.cancel(meeting=item.meeting, reason="en formation")

    with time_machine.travel(at(MONDAY, 9, 50), tick=False):
        shown = page(client)

    assert "Cancelled: en formation" in shown
    assert "La leçon reste" in shown
    assert "Enter the room" not in shown


def test_a_moved_video_class_says_was_and_is(client, student, part):
    item = video_item(part, at(TUESDAY, 9))
    with time_machine.travel(at(MONDAY, 8), tick=False):
        video.move(
            meeting=item.meeting,
            hours=Hours(at(TUESDAY, 11), at(TUESDAY, 12)),
            reason="",
            by=part.teaching.teacher,
        )

        shown = page(client)

    assert shows(shown, '<s class="was"><span class="unseen">Before: </span>09:00</s>')
    assert shows(shown, '<strong><span class="unseen">now: </span>11:00</strong>')


def test_what_was_moved_to_another_day_says_both_days(client, student, part):
    item = lesson_item(part, TUESDAY)
    with time_machine.travel(at(MONDAY, 8), tick=False):
        items.move(item=item, day=FRIDAY, by=part.teaching.teacher)

        shown = page(client)

    assert "Before: </span>Tuesday 1 December</s>" in shown
    assert shows(shown, "now: </span>Friday 4 December</strong>")


def test_what_was_taken_out_stands_struck_through(client, student, part):
    item = lesson_item(part, TUESDAY, title="La leçon retirée")
    with time_machine.travel(at(MONDAY, 8), tick=False):
        items.remove(item=item, by=part.teaching.teacher)

        shown = page(client)

    assert shows(shown, "<s>French: La leçon retirée</s>")
    assert "Taken out by the teacher." in shown
