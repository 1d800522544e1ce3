"""The cookie that tells the browser to forget a draft on the device: set when the form that named
it was saved, and not otherwise.
"""

import pytest
from django.test import Client
from django.urls import reverse

from courses.live import services as rooms
from tests.factories import answers
from tests.factories.continuity import MONDAY, StudentFactory, part_of, teaching
from tests.factories.live import meeting_in

pytestmark = pytest.mark.django_db
DRAFT = "ab12"


@pytest.fixture
def part():
    return part_of(teaching(), published=False)


@pytest.fixture
def client(part):
    client = Client()
    client.force_login(part.teaching.teacher)
    return client


def written(client, part, **fields):
    lesson = {"title": "Les volcans", "minutes": 20, "body": "Lire.", "day": MONDAY, "draft": DRAFT}
    return client.post(reverse("continuity:new_lesson", args=[part.public_id]), lesson | fields)


def saved_drafts(answer) -> set[str]:
    return {name for name in answer.cookies if name.startswith("saved-")}


def test_a_saved_form_names_its_draft_for_a_day(client, part):
    answer = written(client, part)

    cookie = answer.cookies[f"saved-{DRAFT}"]
    assert (answer.status_code, cookie.value, cookie["max-age"], cookie["samesite"]) == (
        302,
        "1",
        24 * 60 * 60,
        "Lax",
    )


@pytest.mark.parametrize("draft", ["abc", "ab12ab12ab12a", "AB12", "ab;12", "ab12\n", ""])
def test_a_name_that_no_page_of_ours_gives_is_no_cookie(client, part, draft):
    answer = written(client, part, draft=draft)

    assert (answer.status_code, saved_drafts(answer)) == (302, set())


def test_a_form_that_comes_back_with_its_mistakes_keeps_the_draft(client, part):
    answer = written(client, part, title="")

    assert (answer.status_code, saved_drafts(answer)) == (422, set())


def test_a_refusal_that_leads_back_with_a_warning_keeps_the_draft(client, part):
    answer = client.post(reverse("continuity:publish", args=[part.public_id]), {"draft": DRAFT})

    assert (answer.status_code, saved_drafts(answer)) == (302, set())
    assert not part.__class__.objects.get(pk=part.pk).is_published  # there is nothing in it


def test_what_is_saved_with_something_left_to_say_is_no_draft_any_more(client, part):
    answer = written(client, part, body=r"Soit \( \frac{1 \)")

    assert (answer.status_code, saved_drafts(answer)) == (302, {f"saved-{DRAFT}"})
    assert "Some formulas" in client.get(answer.url).text


def test_half_a_success_keeps_the_draft(client, part):
    """One answer is returned, the other was changed meanwhile: a success and a warning."""
    good, stale = (
        answers.draft(
            answers.waiting(part.teaching, StudentFactory(in_class=part.teaching.school_class))
        )
        for _ in range(2)
    )
    chosen = [
        f"{good.handin.public_id}:{good.revision}",
        f"{stale.handin.public_id}:{stale.revision + 1}",
    ]

    answer = client.post(reverse("continuity:return_answers"), {"answer": chosen, "draft": DRAFT})

    good.refresh_from_db()
    stale.refresh_from_db()
    assert (good.returned_at is None, stale.returned_at is None) == (False, True)
    assert (answer.status_code, saved_drafts(answer)) == (302, set())


def test_nobody_logged_in_has_saved_nothing():
    room = rooms.room_for(meeting_in(-10))

    answer = Client().post(
        reverse("live:enter_practice_as_guest", args=[room.name]), {"draft": DRAFT}
    )

    assert (answer.status_code, saved_drafts(answer)) == (302, set())
