"""A login that expires in the middle of writing loses no text, and opens no door."""

import html
import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from courses.people.models import LoginSession, Person
from tests.factories.editor import Window
from tests.factories.guidance import guidance_page
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db
WORDS = 'Une phrase avec « guillemets », "droits" & <b>chevrons</b>,\nsur deux lignes.'
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def fiche():
    return guidance_page()


@pytest.fixture
def editor(fiche):
    return reverse("wagtailadmin_pages:edit", args=[fiche.pk])


@pytest.fixture
def adviser():
    return AdviserFactory(language="en", is_superuser=True)


def kept_fields(answer) -> dict[str, str]:
    form = re.search(r'<form method="post" action="/admin/pages/.*?</form>', answer.text, re.S)
    found = re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0] if form else ""
    )
    return {
        html.unescape(name): html.unescape(value)
        for name, value in found
        if name != "csrfmiddlewaretoken"
    }


def test_a_text_sent_without_a_login_comes_back_whole(client, editor):
    answer = client.post(
        editor,
        {"title": "Une semaine", "lead": WORDS, "body-0-value": '{"a": 1}', "action-publish": "1"},
    )

    assert (answer.status_code, kept_fields(answer)) == (
        403,
        {"title": "Une semaine", "lead": WORDS, "body-0-value": '{"a": 1}', "action-publish": "1"},
    )
    assert f'action="{editor}"' in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_of_a_visitor_nothing_is_written(client, editor, fiche):
    before = list(Page.objects.order_by("pk").values())

    client.post(editor, {"title": "Autre titre", "lead": WORDS})

    assert LoginSession.objects.count() == 0
    assert "sessionid" not in client.cookies
    assert list(Page.objects.order_by("pk").values()) == before


def test_after_logging_in_elsewhere_the_stale_form_comes_back_fresh_and_is_then_saved(
    editor, fiche, adviser
):
    """The whole way, with the token checked: expired, logged in in another tab (which draws a new
    token), sent, sent again.
    """
    browser = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    browser.get(reverse("people:login"))
    sent = Window(adviser, fiche).form(lead="Une phrase de plus.")
    first = browser.post(
        editor, sent | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}, **HERE
    )
    stale = re.search(r'csrfmiddlewaretoken" value="(\w+)"', first.text)[1]
    browser.post(
        reverse("people:login"),
        {
            "username": adviser.login,
            "password": "password",
            "csrfmiddlewaretoken": browser.cookies["csrftoken"].value,
        },
        **HERE,
    )

    second = browser.post(editor, kept_fields(first) | {"csrfmiddlewaretoken": stale}, **HERE)
    assert second.status_code == 403
    assert f"You are logged in again as {adviser.display_name}" in second.text
    fresh = re.search(r'csrfmiddlewaretoken" value="(\w+)"', second.text)[1]
    third = browser.post(editor, kept_fields(second) | {"csrfmiddlewaretoken": fresh}, **HERE)

    assert (third.status_code, third.url) == (302, editor)
    assert (
        Page.objects.get(pk=fiche.pk).get_latest_revision_as_object().lead == "Une phrase de plus."
    )


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"HTTP_ORIGIN": "https://ailleurs.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver.ailleurs.example"},
    ],
    ids=["not said where from", "another site", "hidden", "a name that looks like ours"],
)
def test_words_from_another_site_never_stand_in_a_form_of_ours(editor, adviser, origin):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(adviser)

    answer = browser.post(editor, {"title": "Glissé dedans"}, **origin)

    assert answer.status_code == 403
    assert "Glissé dedans" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/images/1/delete/",
        "/admin/pages/1/delete/",
        "/fr/login/",
        "/admin/nowhere/",
    ],
)
def test_only_the_editor_of_pages_keeps_a_text(client, address):
    answer = client.post(address, {"title": "Une semaine"})

    assert "Une semaine" not in answer.text


def test_a_page_that_is_new_is_kept_too(client, fiche):
    answer = client.post(
        reverse("wagtailadmin_pages:add", args=["cms", "guidancepage", fiche.get_parent().pk]),
        {"title": "Une nouvelle"},
    )

    assert kept_fields(answer) == {"title": "Une nouvelle"}


def test_a_person_without_access_is_told_whose_login_it_is(client, editor):
    teacher = TeacherFactory(language="en")
    client.force_login(Person.objects.get(pk=teacher.pk))

    answer = client.post(editor, {"title": "Une semaine"})

    assert f"You are logged in as {teacher.display_name}, who doesn’t write here." in answer.text
    assert kept_fields(answer) == {"title": "Une semaine"}


def test_more_than_a_page_can_be_is_left_to_the_browser(client, editor):
    answer = client.post(
        editor, {"title": "Une semaine", "lead": "x" * 2_000_001}, headers={"Accept-Language": "en"}
    )

    assert (answer.status_code, kept_fields(answer)) == (403, {})
    assert "go back by one page" in answer.text


JSON = {"Accept": "application/json", "Accept-Language": "en"}


def test_an_autosave_without_a_login_says_so_and_not_that_the_server_failed(client, editor):
    """Wagtail's script shows the message of an answer in JSON whose code it knows."""
    answer = client.post(editor, {"title": "Une semaine"}, headers=JSON)

    assert (answer.status_code, answer.json()["error_code"]) == (403, "locked")
    assert answer.json()["error_message"].startswith("Your login has ended or changed")


def test_an_autosave_after_logging_in_elsewhere_says_so_too(editor, adviser):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(adviser)

    answer = browser.post(editor, {"title": "Une semaine"}, headers=JSON)

    assert (answer.status_code, answer.json()["error_code"]) == (403, "locked")


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/fr/classes/?page=2", "/fr/classes/?page=2"),
        ("https://example.org/fr/classes/", "/fr/today/"),
        ("", "/fr/today/"),
    ],
    ids=["a page of ours", "another site", "unknown"],
)
def test_after_a_press_the_login_leads_to_the_page_of_the_button(client, came_from, leads_to):
    """The button's own address takes POST alone: read, it would be an empty 405."""
    with translation.override("fr"):
        address = reverse("continuity:apply_timetable", args=["nothing"])

    answer = client.post(address, {"shown": "x"}, headers={"Referer": came_from})

    assert answer.status_code == 302
    assert answer.url == f"/fr/login/?{urlencode({'next': leads_to}, safe='/')}"
