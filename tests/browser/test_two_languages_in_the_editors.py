"""One word of French, lived in a browser: both editors and the board mark one passage, until
English follows or the word comes back.
"""

import pytest

from cms.guidance.enums import State
from courses.people.services import groups
from tests.browser.reader import Reader
from tests.factories.guidance import guidance_page, in_english, pair_of, paragraph
from tests.factories.people import AdviserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST, SECOND = "1a2b3c4d-0000-4000-8000-000000000001", "1a2b3c4d-0000-4000-8000-000000000002"


@pytest.fixture
def adviser():
    adviser = AdviserFactory(language="en", is_superuser=True)
    groups.derive_groups(adviser)
    return adviser


@pytest.fixture
def french(adviser):
    page = guidance_page(
        body=[
            paragraph("Écrivez la semaine entière.", FIRST),
            paragraph("Donnez les minutes.", SECOND),
        ]
    )
    in_english(
        page, words={FIRST: "<p>Write the whole week.</p>", SECOND: "<p>Give the minutes.</p>"}
    )
    return page


class Editor(Reader):
    """Wagtail's editor: its own parts are Wagtail's, so axe looks at ours alone."""

    def listen(self):
        """Wagtail sees what is changed from the moment that it watches, and says when it has saved."""
        for event, name in (("w-unsaved:watch-edits", "watched"), ("w-autosave:success", "saved")):
            self.page.add_init_script(
                f"addEventListener('{event}', () => {{ document.documentElement.dataset.{name} ="
                " '' })"
            )

    def edit(self, page):
        self.listen()
        self.page.goto(f"{self.server}/admin/pages/{page.pk}/edit/")
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_selector("html[data-watched]")
        return self

    def rewrite(self, block_id: str, words: str):
        text = self.page.locator(f"[data-contentpath='{block_id}'] [contenteditable=true]")
        text.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)
        return self

    def saves_by_itself(self):
        """Some moments after the last change."""
        self.page.wait_for_selector("html[data-saved]", timeout=30_000)
        return self

    def publish(self):
        self.page.locator("footer [data-w-dropdown-target=toggle]").click()
        with self.page.expect_navigation():
            self.page.locator("button[name=action-publish]").click()
        return self

    def marked(self) -> dict[str, str]:
        """Block → the word that stands at it."""
        return self.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('[data-step-late]')].map((one) =>"
            " [one.dataset.contentpath, one.querySelector('.step__mark').textContent]))"
        )

    def on_the_board(self) -> list[str]:
        self.visit("guidance:parity")
        return self.page.locator("tbody .state").all_inner_texts()


def test_one_word_marks_one_block_until_it_comes_back_or_english_follows(
    browser, live_server, adviser, french
):
    english = french.get_translations().get().specific
    editor = Editor(browser, live_server.url, adviser, width=1280).log_in_by_cookie()

    editor.edit(french).rewrite(SECOND, "Donnez les heures.").saves_by_itself().publish()

    assert editor.edit(french).marked() == {SECOND: "changed"}
    assert editor.edit(english).marked() == {SECOND: "changed"}
    assert any(said.startswith("1 block of 3 behind") for said in editor.on_the_board())
    editor.visit("guidance:side_by_side", pair_of(french).public_id)

    editor.edit(french).rewrite(SECOND, "Donnez les minutes.").saves_by_itself().publish()

    assert editor.edit(english).marked() == {}
    assert pair_of(french).english_state == State.IN_STEP

    editor.edit(french).rewrite(SECOND, "Donnez les heures.").saves_by_itself().publish()
    editor.edit(english).rewrite(SECOND, "Give the hours.").page.check("[name=in_step_now]")
    editor.saves_by_itself()
    assert pair_of(french).english_state == State.BEHIND  # readers have the old words
    assert editor.edit(english).page.is_checked("[name=in_step_now]")
    editor.publish()

    assert pair_of(french).english_state == State.IN_STEP
    assert editor.edit(french).marked() == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_the_board_and_both_pages_are_read_by_everybody(
    browser, live_server, adviser, french, width
):
    reader = Reader(browser, live_server.url, adviser, width=width).log_in_by_cookie()

    reader.visit("guidance:parity").press("details.filters > summary")
    reader.visit("guidance:side_by_side", pair_of(french).public_id)
    reader.open(
        f"{live_server.url}/admin/pages/{french.pk}/move/{french.get_parent().get_parent().pk}/confirm/"
    )
    reader.reads("What of the two pages?")
