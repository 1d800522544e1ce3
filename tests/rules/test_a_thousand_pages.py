"""A thousand pages in each language: lists ask as much as with ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from tests.factories.guidance import many_pages, topic

pytestmark = pytest.mark.django_db

MANY = 1_000


def queries_of(client, address) -> int:
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_lists_ask_as_much_with_a_thousand_pages_as_with_ten(client, admin_client):
    under = topic()
    many_pages(9, under=under)
    asked = {
        "the topic": (client, under.url),
        "the board": (admin_client, reverse("guidance:parity")),
        "the explorer": (admin_client, reverse("wagtailadmin_explore", args=[under.pk])),
        "the sitemap": (client, "/sitemap.xml"),
    }
    few = {name: queries_of(*at) for name, at in asked.items()}

    other = topic()
    many_pages(MANY, under=other)
    asked["the topic"], asked["the explorer"] = (
        (client, other.url),
        (admin_client, reverse("wagtailadmin_explore", args=[other.pk])),
    )

    assert Page.objects.filter(locale__language_code="fr").count() > MANY
    assert {name: queries_of(*at) for name, at in asked.items()} == few
