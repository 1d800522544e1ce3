"""Journey 3, lived in browsers:

French written, a change asked, published; English made beside it; an urgent page and its banner.
"""

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.guidance.enums import EditorialRole, State
from cms.guidance.models import GuidancePage, UrgentNotice
from tests.browser.reader import Reader
from tests.browser.test_two_languages_in_the_editors import Editor
from tests.factories.guidance import editor, guidance_page, in_english, pair_of, topic
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def week():
    return topic()


@pytest.fixture
def desk(browser, live_server, week):
    """A browser for somebody with that role in the topic."""

    def sit(role: str, language: str = "", **person) -> "Desk":
        return Desk(
            browser, live_server.url, editor(role, week, language, **person), width=1280
        ).log_in_by_cookie()

    return sit


class Desk(Editor):
    def begin(self, topic):
        self.listen()
        self.page.goto(self.server + reverse("begin_page", args=[topic.pk]))
        self.page.get_by_label("Title").fill("Une page à écrire")
        self.page.get_by_label("Une page vide").check()
        self.page.get_by_role("button", name="Begin").click()
        self.page.wait_for_selector("html[data-watched]")
        return self

    def type(self, **fields):
        for name, words in fields.items():
            self.page.locator(f"[name={name}]").fill(words)
        return self

    def write(self, words: str):
        """Into the last text of the page."""
        self.page.locator("[data-contentpath=body] [contenteditable=true]").last.click()
        self.page.keyboard.type(words)
        return self

    def submit(self):
        return self.choose("action-submit")

    def choose(self, action: str):
        self.page.locator("footer [data-w-dropdown-target=toggle]").click()
        with self.page.expect_navigation():
            self.page.locator(f"[name={action}]").click()
        return self

    def decides(self, action: str, words: str = ""):
        """Approve, or ask for changes with words."""
        button = self.page.locator(f"[data-workflow-action-name={action}]").first
        if not button.is_visible():
            self.page.locator("footer [data-w-dropdown-target=toggle]").click()
        button.click()
        if words:
            self.page.locator("dialog textarea, .modal textarea").first.fill(words)
            with self.page.expect_navigation():
                self.page.locator(".modal [type=submit], dialog [type=submit]").first.click()
        self.page.wait_for_load_state("networkidle")
        return self


def test_french_is_written_reviewed_published_and_english_follows(desk, browser, live_server, week):
    author, reviewer = desk(EditorialRole.AUTHOR, "fr"), desk(EditorialRole.REVIEWER)
    publisher, translator = desk(EditorialRole.PUBLISHER), desk(EditorialRole.TRANSLATOR, "en")

    author.begin(week).type(
        title="Quand la neige ferme la route",
        lead="Une matinée sans trajet.",
        audience="Professeurs de toutes les disciplines",
    )
    author.write("Écrivez la journée avant huit heures.").saves_by_itself().submit()
    page = GuidancePage.objects.get(title="Quand la neige ferme la route")

    reviewer.edit(page).decides("reject", "Dites à quelle heure.")
    author.edit(page).rewrite(
        page.body[0].id, "Écrivez la journée avant sept heures."
    ).saves_by_itself().submit()
    reviewer.edit(page).decides("approve")
    publisher.edit(page).decides("approve")

    assert Page.objects.get(pk=page.pk).live
    translator.visit("guidance:parity").page.locator("tbody form button").first.click()
    translator.page.wait_for_url("**/edit/")
    english = page.get_translations().get().specific
    translator.edit(english).type(
        title="When snow closes the road",
        lead="A morning without travel.",
        audience="Teachers of all subjects",
    )
    translator.rewrite(
        page.body[0].id, "Write the day before seven o’clock."
    ).saves_by_itself().submit()
    reviewer.edit(english).decides("approve")
    publisher.edit(english).decides("approve")

    assert pair_of(page).english_state == State.IN_STEP
    for language, title in [
        ("fr", "Quand la neige ferme la route"),
        ("en", "When snow closes the road"),
    ]:
        for width in (360, 1280):
            reader = Reader(
                browser, live_server.url, TeacherFactory(language=language), width=width
            )
            reader.visit("guidance:page", pair_of(page).public_id)
            assert reader.page.inner_text("h1") == title


def test_an_urgent_page_stands_above_every_page_until_a_reviewer_takes_the_banner_down(
    desk, browser, live_server, week
):
    page = guidance_page(title="Le lycée est fermé", under=week, lead="Ce qui change demain.")
    in_english(page, title="The lycée is closed")
    author, reviewer = desk(EditorialRole.AUTHOR), desk(EditorialRole.REVIEWER)
    visitors = [
        Reader(browser, live_server.url, TeacherFactory(language=language), width=width)
        for language, width in (("fr", 360), ("en", 1280))
    ]

    author.visit("guidance:urgent", pair_of(page).public_id)
    author.type(
        text_fr="Le lycée est fermé demain.", text_en="The lycée is closed tomorrow."
    ).press("main form .button--main")

    words = {"fr": "Le lycée est fermé demain.", "en": "The lycée is closed tomorrow."}
    for visitor in visitors:
        visitor.open(f"{live_server.url}/{visitor.person.language}/")
        assert words[visitor.person.language] in visitor.page.inner_text("body")

    notice = UrgentNotice.objects.get()
    reviewer.visit("guidance:urgent_review", notice.public_id).press("main button[value=take_back]")

    for visitor in visitors:
        visitor.open(f"{live_server.url}/{visitor.person.language}/")
        assert words[visitor.person.language] not in visitor.page.inner_text("body")
