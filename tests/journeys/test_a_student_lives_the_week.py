"""A student's week on one page: what is due now, today, on the other days, late, and what came back."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.enums import ItemKind
from continuity.models import Tick
from tests.factories.continuity import MONDAY, SchoolClassFactory, StudentFactory, at, homework_item, lesson_item, part_of, teaching

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


def page(client, monday=None) -> str:
    address = reverse("continuity:week_of", args=[monday.isoformat()]) if monday else reverse("continuity:week")
    response = client.get(address)
    assert response.status_code == 200
    return response.text


def test_the_week_stands_in_time_order(client, student, part):
    lesson_item(part, WEDNESDAY, title="Aujourd’hui")
    lesson_item(part, THURSDAY, title="Demain")
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="En retard")
    lesson_item(part, MONDAY, title="Lundi")

    with time_machine.travel(at(WEDNESDAY, 10), tick=False):
        shown = page(client)

    places = [shown.index(word) for word in ("Aujourd’hui</a>", "Demain</a>", "En retard</a>", "Lundi</a>")]
    assert places == sorted(places)
    assert "It was due on Tuesday 1 December. Your teacher still takes it." in shown


def test_a_tick_is_kept_once_and_taken_back(client, student, part):
    item = lesson_item(part, MONDAY)
    address = reverse("continuity:tick")

    with time_machine.travel(at(MONDAY, 8), tick=False):
        for _ in range(2):
            response = client.post(address, {"done": item.public_id, "monday": MONDAY.isoformat()})
            assert response.status_code == 302
            assert response.url.endswith(f"#i-{item.public_id}")
        ticked = page(client)
        assert Tick.objects.count() == 1
        client.post(address, {"undone": item.public_id, "monday": MONDAY.isoformat()})
        after = page(client)

    assert 'name="undone"' in ticked
    assert 'name="undone"' not in after
    assert "20\xa0min of work left" in after
    assert ItemKind(item.kind) == ItemKind.LESSON
