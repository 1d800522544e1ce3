"""An urgent page, its author, and who reviews it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.guidance.enums import EditorialRole
from cms.guidance.models import UrgentNotice
from courses.mail import services as outbox
from courses.mail.models import Letter
from tests.factories.guidance import (
    editor,
    first_topic,
    guidance_page,
    home,
    pair_of,
    rewrite,
)

WORDS = {
    "text_fr": "L’ENT est fermé jusqu’à demain.",
    "text_en": "The ENT is closed until tomorrow.",
}


@pytest.fixture
def week():
    home("en")
    return first_topic()


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
    return client.post(
        address, {**WORDS, "ends_at": local(timezone.now() + datetime.timedelta(hours=hours))}
    )


def letters(since=0):
    return [
        (letter.kind.rpartition(".")[2], letter.to.given_name)
        for letter in Letter.objects.filter(pk__gt=since).order_by("pk")
    ]


def review(client, person, notice, act, words=""):
    client.force_login(person)
    return client.post(
        reverse("guidance:urgent_review", args=[notice.public_id]), {"act": act, "words": words}
    )


def deliver(kind="urgent_reviewed") -> None:
    """The last letter of a kind, as it is read."""
    letter = Letter.objects.filter(kind__endswith=kind).order_by("pk").last()
    outbox.send(letter.pk, letter.attempts)


@pytest.fixture
def notice(client, author, reviewer, page, django_capture_on_commit_callbacks):
    rewrite(page, title="Maintenant", publish=False)
    with django_capture_on_commit_callbacks(execute=True):
        publish_urgently(client, author, page)
    return UrgentNotice.objects.get()


def banner(client, address="/fr/login/") -> bool:
    client.logout()
    return WORDS[f"text_{address[1:3]}"] in client.get(address).text
