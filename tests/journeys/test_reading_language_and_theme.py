"""A reader changes language without losing the page, chooses light or dark, and meets errors in
both languages.
"""

import json
import logging

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Page, Site

from cms.context_processors import frame
from cms.guidance.models import HomePage, TextPage
from cms.guidance.views.kept_text import server_error
from courses.people.models import Person
from courses.people.services import derive_groups
from tests.factories.markup import shows
from tests.factories.people import AdviserFactory, PersonFactory, TeacherFactory

pytestmark = pytest.mark.django_db


def page_in(language, name, **query):
    with translation.override(language):
        return reverse(name, query=query)


# Language


def test_the_switch_keeps_the_page_and_what_was_asked_of_it(client):
    french = page_in("fr", "training:catalogue", q="madmagz")
    english = page_in("en", "training:catalogue", q="madmagz")

    page = client.get(french).text

    assert shows(page, f'href="{english}" lang="en" hreflang="en"')
    assert shows(page, "Read this page in English")
    assert shows(client.get(english).text, f'href="{french}" lang="fr" hreflang="fr"')


@pytest.fixture
def about():
    """A French page about us with its English twin, both live, in the site's two trees."""
    site = Site.objects.get(is_default_site=True)
    french, english = (Locale.objects.get_or_create(language_code=code)[0] for code in ("fr", "en"))
    top = Page.get_first_root_node()
    home = top.add_child(instance=HomePage(title="Accueil", slug="accueil-essai", locale=french))
    home_in_english = home.copy_for_translation(english)
    home_in_english.save_revision().publish()
    page = home.add_child(instance=TextPage(title="À propos", slug="a-propos-essai", locale=french))
    twin = page.copy_for_translation(english)
    twin.title, twin.slug = "About us", "about-trial"
    twin.save_revision().publish()
    twin.refresh_from_db()
    site.root_page = home
    site.save()
    return page, twin


def test_the_switch_of_a_written_page_leads_to_its_translation(client, about):
    answer = client.get("/fr/a-propos-essai/?page=2")

    assert shows(answer.text, 'href="/en/about-trial/?page=2" lang="en" hreflang="en"')


def test_the_switch_of_a_page_without_translation_leads_to_its_words_with_a_notice(client, about):
    about[1].unpublish()

    answer = client.get("/fr/a-propos-essai/")

    there = f"/en/pages/{about[0].pair.public_id}/"
    assert shows(answer.text, f'href="{there}" lang="en" hreflang="en"')
    assert client.get(there).status_code == 200


def test_an_address_that_leads_nowhere_offers_the_other_languages_home(client):
    answer = client.get("/fr/no-such-page/")

    assert answer.status_code == 404
    assert shows(answer.text, 'href="/en/" lang="en" hreflang="en"')


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_address_without_a_language_speaks_the_persons_own(client, language):
    client.force_login(PersonFactory(language=language))

    answer = client.get("/", headers={"accept-language": "en" if language == "fr" else "fr"})

    assert answer.headers["Location"] == f"/{language}/"


def test_a_visitor_is_spoken_to_in_the_browsers_language(client):
    assert client.get("/", headers={"accept-language": "en"}).headers["Location"] == "/en/"


# Theme


def test_a_theme_is_kept_and_leads_back_to_where_one_was(client):
    login = page_in("fr", "people:login")

    answer = client.post(page_in("fr", "today:theme"), {"theme": "dark", "next": login})

    assert answer.headers["Location"] == login
    assert '<html lang="fr" data-theme="dark">' in client.get(login).text


def test_auto_forgets_the_theme(client):
    login = page_in("fr", "people:login")
    client.post(page_in("fr", "today:theme"), {"theme": "light", "next": login})

    client.post(page_in("fr", "today:theme"), {"theme": "system", "next": login})

    assert '<html lang="fr">' in client.get(login).text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_a_theme_never_leads_to_another_site(client, elsewhere):
    answer = client.post(page_in("fr", "today:theme"), {"theme": "dark", "next": elsewhere})

    assert answer.headers["Location"] == "/"


def test_a_made_up_theme_in_the_cookie_changes_nothing(client):
    client.cookies["theme"] = '"><script>'

    assert '<html lang="fr">' in client.get(page_in("fr", "people:login")).text


# Errors

