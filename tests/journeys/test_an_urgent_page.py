"""What can't wait is online at once, with words above every page; it is looked at afterwards."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.guidance.enums import EditorialRole
from courses.mail.models import Letter
from tests.factories.guidance import editor, guidance_page, home, pair_of, rewrite, topic

pytestmark = pytest.mark.django_db

WORDS = {"text_fr": "L’ENT est fermé jusqu’à demain.", "text_en": "The ENT is closed until tomorrow."}


@pytest.fixture
def week():
    home("en")
    return topic()


@pytest.fixture
def author(week):
    return editor(EditorialRole.AUTHOR, week, given_name="Aude")


@pytest.fixture
def reviewer(week):
    return editor(EditorialRole.REVIEWER, week, given_name="Remi")


@pytest.fixture
def page(week):
    return guidance_page(under=week, title="Avant")


def local(when) -> str:
    return timezone.localtime(when).strftime("%Y-%m-%dT%H:%M")


def publish_urgently(client, person, page, hours=24):
    client.force_login(person)
    address = reverse("guidance:urgent", args=[pair_of(page).public_id])
    return client.post(address, {**WORDS, "ends_at": local(timezone.now() + datetime.timedelta(hours=hours))})


def letters(since=0):
    return [(letter.kind.rpartition(".")[2], letter.to.given_name) for letter in Letter.objects.filter(pk__gt=since).order_by("pk")]


def test_an_author_publishes_at_once_and_every_page_says_so_in_the_reader_s_language(
    client, author, reviewer, page, django_capture_on_commit_callbacks
):
    rewrite(page, title="Maintenant", publish=False)

    with django_capture_on_commit_callbacks(execute=True):
        response = publish_urgently(client, author, page)

    page.refresh_from_db()
    assert response.status_code == 302
    assert (page.title, page.live, page.has_unpublished_changes) == ("Maintenant", True, False)
    assert letters() == [("urgent_to_review", "Remi")]
    client.logout()
    for address in ("/fr/login/", "/fr/"):
        assert WORDS["text_fr"] in client.get(address).text
    assert WORDS["text_en"] in client.get("/en/login/").text
