"""The pages that the roof keeps itself: both trees, the switch between them, what machines read."""

import pytest
from wagtail.models import Page, Site

from cms.guidance import services as guidance
from cms.guidance.models import ResourcePage
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.guidance import without_pages

pytestmark = pytest.mark.django_db

PAIRS = {
    "/fr/": "/en/",
    "/fr/a-propos/": "/en/about/",
    "/fr/ressources/": "/en/resources/",
    "/fr/ressources/educarte/": "/en/resources/educarte/",
    "/fr/aide/": "/en/help/",
    "/fr/donnees-personnelles/": "/en/privacy/",
    "/fr/accessibilite/": "/en/accessibility/",
}


@pytest.fixture(scope="module")
def educarte(module_rows):
    without_pages()
    resource = ResourceFactory(slug="educarte", name="Educ’Arte")
    guidance.plant_trees()
    return resource


@pytest.mark.parametrize(("french", "english"), PAIRS.items(), ids=list(PAIRS))
def test_each_page_is_read_in_both_languages_and_leads_to_the_other(
    client, educarte, french, english
):
    for here, there, language in [(french, english, "fr"), (english, french, "en")]:
        response = client.get(here)

        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.text
        assert f'href="{there}"' in response.text
        assert f'<link rel="canonical" href="http://testserver{here}">' in response.text


def test_planting_twice_changes_nothing_and_keeps_an_adviser_s_words(educarte):
    page = Page.objects.get(slug="aide").specific
    page.title = "Aide, revue"
    page.save_revision().publish()

    made = guidance.plant_trees()

    assert made == 0
    assert Page.objects.get(slug="aide").title == "Aide, revue"
    assert Site.objects.count() == 1


def test_a_resource_added_later_gets_its_pages(educarte):
    ResourceFactory(slug="madmagz", name="Madmagz")

    made = guidance.plant_trees()

    assert made == 2
    assert set(
        ResourcePage.objects.filter(resource__slug="madmagz").values_list("url_path", flat=True)
    ) == {
        "/fr/ressources/madmagz/",
        "/en/resources/madmagz/",
    }


def test_a_resource_s_page_names_the_schools_that_subscribe(client, educarte):
    school = LicenceFactory(resource=educarte).school

    response = client.get("/fr/ressources/educarte/")

    assert school.name in response.text


def test_the_accessibility_statement_says_not_compliant_in_french(client, educarte):
    response = client.get("/fr/accessibilite/")

    assert "non conforme" in response.text


def test_the_sitemap_pairs_the_languages(client, educarte):
    response = client.get("/sitemap.xml")

    assert response["Content-Type"] == "application/xml"
    for address in [*PAIRS, *PAIRS.values()]:
        assert f"<loc>http://testserver{address}</loc>" in response.text
    assert (
        '<xhtml:link rel="alternate" hreflang="en" href="http://testserver/en/help/"/>'
        in response.text
    )


def test_robots_are_told_where_the_sitemap_is(client):
    response = client.get("/robots.txt")

    assert "Sitemap: http://testserver/sitemap.xml" in response.text
    assert "Disallow: /admin/" in response.text


def test_a_page_that_is_not_there_is_ours_in_the_reader_s_language(client, educarte):
    french, english = client.get("/fr/nulle-part/"), client.get("/en/nowhere/")

    assert (french.status_code, english.status_code) == (404, 404)
    assert "Il manque quelques planches" in french.text
    assert "A few planks are missing" in english.text
