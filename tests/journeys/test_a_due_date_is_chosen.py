"""A homework's date is proposed, flagged on days off, and shown with the load of its day."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.models import Assignment, Homework, SchoolSettings
from courses.agenda.models import Closure
from courses.agenda.queries import monday_of
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    at,
    class_hour,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.homework_forms import DAY, FRIDAY, MONDAY, NOW, address_for, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("day", "hour", "instant"),
    [
        pytest.param(
            "2020-03-28",
            "23:59",
            "2020-03-28T22:59:00+00:00",
            id="the night before the clocks go forward",
        ),
        pytest.param(
            "2020-03-29", "01:59", "2020-03-29T00:59:00+00:00", id="a minute before they go"
        ),
        pytest.param(
            "2020-03-29", "02:30", "2020-03-29T01:30:00+00:00", id="an hour that isn't there"
        ),
        pytest.param("2020-03-29", "23:59", "2020-03-29T21:59:00+00:00", id="that evening"),
        pytest.param(
            "2026-10-24",
            "23:59",
            "2026-10-24T21:59:00+00:00",
            id="the night before the clocks go back",
        ),
        pytest.param(
            "2026-10-25", "02:30", "2026-10-25T00:30:00+00:00", id="an hour that is there twice"
        ),
        pytest.param("2026-10-25", "23:59", "2026-10-25T22:59:00+00:00", id="the evening after"),
    ],
)
def test_23_59_is_paris_time_also_when_the_clocks_change(client, monkeypatch, day, hour, instant):
    """Case C60: nobody gains or loses an hour, and the page says the hour that was typed."""
    given_on = datetime.date.fromisoformat(day) - 2 * DAY
    monkeypatch.setattr(timezone, "now", lambda: at(given_on, 7))
    of = teaching(since=datetime.date(2019, 9, 1))
    part = part_of(of, monday_of(given_on))
    client.force_login(of.teacher)

    client.post(address_for(part), sent((of, day, hour, {"day": given_on})))

    given = Assignment.objects.get()
    assert given.due_at.astimezone(datetime.UTC).isoformat() == instant
    page = client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()
    assert (hour if (day, hour) != ("2020-03-29", "02:30") else "03:30") in page


def test_a_due_date_is_proposed_at_a_lesson_and_never_in_the_holidays(client, monkeypatch):
    """Case C5: the autumn holidays of 2026 are from 17 October to 2 November."""
    monkeypatch.setattr(timezone, "now", lambda: at(datetime.date(2026, 10, 15), 7))
    of = teaching()
    class_hour(of, weekday=2, begins=10)
    part = part_of(of, datetime.date(2026, 10, 12))
    client.force_login(of.teacher)

    page = client.get(f"{address_for(part)}?day=2026-10-15").content.decode()

    assert 'value="2026-11-03"' in page
    assert 'value="10:00"' in page
    assert not any(f'value="2026-10-{day}"' in page for day in range(17, 32))


def test_a_day_on_which_the_school_is_closed_is_flagged_and_not_moved(client):
    """Case C6."""
    of = teaching()
    Closure.objects.create(
        school=of.school_class.school,
        first_day=FRIDAY,
        last_day=FRIDAY,
        reason="Journée pédagogique",
    )
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    looked = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), step="load")
    ).content.decode()
    client.post(address_for(part), sent((of, FRIDAY, "18:00")))

    assert "has no class on Friday 4 December: Journée pédagogique" in looked
    given = Assignment.objects.get()
    assert given.due_at == at(FRIDAY, 18)
    assert (
        "No class on Friday 4 December: Journée pédagogique"
        in client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()
    )


def test_a_closure_that_comes_later_is_flagged_on_the_first_page_and_moves_nothing(client):
    """Case C6."""
    of = teaching()
    given = homework_item(part_of(of, MONDAY), due_at=at(FRIDAY, 18)).assignment
    client.force_login(of.teacher)
    before = client.get(reverse("today:home")).content.decode()

    Closure.objects.create(
        school=of.school_class.school,
        first_day=FRIDAY,
        last_day=FRIDAY,
        reason="Grève des transports",
    )

    page = client.get(reverse("today:home")).content.decode()
    assert "A due date falls on a day without class" in page
    assert "Grève des transports" in page
    assert "A due date falls on a day without class" not in before
    given.refresh_from_db()
    assert given.due_at == at(FRIDAY, 18)


def crowded(of) -> list:
    """Three of the class have an hour and a half due on Friday in another group."""
    students = StudentFactory.create_batch(5, in_class=of.school_class)
    group = SchoolClassFactory(school=of.school_class.school, kind="group")
    for student in students[:3]:
        group.memberships.create(student=student, since=datetime.date(2020, 9, 1))
    homework_item(part_of(teaching(group), MONDAY), due_at=at(FRIDAY, 12), minutes=90)
    SchoolSettings.objects.create(school=of.school_class.school, ceiling_minutes=120)
    return students


def test_a_chosen_day_says_how_many_would_pass_the_ceiling_and_offers_the_nearest_lighter_one(
    client,
):
    of = teaching()
    crowded(of)
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    looked = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), step="load")
    ).content.decode()

    assert "3 students of 5 would pass 2\N{NO-BREAK SPACE}h" in looked
    assert "The nearest lighter day is Thursday 3 December." in looked
    assert not Homework.objects.filter(title="Paragraphe argumenté").exists()
    assert "Paragraphe argumenté" in looked

    moved = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), step=f"day:{of.public_id}:2026-12-03")
    ).content.decode()
    assert 'value="2026-12-03"' in moved
    assert "nobody would pass 2\N{NO-BREAK SPACE}h" in moved


def test_the_load_comes_by_itself_when_a_date_changes(client):
    """The fragment that htmx fetches says the same as the button."""
    of = teaching()
    crowded(of)
    client.force_login(of.teacher)
    row = f"class-{of.public_id}"

    asked = {f"{row}-given": "on", f"{row}-due_on": "2026-12-04", "minutes": "45"}
    answer = client.get(reverse("continuity:homework_load"), asked, headers={"HX-Request": "true"})

    assert "3 students of 5 would pass" in answer.content.decode()
    assert b"<html" not in answer.content


@pytest.mark.parametrize("day", ["", "4 décembre", "9999-12-31", "0001-01-01", "2026-13-41"])
def test_a_load_of_no_day_is_no_error(client, day):
    of = teaching()
    client.force_login(of.teacher)
    row = f"class-{of.public_id}"

    answer = client.get(
        reverse("continuity:homework_load"),
        {f"{row}-given": "on", f"{row}-due_on": day, "minutes": "²"},
    )

    assert answer.status_code == 200
    assert not answer.content.strip()
