"""A week is published at once or at its moment, and students read what was and what is."""

import datetime

import pytest
from django.urls import reverse

from continuity.plans.services import items, publishing
from tests.factories.continuity import (
    MONDAY,
    at,
    class_hour,
    lesson_item,
    note_item,
    part_of,
    teaching,
)
from tests.factories.planner_pages import FRIDAY, WEDNESDAY, WEEK, changes, planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def french(client):
    """A subject on Monday and Wednesday, its teacher logged in."""
    french = teaching()
    class_hour(french, 1), class_hour(french, 3)
    client.force_login(french.teacher)
    return french


def test_a_published_week_says_what_was_and_what_is(client, french):
    part = part_of(french)
    lesson, before = lesson_item(part, title="Le sonnet"), part.plan.version

    items.move(item=lesson, day=WEDNESDAY, by=french.teacher)
    items.move(item=lesson, day=FRIDAY, by=french.teacher)

    assert changes(part) == [("Le sonnet", "day", WEEK, FRIDAY.isoformat())]
    page = client.get(planner(french)).content.decode()
    assert "Monday 30 November" in page
    assert "Friday 4 December" in page
    items.move(item=lesson, day=MONDAY, by=french.teacher)
    assert changes(part) == []
    part.plan.refresh_from_db()
    assert part.plan.version == before + 3


def test_a_draft_tells_students_nothing_and_leaves_their_cache_alone(french):
    part = part_of(french, published=False)
    note = note_item(part)

    items.move(item=note, day=FRIDAY, by=french.teacher)

    part.plan.refresh_from_db()
    assert (changes(part), part.plan.version) == ([], 0)


@pytest.mark.at("2026-11-25T12:00")
def test_publishing_says_first_what_is_missing_and_then_does_it_once(client, french):
    part = part_of(french, published=False)
    lesson_item(part, title="Vide", body="", minutes=10)

    page = client.get(planner(french)).content.decode()
    assert "The lesson “Vide” has no text and no file yet." in page
    assert "Nothing is planned on Wednesday 2 December 2026" in page
    client.post(reverse("continuity:publish", args=[part.public_id]))
    part.refresh_from_db()
    published_at = part.published_at
    client.post(reverse("continuity:publish", args=[part.public_id]))

    part.refresh_from_db()
    assert part.is_published
    assert part.published_at == published_at
    part.plan.refresh_from_db()
    assert part.plan.version == 1


def test_an_empty_week_is_not_published(client, french):
    part = part_of(french, published=False)

    answer = client.post(reverse("continuity:publish", args=[part.public_id]), follow=True)

    part.refresh_from_db()
    assert not part.is_published
    assert "There is nothing in this week yet" in answer.content.decode()


@pytest.mark.at("2026-11-25T12:00")
def test_a_week_is_published_at_its_moment_and_only_once(client, french):
    part = part_of(french, published=False)
    note_item(part)
    friday = MONDAY - datetime.timedelta(days=3)

    client.post(
        reverse("continuity:publish_later", args=[part.public_id]),
        {"on": friday.isoformat(), "at": "18:00"},
    )
    part.refresh_from_db()
    assert part.publish_at == at(friday, 18)
    assert publishing.publish_what_is_due(at(friday, 17, 59)) == 0
    assert publishing.publish_what_is_due(at(friday, 18)) == 1
    assert publishing.publish_what_is_due(at(friday, 18, 1)) == 0

    part.refresh_from_db()
    assert (part.is_published, part.published_at, part.publish_at) == (True, at(friday, 18), None)


def test_a_week_that_waits_can_stay_a_draft(client, french):
    part = part_of(french, published=False)
    note_item(part)
    publishing.publish_later(part=part, at=at(MONDAY, 6), by=french.teacher, now=at(MONDAY, 5))

    client.post(reverse("continuity:keep_as_draft", args=[part.public_id]))

    assert publishing.publish_what_is_due(at(MONDAY, 7)) == 0


def test_a_moment_that_makes_no_sense_is_asked_again(client, french):
    part = part_of(french, published=False)
    note_item(part)

    refused = client.post(
        reverse("continuity:publish_later", args=[part.public_id]), {"on": "31/02", "at": "18:00"}
    )

    assert refused.status_code == 422
    assert "Say the day and the hour" in refused.content.decode()
