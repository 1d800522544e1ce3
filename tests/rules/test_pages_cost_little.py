"""A page costs a visitor the same few queries whatever stands on it, and its links lead where they
should.
"""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents import get_document_model

from cms.guidance.models import (
    GuidancePage,
    NewsIndexPage,
    NewsPage,
    RelatedPage,
    ResourcePage,
    TextPage,
)
from tests.factories.guidance import (
    block,
    guidance_page,
    home,
    in_english,
    many_pages,
    paragraph,
    published,
    topic,
)
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db


def to_page(page, words: str = "la fiche") -> str:
    return f'<a linktype="page" id="{page.pk}">{words}</a>'


def to_document(document) -> str:
    return f'<a linktype="document" id="{document.pk}">le modèle</a>'


def a_document(title: str = "Modèle"):
    return get_document_model().objects.create(
        title=title, file=ContentFile(b"words", name="modele.txt")
    )


def queries_of(client, page) -> int:
    """Of a page that isn't kept; what the process knows after its first page isn't asked again."""
    assert client.get(page.url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(page.url)
    return len(captured)


def main_of(client, page) -> str:
    return client.get(page.url).content.decode().partition("<main")[2].partition("</main")[0]


def with_links(count: int, *, live: int = 0) -> GuidancePage:
    """Half of them to pages, half to documents, each in a text of its own; with live blocks and
    what to read next.
    """
    under = topic()
    others = [guidance_page(title=f"Autre {n}", under=under) for n in range(3)]
    texts = [
        paragraph(to_page(others[n % 3]) if n % 2 else to_document(a_document()))
        for n in range(count)
    ]
    sessions = SessionFactory.create_batch(live)
    blocks = [
        block("live", {"subject": f"training:{session.training.public_id}", "most": 3})
        for session in sessions
    ]
    page = guidance_page(under=under, body=[paragraph("Des mots."), *texts, *blocks])
    page.related_pages = [RelatedPage(other=other) for other in others]
    page.save_revision().publish()
    return page


@pytest.mark.parametrize(("links", "live"), [(0, 0), (10, 1), (40, 4)])
def test_a_guidance_page_costs_a_visitor_at_most_ten_queries(client, links, live):
    page = with_links(links, live=live)
    in_english(page)

    assert queries_of(client, page) <= 10
    assert main_of(client, page).count("/documents/") == links // 2 + links % 2


def test_ten_links_cost_what_forty_cost(client):
    assert queries_of(client, with_links(10, live=2)) == queries_of(client, with_links(40, live=4))


def test_a_topic_costs_the_same_with_ten_pages_and_with_two_hundred(client):
    small, large = topic(), topic()
    many_pages(9, under=small)
    many_pages(199, under=large)

    few = queries_of(client, small)

    assert few <= 10
    assert queries_of(client, large) == few


def news(count: int) -> NewsIndexPage:
    index = published(
        NewsIndexPage(title="Nouvelles", slug="nouvelles", locale=home().locale), home()
    )
    for number in range(count):
        published(
            NewsPage(
                title=f"Nouvelle {number}",
                slug=f"n-{number}",
                dated=timezone.localdate(),
                locale=home().locale,
            ),
            index,
        )
    return index


def test_the_news_cost_the_same_however_many(client):
    index = news(2)
    few, few_of_one = queries_of(client, index), queries_of(client, index.get_children().first())
    for number in range(20, 26):
        published(
            NewsPage(title=f"Nouvelle {number}", slug=f"n-{number}", locale=home().locale), index
        )

    assert (few, few_of_one) <= (10, 10)
    assert queries_of(client, index) == few
    assert queries_of(client, index.get_children().first()) == few_of_one


def test_the_first_page_costs_the_same_however_much_it_shows(client):
    page, resources = (
        home(),
        published(TextPage(title="Ressources", slug="ressources", locale=home().locale), home()),
    )
    news(1), topic()
    add_resources(resources, 1)
    few = queries_of(client, page)
    add_resources(resources, 4)
    for _ in range(4):
        topic()

    assert few <= 12
    assert queries_of(client, page) == few


def add_resources(under: TextPage, count: int) -> list[ResourcePage]:
    sessions = SessionFactory.create_batch(count)
    return [
        published(
            ResourcePage(
                title=s.resource.name,
                slug=s.resource.slug,
                resource=s.resource,
                locale=home().locale,
            ),
            under,
        )
        for s in sessions
    ]


def test_the_pages_of_resources_cost_the_same_however_many(client):
    under = published(TextPage(title="Ressources", slug="ressources", locale=home().locale), home())
    [one] = add_resources(under, 1)
    few, few_of_one = queries_of(client, under), queries_of(client, one)
    add_resources(under, 4)
    SessionFactory.create_batch(8, resource=one.resource)

    assert (few, few_of_one) <= (10, 12)
    assert queries_of(client, under) == few
    assert queries_of(client, one) == few_of_one


# Where links lead


def test_a_link_leads_to_the_page_wherever_it_stands_now(client):
    other = guidance_page()
    page = guidance_page(body=[paragraph(to_page(other))])

    other.move(topic(), pos="last-child")
    other.refresh_from_db()

    assert f'<a href="{type(other).objects.get(pk=other.pk).url}">la fiche</a>' in main_of(
        client, page
    )


def test_a_link_to_a_page_that_is_not_live_becomes_plain_words(client):
    other = guidance_page()
    page = guidance_page(body=[paragraph(to_page(other))])
    address = other.url
    assert f'<a href="{address}">la fiche</a>' in main_of(client, page)

    other.unpublish()

    assert "<a>la fiche</a>" in main_of(client, page)


def test_links_to_what_is_gone_become_plain_words(client):
    other, document = guidance_page(), a_document()
    page = guidance_page(body=[paragraph(to_page(other)), paragraph(to_document(document))])
    other.delete()
    document.delete()

    words = main_of(client, page)

    assert "<a>la fiche</a>" in words
    assert "<a>le modèle</a>" in words


def test_a_link_that_kept_the_french_page_leads_an_english_reader_to_english(client):
    other = guidance_page()
    english = in_english(other)
    page = in_english(
        guidance_page(body=[paragraph("Des mots.", "b1")]),
        words={"b1": f"<p>{to_page(other, 'the page')}</p>"},
    )

    assert f'<a href="{english.url}">the page</a>' in main_of(client, page)


def test_another_site_learns_nothing_and_ours_is_no_other_site(client):
    page = guidance_page(
        body=[
            paragraph(
                '<a href="https://example.org/">ailleurs</a> <a'
                ' href="http://testserver/fr/">ici</a> <a href="mailto:a@b.fr">écrire</a>'
            )
        ]
    )

    words = main_of(client, page)

    assert '<a href="https://example.org/" rel="noopener noreferrer">ailleurs</a>' in words
    assert '<a href="http://testserver/fr/">ici</a>' in words
    assert '<a href="mailto:a@b.fr">écrire</a>' in words
    assert "target=" not in words


def test_a_page_stands_only_at_its_own_address(client):
    page = guidance_page()
    wrong = page.url.replace("/fr/", "/fr/rubrique-0/", 1)

    assert client.get(page.url).status_code == 200
    assert client.get(wrong).status_code == 404
    assert client.get(page.url.replace("/fr/", "/en/", 1)).status_code == 404


def test_a_draft_stands_nowhere(client):
    page = guidance_page()
    address = page.url
    page.unpublish()

    assert client.get(address).status_code == 404
