"""What a roll costs in queries: the same for 5, 30 and 120 students."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Status
from continuity.models import RollLine
from tests.factories.attendance import was_there
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    class_hour,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.rolls import (
    A_TUESDAY,
    begun,
    closed,
    led,
    marks_of,
    nine,
    prefilled,
    video_class,
)

pytestmark = pytest.mark.django_db

PAGE, SAVE = 15, 7  # who may write: short statements, put together faster than one long one
A_DAY = datetime.timedelta(days=1)


def queries(do) -> int:
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)


def with_students(count: int):
    given = teaching()
    StudentFactory.create_batch(count, in_class=given.school_class, password="!")
    return given


@pytest.mark.parametrize("is_video", [False, True], ids=["in the room", "by video"])
def test_a_rolls_page_costs_the_same_for_any_class(client, is_video):
    costs = []
    for count in (5, 30, 120):
        given = with_students(count)
        if is_video:
            meeting = video_class(given)
            led(meeting)
            was_there(meeting, given.school_class.students_on(A_TUESDAY).first(), (0, 50))
            roll = prefilled(meeting)
        else:
            roll = begun(given)
        client.force_login(given.teacher)
        address = reverse("continuity:roll", args=[roll.public_id])
        client.get(address)
        costs.append(queries(lambda address=address: client.get(address)))

    assert len(set(costs)) == 1
    assert costs[0] <= PAGE


def test_a_closed_roll_with_corrections_costs_the_same_for_any_class(client):
    costs = []
    for count in (5, 30, 120):
        given = with_students(count)
        roll = closed(begun(given))
        for line in roll.lines.all():
            rolls.correct(
                line=line,
                mark=RollMark(Status.ABSENT, reason="Erreur"),
                by=given.teacher,
                key=uuid.uuid4(),
            )
        client.force_login(given.teacher)
        address = reverse("continuity:roll", args=[roll.public_id])
        client.get(address)
        costs.append(queries(lambda address=address: client.get(address)))

    assert len(set(costs)) == 1
    assert costs[0] <= PAGE


def test_saving_a_roll_costs_the_same_for_any_class():
    costs = []
    for count in (5, 30, 120):
        given = with_students(count)
        roll = begun(given)
        marks = marks_of(roll)
        costs.append(
            queries(
                lambda roll=roll, marks=marks, given=given: rolls.save(
                    roll=roll, marks=marks, revision=0, by=given.teacher
                )
            )
        )
        assert RollLine.objects.filter(roll_call=roll, status=Status.PRESENT).count() == count

    assert len(set(costs)) == 1
    assert costs[0] <= SAVE


def test_the_list_of_hours_costs_the_same_for_any_timetable(client):
    costs = []
    for hours in (2, 5):
        given = with_students(5)
        for weekday in range(1, hours + 1):
            class_hour(given, weekday=weekday, begins=9)
            closed(begun(given, nine(A_TUESDAY - A_DAY * (7 + weekday))))
        client.force_login(given.teacher)
        client.get(reverse("continuity:rolls"))
        costs.append(queries(lambda: client.get(reverse("continuity:rolls"))))

    assert len(set(costs)) == 1


def test_a_students_history_costs_the_same_however_long(client):
    costs = []
    for count in (3, 30):
        given = with_students(1)
        part_of(given, A_TUESDAY - A_DAY)
        student = given.school_class.students_on(A_TUESDAY).get()
        tutor_of(given.school_class, given.teacher)
        for number in range(count):
            roll = closed(begun(given, nine(A_TUESDAY - A_DAY * (number + 1))))
            rolls.correct(
                line=roll.lines.get(),
                mark=RollMark(Status.ABSENT, reason="Erreur"),
                by=given.teacher,
                key=uuid.uuid4(),
            )
        client.force_login(given.teacher)
        address = reverse("continuity:attendance", args=[student.public_id])
        client.get(address)
        costs.append(queries(lambda address=address: client.get(address)))

    assert len(set(costs)) == 1


def test_the_register_costs_the_same_for_any_class(client):
    costs = []
    for count in (5, 30):
        given = with_students(count)
        closed(begun(given))
        client.force_login(LeaderFactory(leads=given.school_class.school))
        address = reverse("continuity:export_rolls") + f"?first={A_TUESDAY}&last={A_TUESDAY}"
        client.get(address)
        costs.append(queries(lambda address=address: client.get(address)))

    assert len(set(costs)) == 1