SENTENCES = {
    "400.html": ("n’a pas pu être compris (erreur 400)", "could not be understood (error 400)"),
    "403.html": (
        "n’avez pas accès à cette page (erreur 403)",
        "have access to this page (error 403)",
    ),
    "403_csrf.html": (
        "n’était plus valable à son arrivée (erreur 403)",
        "no longer valid when it arrived (error 403)",
    ),
    "404.html": ("ou n’existe plus (erreur 404)", "or no longer does (error 404)"),
    "429.html": (
        "Trop d’essais en peu de temps (erreur 429)",
        "Too many attempts in a short time (error 429)",
    ),
    "500.html": ("elle est notée (erreur 500)", "it has been noted (error 500)"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", SENTENCES)
def test_an_error_says_in_both_languages_what_happened(rf, template, language):
    request = rf.get(f"/{language}/no-such-page/")
    request.user = PersonFactory()
    other = "en" if language == "fr" else "fr"

    with translation.override(language):
        page = render_to_string(template, request=request)

    french, english = SENTENCES[template]
    assert f'<html lang="{language}">' in page
    assert f'lang="{other}"' in page
    assert french in page
    assert english in page


def test_the_page_of_a_fault_needs_neither_the_database_nor_a_session(
    rf, django_assert_num_queries
):
    with django_assert_num_queries(0), translation.override("fr"):
        answer = server_error(rf.get("/fr/"))

    assert answer.status_code == 500
    assert "Une planche a cédé" in answer.text


def test_a_stale_form_is_met_with_a_page_of_ours():
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(page_in("fr", "people:login"), {"username": "a", "password": "b"})

    assert answer.status_code == 403
    assert "Le formulaire avait expiré" in answer.text


# The frame


def test_the_frame_costs_no_query_beyond_the_persons_memberships(rf, django_assert_max_num_queries):
    request = rf.get(page_in("fr", "people:login"))
    request.user = TeacherFactory()

    with translation.override("fr"), django_assert_max_num_queries(1):
        shown = frame(request)
        ways = list(shown["ways"])
        list(shown["account_links"]), list(shown["foot_links"]), str(shown["home_url"])
        elsewhere = shown["other_language"].url

    assert len(ways) <= 4
    assert elsewhere == page_in("en", "people:login")


def test_what_is_the_same_for_all_is_put_together_once_for_a_language_and_a_theme(client):
    address = page_in("fr", "people:login")
    parts = {f"components/{name}.html" for name in ("head", "htmx", "failed_words", "theme")}

    def put_together(theme: str) -> set[str | None]:
        client.cookies["theme"] = theme
        page = client.get(address)
        assert shows(page.text, f'<meta name="color-scheme" content="{theme}">')
        return parts & {template.name for template in page.templates}

    put_together("light"), put_together("dark")

    assert (put_together("light"), put_together("dark")) == (set(), set())


def test_a_page_behind_the_login_reads_the_person_and_no_lazy_object_around_them(client):
    client.force_login(TeacherFactory())

    page = client.get(page_in("fr", "people:profile"))

    assert type(page.context["user"]) is Person


def test_the_admin_has_a_policy_of_its_own_and_pages_a_strict_one(client):
    page = client.get(page_in("fr", "people:login")).headers["Content-Security-Policy"]
    admin = client.get("/admin/").headers["Content-Security-Policy"]

    assert "script-src 'self';" in page
    assert "frame-ancestors 'none'" in page
    assert "unsafe" not in page
    assert "script-src 'self' 'unsafe-inline'" in admin


# Reports of the policy


@pytest.fixture
def reports():
    cache.delete("csp-reports")
    yield
    cache.delete("csp-reports")


def report(client, body):
    return client.post("/csp-report", body, content_type="application/csp-report")


def test_a_report_is_logged_on_one_line_with_known_fields_only(client, reports, caplog):
    forged = {
        "csp-report": {"blocked-uri": "https://evil.example\nFORGED LINE", "cookie": "secret"}
    }

    with caplog.at_level(logging.WARNING, logger="cms.today.views"):
        answer = report(client, json.dumps(forged))

    assert answer.status_code == 204
    assert "\n" not in caplog.text.strip()
    assert "secret" not in caplog.text
    assert "https://evil.example" in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param("not json", 400, id="not JSON"),
        pytest.param("[]", 400, id="not a report"),
        pytest.param('{"csp-report": null}', 400, id="an empty report"),
        pytest.param("x" * 9_000, 429, id="too large"),
    ],
)
def test_what_is_no_report_is_refused(client, reports, body, status):
    assert report(client, body).status_code == status


def test_a_flood_of_reports_is_stopped(client, reports):
    answers = [report(client, json.dumps({"csp-report": {}})).status_code for _ in range(40)]

    assert answers == [204] * 30 + [429] * 10


def test_the_admin_speaks_the_adviser_s_own_language_whatever_the_browser_says(client):
    adviser = AdviserFactory(language="fr")
    derive_groups(adviser)
    client.force_login(adviser)

    page = client.get("/admin/", headers={"accept-language": "en"})

    assert '<html lang="fr"' in page.content.decode()
