"""Two editors on one page, and a login that expires, in a browser with Wagtail's own scripts."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.guidance.models import KeptVersion
from tests.browser.accessibility import violations
from tests.factories.guidance import guidance_page, paragraph, topic
from tests.factories.people import AdviserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OURS = ".beside, .begin, .improve"


@pytest.fixture
def fiche():
    return guidance_page(
        title="Une semaine supportable",
        body=[paragraph("Écrivez la semaine entière.")],
        under=topic(),
        lead="Une semaine écrite.",
        audience="Professeurs",
    )


@pytest.fixture
def desk(browser, live_server):
    """A logged-in browser of the test's own, in the editor of a page."""
    opened = []

    def sit(person, page, width=1280):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=f"{person.language}-FR"
        )
        opened.append(context)
        client = Client()
        client.force_login(person)
        context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": live_server.url,
                }
            ]
        )
        window = context.new_page()
        window.set_default_timeout(20_000)
        window.on("dialog", lambda dialog: dialog.accept())
        window.goto(live_server.url + reverse("wagtailadmin_pages:edit", args=[page.pk]))
        return window

    yield sit
    for context in opened:
        context.close()


def latest(page):
    return Page.objects.get(pk=page.pk).get_latest_revision_as_object()


def write(window, field: str, words: str) -> None:
    """As a person does, who reads first:

    Wagtail's script takes a moment to know the form as it was.
    """
    window.wait_for_timeout(3_000)
    window.locator(f"#id_{field}").click()
    window.locator(f"#id_{field}").fill(words)
    window.locator(f"#id_{field}").press("End")


def wait_until(window, holds, seconds=20) -> None:
    for _ in range(seconds * 5):
        if holds():
            return
        window.wait_for_timeout(200)
    pytest.fail("it never came to hold")


def press_save(window) -> None:
    """Save draft, and go on where Wagtail asks whether one wants to."""
    window.locator("button.action-save, [data-edit-form] footer button[type=submit]").first.click()
    sure = window.locator("#w-save-confirmation-dialog [data-action='w-dialog#confirm']")
    for _ in range(50):
        window.wait_for_timeout(200)
        if sure.is_visible():
            sure.click()
            break
        if "/edit/" not in window.url or window.locator("h1", has_text="kept on this page").count():
            break
    window.wait_for_load_state("networkidle")


def is_clean(window) -> None:
    found = violations(window, context=OURS)
    assert not found, found
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_second_editor_is_told_before_typing_and_both_texts_become_one(desk, fiche):
    ariane, camille = (
        AdviserFactory(given_name=name, language="en", is_superuser=True)
        for name in ("Ariane", "Camille")
    )

    first = desk(ariane, fiche)
    second = desk(camille, fiche)
    assert (
        f"{ariane.display_name}: this page is open in their editor now"
        in second.locator(".messages").inner_text()
    )
    assert first.locator(".messages").inner_text().strip() == ""

    # The first one's words are saved by themselves; the second goes on and saves over them.
    write(first, "lead", "Une semaine écrite le vendredi.")
    wait_until(first, lambda: latest(fiche).lead == "Une semaine écrite le vendredi.")
    write(second, "audience", "Professeurs de toutes les disciplines")
    write(second, "lead", "Une semaine écrite le lundi.")
    press_save(second)
    second.wait_for_url(
        "**/kept-versions/**"
    )  # a press waits for the last keys to reach their fields

    kept = KeptVersion.objects.get()
    assert second.url.endswith(reverse("kept_version", args=[kept.public_id]))
    words = second.locator("main").inner_text()
    assert "Une semaine écrite le vendredi." in words
    assert "Une semaine écrite le lundi." in words
    assert second.locator("fieldset", has_text="changed in both").count() == 1
    is_clean(second)
    second.set_viewport_size({"width": 360, "height": 900})
    is_clean(second)

    second.locator("fieldset", has_text="changed in both").locator("input[value=saved]").check()
    second.get_by_role("button", name="Make one draft of the two").click()
    second.wait_for_load_state("networkidle")
    assert (latest(fiche).lead, latest(fiche).audience) == (
        "Une semaine écrite le vendredi.",
        "Professeurs de toutes les disciplines",
    )
    assert Page.objects.get(pk=fiche.pk).specific.lead == "Une semaine écrite."


def test_a_login_that_expires_loses_no_text(desk, fiche):
    camille = AdviserFactory(given_name="Camille", language="en", is_superuser=True)
    window = desk(camille, fiche)
    window.context.clear_cookies(name="sessionid")

    write(window, "lead", "Une phrase que personne ne veut réécrire.")
    press_save(window)
    assert window.locator("h1").inner_text() == "Your text is kept on this page"
    found = violations(window)
    assert not found, found

    # Another tab, as the page says; then back to the first.
    with window.context.expect_page() as opened:
        window.get_by_role("link", name="Log in, in another tab").click()
    tab = opened.value
    tab.fill("input[name=username]", camille.login)
    tab.fill("input[name=password]", "password")
    tab.locator("form.part button").first.click()
    tab.wait_for_load_state("networkidle")
    window.get_by_role("button", name="Send my text again").click()
    window.wait_for_load_state("networkidle")

    assert "/edit/" in window.url
    assert latest(fiche).lead == "Une phrase que personne ne veut réécrire."


def test_a_page_begins_with_hints_that_lead_to_their_blocks(desk, fiche, live_server):
    camille = AdviserFactory(given_name="Camille", language="en", is_superuser=True)
    window = desk(camille, fiche, width=360)
    window.goto(live_server.url + reverse("begin_page", args=[fiche.get_parent().pk]))
    is_clean(window)

    window.fill("#id_title", "Prêter un ordinateur")
    window.get_by_role("button", name="Begin").click()
    window.wait_for_load_state("networkidle")
    hints = window.locator(".improve li")
    before = hints.count()
    assert before > 5
    is_clean(window)

    # Written over, its hint goes by itself once the editor has saved.
    write(window, "lead", "Un ordinateur est prêté en dix minutes.")
    wait_until(window, lambda: hints.count() == before - 1)
    window.locator(".improve a").nth(1).click()
    assert window.evaluate("document.activeElement.closest('[data-contentpath]') !== null")
