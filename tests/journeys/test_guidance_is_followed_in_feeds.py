"""News and updated pages in a feed reader: Atom, one language each, absolute addresses."""

import datetime
import xml.etree.ElementTree as ET

import pytest
from django.urls import reverse

from cms.guidance.models import GuidancePage, NewsIndexPage, NewsPage
from tests.factories.guidance import guidance_page, home, in_english, published, rewrite
from tests.factories.markup import shows

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, name: str, language: str, **headers) -> ET.Element:
    response = client.get(reverse(name, args=[language]), **headers)
    assert (response.status_code, response.headers["Content-Type"]) == (
        200,
        "application/atom+xml; charset=utf-8",
    )
    return ET.fromstring(response.content)  # noqa: S314  our own


def entries(root) -> list[tuple[str, str]]:
    return [
        (one.find(f"{ATOM}title").text, one.find(f"{ATOM}link").get("href"))
        for one in root.findall(f"{ATOM}entry")
    ]


def piece(title: str, index, slug: str, dated: datetime.date) -> NewsPage:
    return published(
        NewsPage(title=title, slug=slug, lead="Ce qui change.", dated=dated, locale=index.locale),
        index,
    )


@pytest.fixture
def index():
    home("en")
    return published(
        NewsIndexPage(title="Actualités", slug="actualites", locale=home("fr").locale), home("fr")
    )


def test_the_news_of_a_language_are_followed_the_latest_first(client, index):
    old = piece("Ancienne", index, "ancienne", datetime.date(2020, 4, 16))
    new = piece("Récente", index, "recente", datetime.date(2026, 11, 25))

    french, english = feed(client, "news_feed", "fr"), feed(client, "news_feed", "en")

    assert entries(french) == [
        ("Récente", f"http://testserver{new.url}"),
        ("Ancienne", f"http://testserver{old.url}"),
    ]
    assert entries(english) == []
    assert french.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert french.find(f"{ATOM}title").text == "Passerelle - Actualités"


def test_a_page_that_is_published_again_comes_first_with_what_changed(client):
    first, second = (
        guidance_page(title="Première", lead="Le résumé."),
        guidance_page(title="Seconde"),
    )
    rewrite(first, change_note="Les minutes par matière.")

    root = feed(client, "updates_feed", "fr")

    assert [title for title, _link in entries(root)] == ["Première", "Seconde"]
    assert root.find(f"{ATOM}entry/{ATOM}summary").text == "Les minutes par matière."
    assert GuidancePage.objects.get(pk=second.pk).live


def test_an_entry_keeps_its_name_when_its_page_moves(client):
    french = guidance_page()
    named = feed(client, "updates_feed", "fr").find(f"{ATOM}entry/{ATOM}id").text

    french.slug = "autre-adresse"
    french.save_revision().publish()

    root = feed(client, "updates_feed", "fr")
    assert root.find(f"{ATOM}entry/{ATOM}id").text == named == f"urn:uuid:{french.translation_key}"
    assert entries(root)[0][1].endswith("/autre-adresse/")


def test_english_is_followed_apart_and_a_page_taken_down_is_gone(client):
    french = guidance_page()
    english = in_english(french)
    before = entries(feed(client, "updates_feed", "en"))

    english.unpublish()

    assert (before, entries(feed(client, "updates_feed", "en"))) == (
        [("A bearable week", f"http://testserver{english.url}")],
        [],
    )


def test_addresses_start_with_the_site_s_own_whatever_host_was_asked(client, index, settings):
    settings.ALLOWED_HOSTS = ["*"]
    piece("Récente", index, "recente", datetime.date(2026, 11, 25))

    root = feed(client, "news_feed", "fr", headers={"host": "elsewhere.example"})

    links = [link.get("href") for link in root.iter(f"{ATOM}link")]
    assert all(link.startswith("http://testserver/") for link in links)
    assert "http://testserver/feeds/fr/news.xml" in links


def test_pages_name_the_feeds_of_their_language(client):
    page = guidance_page()

    words = client.get(page.url).text

    assert shows(
        words,
        '<link rel="alternate" type="application/atom+xml" href="/feeds/fr/updates.xml"'
        ' title="Fiches mises à jour">',
    )
    assert shows(words, 'href="/feeds/fr/news.xml" title="Actualités">')


def test_there_is_no_feed_of_a_third_language(client):
    assert client.get("/feeds/de/news.xml").status_code == 404
